import type { Collection } from '../../src/index.ts';

export interface CollectionsPage {
  collections: Collection[];
  nextPaginationToken?: string;
}

export const PAGE_SIZE = 50;

/** The collection of a number; the same whenever it is asked for. */
export const collection = (n: number): Collection => ({
  id: `collection_${n}`,
  name: `Number ${n}`,
  ownerId: 'team_1',
  createdAt: '2026-03-01T00:00:00.000Z',
  updatedAt: '2026-03-01T00:00:00.000Z',
  assetCount: n,
  modelCount: 0,
  itemCount: n,
});

/** A page of an endless list. Its token is the number of the next. */
export const page = (number: number, make: (n: number) => Collection = collection): CollectionsPage => ({
  collections: Array.from({ length: PAGE_SIZE }, (_, i) => make(number * PAGE_SIZE + i)),
  nextPaginationToken: String(number + 1),
});

/** Collections that count how often they are looked at. */
export class Watched {
  /** Every read of a field, by the collection's id. */
  readonly reads: Map<string, number> = new Map();

  readonly collection = (n: number): Collection =>
    new Proxy(collection(n), {
      get: (row, field) => {
        this.reads.set(row.id, (this.reads.get(row.id) ?? 0) + 1);
        return Reflect.get(row, field);
      },
    });

  get total(): number {
    return [...this.reads.values()].reduce((sum, reads) => sum + reads, 0);
  }
}
