import { APIPromise, readJSON } from '../http/APIPromise.ts';
import { CursorPage, getPage, type PagePromise } from '../http/CursorPage.ts';
import type { RequestOptions } from '../http/RequestOptions.ts';
import { checkAsset, checkList, checkPage } from './answers.ts';
import { Resource } from './Resource.ts';
import { idsBody, listQuery } from './requests.ts';
import type { Asset, AssetBulkParams, AssetBulkResponse, AssetListParams } from './types.ts';

/** A page of assets. */
export class AssetsCursor extends CursorPage<Asset> {
  declare readonly assets: Asset[];
}

/** `client.assets`. */
export class Assets extends Resource {
  /** A page of assets, with `collectionId` of those that it holds; iterate it for every one. */
  list(query?: AssetListParams, options?: RequestOptions): PagePromise<AssetsCursor, Asset> {
    const call = () =>
      ({
        method: 'GET',
        path: '/assets',
        query: listQuery(query, 100, 'collectionId', 'sortBy', 'sortDirection'),
      }) as const;
    return getPage(AssetsCursor, checkPage('assets', checkAsset), this.send, call, options);
  }

  /** Up to 200 assets by id. It gives those that exist and may be read. */
  getBulk(body: AssetBulkParams, options?: RequestOptions): APIPromise<AssetBulkResponse> {
    const call = () => ({ method: 'POST', path: '/assets/get-bulk', body: idsBody('assetIds', body, 200) }) as const;
    return new APIPromise(this.send(call, options), readJSON(checkList('assets', checkAsset)));
  }
}
