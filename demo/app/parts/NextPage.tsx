import { Sentinel } from './Sentinel.tsx';

/** What an infinite query says about its next page. */
export interface Paging {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => unknown;
}

/** The end of a grid: reads on by itself, and asks before it tries again what has failed. */
export function NextPage({ hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage }: Paging) {
  if (!hasNextPage) return null;
  return (
    <div className="next-page" role="status">
      {isFetchingNextPage && (
        <>
          <span className="spinner" /> Loading more…
        </>
      )}
      {!isFetchingNextPage && isFetchNextPageError && (
        <>
          Could not load more.
          <button type="button" className="button small" onClick={() => fetchNextPage()}>
            Try again
          </button>
        </>
      )}
      {!isFetchingNextPage && !isFetchNextPageError && <Sentinel onReach={fetchNextPage} />}
    </div>
  );
}
