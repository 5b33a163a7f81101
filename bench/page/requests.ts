import type { Collection } from 'scenario-react/client';
import { BASE, fetchStub } from './api.ts';

/** A page of the list, as the API answers it. */
export interface CollectionsPage {
  collections: Collection[];
  nextPaginationToken?: string;
}

/** How many collections a page holds. */
export const PAGE_SIZE = 100;

/** The address of a page, as a user without a client of ours would build it. */
export const pageAddress = (token: string): string =>
  `${BASE}/collections?pageSize=${PAGE_SIZE}${token && `&paginationToken=${token}`}`;

/** Reads a page, as a user without a client of ours would. */
export async function readPage(token: string, signal?: AbortSignal): Promise<CollectionsPage> {
  const response = await fetchStub(pageAddress(token), signal ? { signal } : {});
  return (await response.json()) as CollectionsPage;
}

/** Adds assets, likewise. Gives the collection as the server has it. */
export async function putAssets(collectionId: string, assetIds: readonly string[]): Promise<Collection> {
  const response = await fetchStub(`${BASE}/collections/${collectionId}/assets`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ assetIds }),
  });
  return ((await response.json()) as { collection: Collection }).collection;
}
