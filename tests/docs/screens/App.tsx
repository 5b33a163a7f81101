import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  type Collection,
  Scenario,
  ScenarioProvider,
  useAddAssets,
  useCollections,
  usePendingChanges,
} from 'scenario-react';

const queryClient = new QueryClient();
const client = new Scenario({ baseURL: '/api/scenario' }); // your own server: see "The secret stays on the server"

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <ScenarioProvider client={client}>
        <Collections />
      </ScenarioProvider>
    </QueryClientProvider>
  );
}

function Collections() {
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useCollections({ pageSize: 50 });
  if (!data) return <p>{error ? error.message : 'Loading…'}</p>;
  return (
    <>
      <ul>
        {data.map((collection) => (
          <Row key={collection.clientKey ?? collection.id} collection={collection} />
        ))}
      </ul>
      {hasNextPage && (
        <button type="button" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
          More
        </button>
      )}
    </>
  );
}

function Row({ collection }: { collection: Collection }) {
  const { mutate } = useAddAssets();
  const [change] = usePendingChanges({ collectionId: collection.id });
  return (
    <li>
      {collection.name}: {collection.assetCount} assets{' '}
      <button type="button" onClick={() => mutate({ collectionId: collection.id, assetIds: ['asset_1'] })}>
        Add
      </button>
      {change?.status === 'sending' && <output>Saving…</output>}
      {change?.status === 'failed' && (
        <button type="button" onClick={() => change.retry()}>
          Could not save. Retry
        </button>
      )}
    </li>
  );
}
