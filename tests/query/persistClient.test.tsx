import { onlineManager, QueryClient } from '@tanstack/react-query';
import { type Persister, PersistQueryClientProvider } from '@tanstack/react-query-persist-client';
import { act, fireEvent, render, screen } from '@testing-library/react';
import type { ReactElement } from 'react';
import { expect, test } from 'vitest';
import { ScenarioProvider, useAddAssets, useCollections, usePendingChanges } from '../../src/index.ts';
import { createOutbox, type Stored } from '../../src/outbox.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { clientOf, inVirtualTime, soon } from '../support/app.tsx';

inVirtualTime();

function Trees() {
  const { data, isPending } = useCollections();
  const add = useAddAssets();
  const pending = usePendingChanges();
  if (isPending) return <p>Loading</p>;
  return (
    <>
      <p>{`${data?.[0]?.assetCount} assets, ${pending.length} waiting`}</p>
      <button type="button" onClick={() => add.mutate({ collectionId: 'trees', assetIds: ['yew'] })}>
        add
      </button>
    </>
  );
}

test('with TanStack Query’s persist client and an outbox a change made offline shows after a reload, counted once, and is sent once', async () => {
  const storage = new Map<string, string>();
  const records = new Map<number, Stored>();
  const emulator = createScenarioEmulator({ latency: 100, collections: [{ id: 'trees', assetIds: ['oak'] }] });

  const openPage = (): { app: ReactElement; close: () => void } => {
    let isClosed = false;
    const client = clientOf(emulator, {
      fetch: (input, init) => (isClosed ? new Promise(() => undefined) : emulator.fetch(input, init)),
    });
    const queryClient = new QueryClient({ defaultOptions: { queries: { gcTime: 86_400_000 } } });
    const persister: Persister = {
      persistClient: (cache) => {
        if (!isClosed) storage.set('cache', JSON.stringify(cache));
      },
      restoreClient: () => {
        const cache = storage.get('cache');
        return cache === undefined ? undefined : JSON.parse(cache);
      },
      removeClient: () => void storage.delete('cache'),
    };
    const outbox = createOutbox({
      storage: {
        load: () => [...records.values()],
        put: (record) => isClosed || records.set(record.key, record),
        remove: (key) => isClosed || records.delete(key),
      },
    });
    return {
      app: (
        <PersistQueryClientProvider client={queryClient} persistOptions={{ persister }}>
          <ScenarioProvider client={client} outbox={outbox}>
            <Trees />
          </ScenarioProvider>
        </PersistQueryClientProvider>
      ),
      close: () => {
        isClosed = true;
      },
    };
  };

  const first = openPage();
  const { unmount } = render(first.app);
  await soon(300);
  expect(screen.getByText('1 assets, 0 waiting')).toBeDefined();
  act(() => onlineManager.setOnline(false));
  fireEvent.click(screen.getByText('add'));
  expect(screen.getByText('2 assets, 1 waiting')).toBeDefined();
  await soon(50);
  first.close();
  unmount();

  render(openPage().app);
  await soon(50);
  expect(screen.getByText('2 assets, 1 waiting')).toBeDefined();
  act(() => onlineManager.setOnline(true));
  const words = new Set<string | null>();
  for (let i = 0; i < 60; i++) {
    await soon(10);
    words.add(document.body.textContent);
  }
  expect([...words]).toEqual(['2 assets, 1 waitingadd', '2 assets, 0 waitingadd']);
  expect(emulator.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  expect(emulator.members('trees').assetIds).toContain('yew');
});
