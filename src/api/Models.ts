import { APIPromise, readJSON } from '../http/APIPromise.ts';
import { CursorPage, getPage, type PagePromise } from '../http/CursorPage.ts';
import type { RequestOptions } from '../http/RequestOptions.ts';
import { checkList, checkModel, checkPage } from './answers.ts';
import { Resource } from './Resource.ts';
import { idsBody, listQuery, pick } from './requests.ts';
import type { Model, ModelBulkParams, ModelBulkResponse, ModelListParams } from './types.ts';

/** A page of models. */
export class ModelsCursor extends CursorPage<Model> {
  declare readonly models: Model[];
}

/** `client.models`. */
export class Models extends Resource {
  /** A page of models, with `collectionId` of those that it holds; iterate it for every one. */
  list(query?: ModelListParams, options?: RequestOptions): PagePromise<ModelsCursor, Model> {
    const call = () =>
      ({
        method: 'GET',
        path: '/models',
        query: listQuery(query, 500, 'collectionId', 'privacy', 'sortBy', 'sortDirection'),
      }) as const;
    return getPage(ModelsCursor, checkPage('models', checkModel), this.send, call, options);
  }

  /** Up to 200 models by id. It gives those that exist and may be read. */
  getBulk(body: ModelBulkParams, options?: RequestOptions): APIPromise<ModelBulkResponse> {
    const call = () =>
      ({
        method: 'POST',
        path: '/models/get-bulk',
        body: { ...idsBody('modelIds', body, 200), ...pick(body, 'thumbnail', 'minimal') },
      }) as const;
    return new APIPromise(this.send(call, options), readJSON(checkList('models', checkModel)));
  }
}
