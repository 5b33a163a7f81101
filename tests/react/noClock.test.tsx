// @vitest-environment node
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { renderToString } from 'react-dom/server';
import { afterEach, expect, test, vi } from 'vitest';
import {
  ScenarioProvider,
  useAddAssets,
  useCollection,
  useCollectionAssets,
  useCollections,
  useCreateCollection,
  usePendingChanges,
} from '../../src/index.ts';
import { createOutbox } from '../../src/outbox.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { clientOf } from '../support/app.tsx';

afterEach(() => vi.restoreAllMocks());

function Screen() {
  const list = useCollections();
  const one = useCollection('trees');
  const assets = useCollectionAssets('trees');
  useAddAssets();
  useCreateCollection();
  const changes = usePendingChanges();
  return <p>{[list.status, one.status, assets.status, changes.length].join(' ')}</p>;
}

// Next.js fails the build of a page that asks for either while it is rendered ahead of time: the value would be the same for everybody.
test.each(['without', 'with'])('a first render asks for no time and no random number, %s an outbox', (how) => {
  const client = clientOf(createScenarioEmulator());
  const outbox = how === 'with' ? createOutbox() : undefined;
  const queryClient = new QueryClient();
  const now = vi.spyOn(Date, 'now');
  const random = vi.spyOn(Math, 'random');
  const html = renderToString(
    <QueryClientProvider client={queryClient}>
      <ScenarioProvider client={client} outbox={outbox}>
        <Screen />
      </ScenarioProvider>
    </QueryClientProvider>,
  );
  expect(html).toBe('<p>pending pending pending 0</p>');
  expect([now.mock.calls.length, random.mock.calls.length]).toEqual([0, 0]);
});
