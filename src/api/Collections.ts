import { APIPromise, readJSON } from '../http/APIPromise.ts';
import { CursorPage, getPage, type PagePromise } from '../http/CursorPage.ts';
import type { RequestOptions } from '../http/RequestOptions.ts';
import type { Send } from '../http/transport.ts';
import { checkCollection, checkEmpty, checkEnvelope, checkPage } from './answers.ts';
import { CollectionAssets } from './CollectionAssets.ts';
import { CollectionModels } from './CollectionModels.ts';
import { checkName, checkUpdate } from './checks.ts';
import { Resource } from './Resource.ts';
import { listQuery, pick, segment } from './requests.ts';
import type {
  Collection,
  CollectionCreateParams,
  CollectionCreateResponse,
  CollectionDeleteResponse,
  CollectionListParams,
  CollectionRetrieveResponse,
  CollectionUpdateParams,
  CollectionUpdateResponse,
} from './types.ts';

/** A page of collections. */
export class CollectionsCursor extends CursorPage<Collection> {
  declare readonly collections: Collection[];
}

const pathOf = (collectionId: string) => `/collections/${segment('collectionId', collectionId)}`;

/** `client.collections`. */
export class Collections extends Resource {
  /** Which assets a collection holds. */
  readonly assets: CollectionAssets;
  /** Which models a collection holds. */
  readonly models: CollectionModels;

  constructor(send: Send) {
    super(send);
    this.assets = new CollectionAssets(send);
    this.models = new CollectionModels(send);
  }

  /** A page of all collections; iterate it for every one. */
  list(query?: CollectionListParams, options?: RequestOptions): PagePromise<CollectionsCursor, Collection> {
    const call = () => ({ method: 'GET', path: '/collections', query: listQuery(query, 100) }) as const;
    return getPage(CollectionsCursor, checkPage('collections', checkCollection), this.send, call, options);
  }

  /** Makes a collection. Not sent twice by itself: that could make two. */
  create(body: CollectionCreateParams, options?: RequestOptions): APIPromise<CollectionCreateResponse> {
    const call = () => {
      const name = checkName(pick(body, 'name').name);
      return { method: 'POST', path: '/collections', body: { name }, once: true } as const;
    };
    return new APIPromise(this.send(call, options), readJSON(checkEnvelope));
  }

  /** One collection, without its contents. */
  retrieve(collectionId: string, options?: RequestOptions): APIPromise<CollectionRetrieveResponse> {
    const call = () => ({ method: 'GET', path: pathOf(collectionId) }) as const;
    return new APIPromise(this.send(call, options), readJSON(checkEnvelope));
  }

  /** Renames it, or sets its thumbnail. */
  update(
    collectionId: string,
    body: CollectionUpdateParams,
    options?: RequestOptions,
  ): APIPromise<CollectionUpdateResponse> {
    const call = () => ({ method: 'PUT', path: pathOf(collectionId), body: { ...checkUpdate(body) } }) as const;
    return new APIPromise(this.send(call, options), readJSON(checkEnvelope));
  }

  /** Deletes it. Its assets and models stay. That it is gone after an answer was lost is a success. */
  delete(collectionId: string, options?: RequestOptions): APIPromise<CollectionDeleteResponse> {
    const call = () => ({ method: 'DELETE', path: pathOf(collectionId), goneIsDone: true }) as const;
    const read = readJSON(checkEmpty);
    const answer = this.send(call, options);
    return new APIPromise(answer, (given) => (given.text.trim() ? read(given) : {}));
  }
}
