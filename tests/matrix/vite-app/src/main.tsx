import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { type Collection, Scenario, ScenarioProvider, useAddAssets, useCollections } from 'scenario-react';
import { createScenarioEmulator } from 'scenario-react/testing';

const emulator = createScenarioEmulator({ collections: [{ id: 'trees', name: 'Trees' }] });
const client = new Scenario({ baseURL: 'https://scenario.test/v1', fetch: emulator.fetch });

function Row({ collection }: { collection: Collection }) {
  const addAssets = useAddAssets();
  return (
    <li>
      {collection.name}: {collection.assetCount}{' '}
      <button
        type="button"
        onClick={() => addAssets.mutate({ collectionId: collection.id, assetIds: ['oak', 'elm', 'ash'] })}
      >
        Add three
      </button>
    </li>
  );
}

function App() {
  const { data } = useCollections({ pageSize: 50 });
  return (
    <ul>
      {data?.map((collection) => (
        <Row key={collection.clientKey ?? collection.id} collection={collection} />
      ))}
    </ul>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <QueryClientProvider client={new QueryClient()}>
      <ScenarioProvider client={client}>
        <App />
      </ScenarioProvider>
    </QueryClientProvider>,
  );
}
