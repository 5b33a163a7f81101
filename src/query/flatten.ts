import type { Paged } from './isPaged.ts';

interface Flat {
  readonly data: Paged;
  /** How many rows of each page are in `rows`: those whose id no earlier page has. */
  readonly counts: readonly number[];
  readonly ids: Set<string>;
  readonly rows: readonly { id: string }[];
  readonly doubles: boolean;
}

const flats = new WeakMap<object, Flat>();
const earlier = new WeakMap<Paged, Flat>();
const made = new WeakSet<object>();

/** True for what `flatten` gave. */
export const isFlat = (data: unknown): boolean => typeof data === 'object' && data !== null && made.has(data);

const rowsOf = (page: object): readonly { id: string }[] => {
  for (const value of Object.values(page)) if (Array.isArray(value)) return value;
  return [];
};

/** Says that `next` comes from `old`, so that only the pages that differ have to be flattened again. */
export function follows(next: Paged, old: Paged): void {
  const flat = flats.get(old);
  if (flat && next !== old) earlier.set(next, flat);
}

/**
 * All rows of all pages, no id twice: an item can turn up on two pages when rows move while they are read.
 *
 * Law: the same data gives the same array, and to change one page or to add one costs that page and a copy of the array, not a look
 * at every row.
 */
export function flatten(data: Paged): readonly { id: string }[] {
  const known = flats.get(data);
  if (known) return known.rows;
  const old = earlier.get(data);
  earlier.delete(data);
  const flat = (old && patched(data, old)) ?? whole(data);
  flats.set(data, flat);
  made.add(flat.rows);
  return flat.rows;
}

function whole(data: Paged): Flat {
  const ids = new Set<string>();
  const rows: { id: string }[] = [];
  const counts: number[] = [];
  let doubles = false;
  for (const page of data.pages) doubles = append(page, ids, rows, counts) || doubles;
  return { data, counts, ids, rows, doubles };
}

function append(page: object, ids: Set<string>, rows: { id: string }[], counts: number[]): boolean {
  const before = rows.length;
  const all = rowsOf(page);
  for (const row of all) {
    if (ids.has(row.id)) continue;
    ids.add(row.id);
    rows.push(row);
  }
  counts.push(rows.length - before);
  return rows.length - before !== all.length;
}

/** The array of the earlier data with what differs put in, or undefined where that is not sure to be right. */
function patched(data: Paged, old: Flat): Flat | undefined {
  const { pages } = data;
  // The set of ids is handed on, not copied: who finds it grown by another successor makes its own.
  if (pages.length < old.counts.length || old.ids.size !== old.rows.length) return undefined;
  let rows: { id: string }[] | undefined;
  for (let i = 0, at = 0; i < old.counts.length; at += old.counts[i++] as number) {
    const [page, was] = [pages[i] as object, old.data.pages[i] as object];
    if (page === was) continue;
    const [now, before] = [rowsOf(page), rowsOf(was)];
    // Rows came or went, or a row stands elsewhere too: who has whose place has to be found anew.
    if (old.doubles || now.length !== before.length || now.some(({ id }, k) => id !== before[k]?.id)) return undefined;
    rows ??= old.rows.slice();
    for (let k = 0; k < now.length; k++) rows[at + k] = now[k] as { id: string };
  }
  if (pages.length === old.counts.length) return { ...old, data, rows: rows ?? old.rows };
  rows ??= old.rows.slice();
  const counts = old.counts.slice();
  let { doubles } = old;
  for (const page of pages.slice(old.counts.length)) doubles = append(page, old.ids, rows, counts) || doubles;
  return { data, counts, ids: old.ids, rows, doubles };
}
