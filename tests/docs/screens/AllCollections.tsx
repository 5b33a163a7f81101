import { useCollections } from 'scenario-react';
import { Sentinel } from './Sentinel';

export function AllCollections() {
  const list = useCollections({ pageSize: 50 });
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, isFetchNextPageError } = list;
  const more = () => void fetchNextPage();
  if (!data && !error) return <p>Loading…</p>;
  if (!data) return <Again text={`The collections did not load: ${error?.message}`} onClick={() => void refetch()} />;
  if (data.length === 0 && !hasNextPage) return <p>No collections yet.</p>;
  return (
    <>
      <ul>
        {data.map((collection) => (
          <li key={collection.clientKey ?? collection.id}>{collection.name}</li>
        ))}
      </ul>
      {isFetchingNextPage && <p>Loading more…</p>}
      {isFetchNextPageError && <Again text="The next page did not load." onClick={more} />}
      {hasNextPage && !isFetchingNextPage && !isFetchNextPageError && <Sentinel onSeen={more} />}
      {!hasNextPage && <p>That is all.</p>}
    </>
  );
}

function Again({ text, onClick }: { text: string; onClick: () => void }) {
  return (
    <p role="alert">
      {text}{' '}
      <button type="button" onClick={onClick}>
        Again
      </button>
    </p>
  );
}
