import { Sentinel } from './Sentinel.tsx';

/** What an infinite query says about its next page. */
export interface Paging {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchStatus: 'fetching' | 'paused' | 'idle';
  fetchNextPage: () => unknown;
}

/** The end of a grid: reads on by itself, and asks before it tries again what has failed. */
export function NextPage(paging: Paging) {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, fetchStatus } = paging;
  if (!hasNextPage) return null;
  const isPaused = isFetchingNextPage && fetchStatus === 'paused';
  return (
    <div className="next-page" role="status">
      {isPaused && 'Offline: more loads when the network is back.'}
      {isFetchingNextPage && !isPaused && (
        <>
          <span className="spinner" /> Loading more…
        </>
      )}
      {!isFetchingNextPage && isFetchNextPageError && (
        <>
          Could not load more.
          <button type="button" className="button small" onClick={() => fetchNextPage()}>
            Retry
          </button>
        </>
      )}
      {!isFetchingNextPage && !isFetchNextPageError && <Sentinel onReach={fetchNextPage} />}
    </div>
  );
}
