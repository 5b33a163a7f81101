import type { APIPromise } from '../http/APIPromise.ts';
import type { RequestOptions } from '../http/RequestOptions.ts';
import { changeMembers } from './changeMembers.ts';
import { Resource } from './Resource.ts';
import type { ModelAddParams, ModelAddResponse, ModelRemoveParams, ModelRemoveResponse } from './types.ts';

/** `client.collections.models`: which models a collection holds. */
export class CollectionModels extends Resource {
  /** Adds up to 49 models. One that is in it already makes the API refuse them all. */
  add(collectionId: string, body: ModelAddParams, options?: RequestOptions): APIPromise<ModelAddResponse> {
    return changeMembers(this.send, 'add', 'model', collectionId, body, options);
  }

  /** Removes up to 49 models. */
  remove(collectionId: string, body: ModelRemoveParams, options?: RequestOptions): APIPromise<ModelRemoveResponse> {
    return changeMembers(this.send, 'remove', 'model', collectionId, body, options);
  }
}
