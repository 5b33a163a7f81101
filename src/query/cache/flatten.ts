import type { Paged } from './isPaged.ts';

type Rows = readonly { id: string }[];

interface Flat {
  readonly pages: readonly object[];
  /** How many rows each page has; undefined where some id stands on two pages, so that a row's place is not the sum of those before. */
  readonly counts: readonly number[] | undefined;
  readonly rows: Rows;
}

const flats = new WeakMap<Paged, Flat>();
const earlier = new WeakMap<Paged, Flat>();
const doubled = new WeakSet<Paged>();
const made = new WeakSet<object>();

/** True for what `flatten` gave. */
export const isFlat = (data: unknown): boolean => typeof data === 'object' && data !== null && made.has(data);

/** Says that some id stands on two pages. */
export const markDoubled = (data: Paged): void => void doubled.add(data);

/** Says that `next` comes from `old`, so that only the pages that differ have to be flattened again. */
export function derivedFrom(next: Paged, old: Paged): void {
  // Steps within a tick are flattened by nobody.
  const flat = flats.get(old) ?? earlier.get(old);
  if (flat) earlier.set(next, flat);
  if (doubled.has(old)) doubled.add(next);
}

/**
 * All rows of all pages, no id twice: an item can turn up on two pages when rows move while they are read.
 *
 * Law: the same rows give the same array, whatever else differs (a token, say). To change one page or to add one costs that page and a
 * copy of the array, not a look at every row.
 */
export function flatten(data: Paged): Rows {
  const known = flats.get(data);
  if (known) return known.rows;
  const old = earlier.get(data);
  earlier.delete(data);
  const flat = (old && !doubled.has(data) && patched(data, old)) || whole(data, old?.rows);
  flats.set(data, flat);
  made.add(flat.rows);
  return flat.rows;
}

const rowsOf = (page: object): Rows => {
  for (const value of Object.values(page)) if (Array.isArray(value)) return value;
  return [];
};

function whole({ pages }: Paged, old: Rows = []): Flat {
  const ids = new Set<string>();
  const parts = pages.map(rowsOf);
  const found = parts.flat().filter(({ id }) => ids.size < ids.add(id).size);
  const rows = found.length === old.length && found.every((row, i) => row === old[i]) ? old : found;
  const counts = parts.map(({ length }) => length);
  return { pages, rows, counts: rows.length === sum(counts) ? counts : undefined };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/**
 * The rows of the earlier data with what differs put in; undefined where places have moved, also by the user's code, which was handed the
 * array: many a component sorts it in place.
 */
function patched({ pages }: Paged, { pages: before, rows: old, counts }: Flat): Flat | undefined {
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
  const added = more.flat();
  rows ??= old as { id: string }[];
  return {
    pages,
    rows: added.length ? rows.concat(added) : rows,
    counts: more.length ? counts.concat(more.map(({ length }) => length)) : counts,
  };
}
