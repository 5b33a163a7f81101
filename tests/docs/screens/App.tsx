import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import {
  type Collection,
  Scenario,
  ScenarioProvider,
  useAddAssets,
  useCollections,
  usePendingChanges,
  useScenario,
} from 'scenario-react';

// The API takes 100 requests a minute from a whole team. So what was read is good for a minute, and is not read at every focus.
const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
const client = new Scenario({ baseURL: '/api/scenario' }); // your own server: see "The secret stays on the server"

export default function App() {
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
  const newest = useNewestAsset();
  if (!data) return <p>{error ? error.message : 'Loading…'}</p>;
  if (data.length === 0 && !hasNextPage) return <p>No collections yet.</p>;
  return (
    <>
      <ul>
        {data.map((collection) => (
          <Row key={collection.clientKey ?? collection.id} collection={collection} assetId={newest} />
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

function Row({ collection, assetId }: { collection: Collection; assetId: string | undefined }) {
  const { mutate } = useAddAssets();
  const [change] = usePendingChanges({ collectionId: collection.id });
  const add = () => assetId && mutate({ collectionId: collection.id, assetIds: [assetId] });
  return (
    <li>
      {collection.name}: {collection.assetCount} assets{' '}
      <button type="button" disabled={!assetId} onClick={add}>
        Add
      </button>
      {change?.status === 'sending' && <output>Saving…</output>}
      {change?.status === 'paused' && <output>Will be saved later</output>}
      {change?.status === 'failed' && (
        <span role="alert">
          Could not save: {change.error?.message}{' '}
          <button type="button" onClick={() => change.retry()}>
            Retry
          </button>
        </span>
      )}
    </li>
  );
}

/** Something to add: the studio's newest asset. Calls that have no hook of their own go through TanStack Query's. */
function useNewestAsset() {
  const scenario = useScenario();
  const { data } = useQuery({
    queryKey: ['newest asset', scenario.scope],
    queryFn: async () => (await scenario.assets.list({ pageSize: 1 })).assets,
  });
  return data?.[0]?.id;
}
