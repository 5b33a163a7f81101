import { onlineManager, QueryClient } from '@tanstack/react-query';
import {
  type Persister,
  PersistQueryClientProvider,
  type PersistQueryClientProviderProps,
} from '@tanstack/react-query-persist-client';
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

/** A server, and what a browser keeps of the pages that are opened one after another. */
function openBrowser() {
  const storage = new Map<string, string>();
  const records = new Map<number, Stored>();
  const emulator = createScenarioEmulator({ latency: 100, collections: [{ id: 'trees', assetIds: ['oak'] }] });

  const openPage = (
    persistOptions: Partial<PersistQueryClientProviderProps['persistOptions']> = {},
  ): { app: ReactElement; close: () => void } => {
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
        <PersistQueryClientProvider client={queryClient} persistOptions={{ persister, ...persistOptions }}>
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
  return { emulator, openPage };
}

/** A page that is ended offline with one change waiting. */
async function leaveOneWaiting({ openPage }: ReturnType<typeof openBrowser>): Promise<void> {
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
}

/** What is on the screen once the network is back. */
async function goOnline(): Promise<unknown[]> {
  act(() => onlineManager.setOnline(true));
  const words = new Set<string | null>();
  for (let i = 0; i < 60; i++) {
    await soon(10);
    words.add(document.body.textContent);
  }
  return [...words];
}

test('with TanStack Query’s persist client and an outbox a change made offline shows after a reload, counted once, and is sent once', async () => {
  const browser = openBrowser();
  await leaveOneWaiting(browser);
  render(browser.openPage().app);
  await soon(50);
  expect(screen.getByText('2 assets, 1 waiting')).toBeDefined();
  expect(await goOnline()).toEqual(['2 assets, 1 waitingadd', '2 assets, 0 waitingadd']);
  expect(browser.emulator.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  expect(browser.emulator.members('trees').assetIds).toContain('yew');
});

test.each([
  ['of another version of the app', { buster: '2' }, 0],
  ['that is too old', { maxAge: 60_000 }, 61_000],
])('a persisted cache %s is thrown away, and what waits in the outbox is not', async (_, persistOptions, later) => {
  const browser = openBrowser();
  await leaveOneWaiting(browser);
  await soon(later);
  render(browser.openPage(persistOptions).app);
  await soon(50);
  expect(document.body.textContent).toBe('Loading');
  expect(await goOnline()).toEqual(['Loading', '2 assets, 0 waitingadd']);
  expect(browser.emulator.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
});
