import type { Page } from '../../ledger/Page.ts';
import { rowsOf } from './flatten.ts';

/** How many rows a page of a list is asked for with: as its key says, else as the API has it; and how many one answer can hold. */
export interface PageSizes {
  readonly asked: number | undefined;
  readonly usual: number;
  readonly most: number;
}

/** As many rows as a page was asked for with, or more where it shows more: what was made here pushes none off it. */
function sizeOf({ view, token }: Page, { asked, usual, most }: PageSizes): number {
  const shown = view ? rowsOf(view).length : 0;
  return Math.min(Math.max(shown, asked ?? (token ? 1 : usual)), most);
}

/** How many rows to ask for where pages are read again: for each of those, from the first on, that fit into one answer. */
export function batchSizes(pages: readonly Page[], sizes: PageSizes): number[] {
  const batch: number[] = [];
  let room = sizes.most;
  for (const page of pages) {
    const size = sizeOf(page, sizes);
    room -= size;
    if (room < 0) break;
    batch.push(size);
  }
  return batch;
}

/** Parts the rows of one answer into pages of these sizes. The last that has any takes what is left; there is always one. */
export function partRows<T>(rows: readonly T[], sizes: readonly number[]): T[][] {
  const parts: T[][] = [];
  let at = 0;
  for (const size of sizes.slice(0, -1)) {
    if (at + size >= rows.length) break;
    parts.push(rows.slice(at, at + size));
    at += size;
  }
  return [...parts, rows.slice(at)];
}
