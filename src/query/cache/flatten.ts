import type { Paged } from './isPaged.ts';

type Rows = readonly { id: string }[];

interface Flat {
  readonly data: Paged;
  /** How many rows each page has; undefined where some id stands on two pages, so that a row's place is not the sum of those before. */
  readonly counts: readonly number[] | undefined;
  readonly rows: Rows;
}

/** What is kept of a list from one data to the next. */
interface Line {
  /** Whether some id stands on two pages. */
  isDoubled?: boolean;
  /** What came of the data that was flattened last. */
  flat?: Flat;
}

/**
 * The line that data belongs to, which keeps the newest array alone. A WeakMap that held the array of each data would keep them all over
 * every small collection of garbage: at 10,000 rows a change cost two to five times as much.
 */
const lines = new WeakMap<Paged, Line>();
const made = new WeakSet<object>();

function lineOf(data: Paged): Line {
  const line = lines.get(data) ?? {};
  lines.set(data, line);
  return line;
}

/** True for what `flatten` gave. */
export const isFlat = (data: unknown): boolean => made.has(data as object);

/** Says that some id stands on two pages. */
export const markDoubled = (data: Paged): void => {
  lineOf(data).isDoubled = true;
};

/** Says that `next` comes from `old`, so that only the pages that differ have to be flattened again. */
export function derivedFrom(next: Paged, old: Paged): void {
  const line = lines.get(old);
  if (line) lines.set(next, line);
}

/**
 * All rows of all pages, no id twice: an item can turn up on two pages when rows move while they are read.
 *
 * Law: the same rows give the same array, whatever else differs (a token, say). To change one page or to add one costs that page and a
 * copy of the array, not a look at every row.
 */
export function flatten(data: Paged): Rows {
  const line = lineOf(data);
  const { flat: old, isDoubled } = line;
  if (old?.data === data) return old.rows;
  const flat = (old && !isDoubled && patched(data, old)) || whole(data, old?.rows);
  line.flat = flat;
  made.add(flat.rows);
  return flat.rows;
}

/** The rows of a page as it stands in the cache. */
export const rowsOf = (page: object): Rows => {
  for (const value of Object.values(page)) if (Array.isArray(value)) return value;
  return [];
};

function whole(data: Paged, old: Rows = []): Flat {
  const ids = new Set<string>();
  const parts = data.pages.map(rowsOf);
  const found = parts.flat().filter(({ id }) => ids.size < ids.add(id).size);
  const rows = found.length === old.length && found.every((row, i) => row === old[i]) ? old : found;
  const counts = parts.map(({ length }) => length);
  return { data, rows, counts: rows.length === sum(counts) ? counts : undefined };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/**
 * The rows of the earlier data with what differs put in; undefined where places have moved, also by the user's code, which was handed the
 * array: many a component sorts it in place.
 */
function patched(data: Paged, { data: { pages: before }, rows: old, counts }: Flat): Flat | undefined {
  const { pages } = data;
  if (!counts || pages.length < before.length) return undefined;
  let rows: { id: string }[] | undefined;
  for (let i = 0, at = 0; i < before.length; at += counts[i++] as number) {
    if (pages[i] === before[i]) continue;
    const now = rowsOf(pages[i] as object);
    const was = rowsOf(before[i] as object);
    if (now.length !== counts[i]) return undefined;
    for (let k = 0; k < now.length; k++) {
      if (was[k] !== old[at + k]) return undefined;
      if (now[k] === was[k]) continue;
      rows ??= old.slice();
      rows[at + k] = now[k] as { id: string };
    }
  }
  const more = pages.slice(before.length).map(rowsOf);
  rows ??= old as { id: string }[];
  return {
    data,
    rows: more.some(({ length }) => length) ? rows.concat(...more) : rows,
    counts: more.length ? counts.concat(more.map(({ length }) => length)) : counts,
  };
}
