import { hasDuplicateRows, resolveIncomingPage } from '../../ledger/EntityTable.ts';
import { isWithin } from '../../ledger/Page.ts';
import { same } from '../../ledger/same.ts';
import { derivedFrom, isFlat, markDoubled } from './flatten.ts';
import { isPaged } from './isPaged.ts';
import { shareOne } from './shareOne.ts';

/**
 * The door that a list passes on its way into the cache: TanStack Query's `structuralSharing`.
 *
 * A fetch of more pages begins with the pages of its start and lands them over whatever was shown meanwhile
 * (https://github.com/TanStack/query/issues/3579). Here every page is exchanged for its view as of now, and whatever did not change
 * keeps its identity. Results of `select` pass it too, and are left as they are.
 */
export function shareList(old: unknown, next: unknown): unknown {
  if (isFlat(next)) return next;
  if (!isPaged(next)) return shareOne(old, next);
  const before = isPaged(old) ? old.pages : [];
  const pages = next.pages.map((page, i) => (page === before[i] ? page : resolveIncomingPage(page, before[i])));
  const data = pages.some((page, i) => page !== next.pages[i])
    ? {
        ...next,
        pages,
        pageParams: next.pageParams.map((param, i) => (isWithin(param) ? tokenOf(pages[i - 1]) : param)),
      }
    : next;
  if (pages.length === before.length && same(old, data, true)) return old;
  if (isPaged(old)) derivedFrom(data, old);
  if (pages.some((page, i) => page !== before[i] && hasDuplicateRows(page, pages))) markDoubled(data);
  return data;
}

/** What leads to the next page: where one has stayed, that has, too. */
const tokenOf = (page: { nextPaginationToken?: string } | undefined) => page?.nextPaginationToken;
