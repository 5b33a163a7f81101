import type { Asset, Collection } from '../../src/client.ts';

export interface CollectionsPage {
  collections: Collection[];
  nextPaginationToken?: string;
}

export interface AssetsPage {
  assets: Asset[];
  nextPaginationToken?: string;
}

/** The addresses, as a user without a client of ours would build them. */
export const listPath = (pageSize: number, token: string): string =>
  `/collections?pageSize=${pageSize}${token && `&paginationToken=${encodeURIComponent(token)}`}`;
export const detailPath = (id: string): string => `/collections/${id}`;
export const contentsPath = (id: string): string => `/assets?collectionId=${id}`;
export const membersPath = (id: string): string => `/collections/${id}/assets`;

/** A collection with so many assets more. */
export const withAssets = (row: Collection, by: number): Collection => ({
  ...row,
  assetCount: row.assetCount + by,
  itemCount: row.itemCount + by,
});
