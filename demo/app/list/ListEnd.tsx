import { count } from '../parts/count.ts';
import { NextPage, type Paging } from '../parts/NextPage.tsx';

/** The last line of the list. */
export function ListEnd({ total, paging }: { total: number; paging: Paging }) {
  if (!paging.hasNextPage) return <p className="list-end muted">That is all: {count(total, 'collection')}</p>;
  return <NextPage {...paging} />;
}
