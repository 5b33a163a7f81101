import type { Collection } from 'scenario-react/client';

/** What the page asks. */
export interface Question {
  readonly number: number;
  readonly method: string;
  /** Path and query. */
  readonly address: string;
  readonly body: string;
}

/** What it is told. */
export interface Reply {
  readonly number: number;
  readonly text: string;
}

/**
 * The API, in a worker: its own script and its own memory are not the page's, so that neither is counted.
 *
 * It keeps nothing but what was added. A collection is made from its number whenever it is asked for.
 */
const LAST = 100_000;
const added = new Map<number, number>();
let writes = 0;

const two = (n: number) => String(n % 60).padStart(2, '0');
const idOf = (n: number) => `collection_${String(n).padStart(8, '0')}`;
const numberOf = (id: string) => Number(id.slice('collection_'.length));

function collection(n: number): Collection {
  const assetCount = (n % 40) + (added.get(n) ?? 0);
  return {
    id: idOf(n),
    name: `Collection number ${n}`,
    ownerId: `team_${String(n % 7).padStart(20, '0')}`,
    createdAt: `2026-03-01T12:${two(n)}:${two(n * 7)}.000Z`,
    updatedAt: new Date(Date.UTC(2026, 3, 1) + (added.has(n) ? ++writes : n)).toISOString(),
    assetCount,
    modelCount: n % 9,
    itemCount: assetCount + (n % 9),
    thumbnail: {
      assetId: `asset_${String(n).padStart(20, '0')}`,
      url: `https://pictures.invalid/asset_${String(n).padStart(20, '0')}.webp?Expires=1777777777&Signature=${String(n * 7919).padStart(86, '0')}`,
    },
  };
}

function list(query: URLSearchParams): object {
  const size = Number(query.get('pageSize'));
  const start = Number(query.get('paginationToken') ?? 0);
  const end = Math.min(start + size, LAST);
  const collections = Array.from({ length: end - start }, (_, i) => collection(start + i));
  return { collections, ...(end < LAST && { nextPaginationToken: String(end) }) };
}

function add(id: string, body: string): object {
  const { assetIds } = JSON.parse(body) as { assetIds: string[] };
  const n = numberOf(id);
  added.set(n, (added.get(n) ?? 0) + assetIds.length);
  return { collection: collection(n) };
}

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  const { number, method, address, body } = data;
  const { pathname, searchParams } = new URL(address, 'http://api');
  const id = /collections\/([^/]+)\/assets$/.exec(pathname)?.[1];
  const answer = method === 'PUT' && id ? add(id, body) : list(searchParams);
  postMessage({ number, text: JSON.stringify(answer) } satisfies Reply);
});
