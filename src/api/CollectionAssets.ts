import type { APIPromise } from '../http/APIPromise.ts';
import type { RequestOptions } from '../http/RequestOptions.ts';
import { changeMembers } from './changeMembers.ts';
import { Resource } from './Resource.ts';
import type { AssetAddParams, AssetAddResponse, AssetRemoveParams, AssetRemoveResponse } from './types.ts';

/** `client.collections.assets`: which assets a collection holds. */
export class CollectionAssets extends Resource {
  /** Adds up to 49 assets. One that is in it already makes the API refuse them all. */
  add(collectionId: string, body: AssetAddParams, options?: RequestOptions): APIPromise<AssetAddResponse> {
    return changeMembers(this.send, 'add', 'asset', collectionId, body, options);
  }

  /** Removes up to 49 assets. */
  remove(collectionId: string, body: AssetRemoveParams, options?: RequestOptions): APIPromise<AssetRemoveResponse> {
    return changeMembers(this.send, 'remove', 'asset', collectionId, body, options);
  }
}
