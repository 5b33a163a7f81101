import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import { StrictMode } from 'react';
import { describe, expect, test } from 'vitest';
import { ScenarioProvider, useAddAssets, useCollection, usePendingChanges } from '../../src/index.ts';
import { createOutbox } from '../../src/outbox.ts';
import { clientOf, inVirtualTime, press, soon } from '../support/app.tsx';
import { openDisk } from './openDisk.ts';
import { goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

let now: ReturnType<typeof useScreen>;
const useScreen = () => ({
  one: useCollection('trees').data,
  pending: usePendingChanges(),
  add: useAddAssets().mutateAsync,
});
function Screen() {
  const screen = useScreen();
  now = screen;
  return `${screen.one?.assetCount}, ${screen.pending.length} waiting`;
}

describe('an outbox under StrictMode', () => {
  const open = (emulator = studio(20), disk = openDisk()) => {
    let isClosed = false;
    const client = clientOf(emulator, {
      fetch: (input, init) => (isClosed ? new Promise(() => undefined) : emulator.fetch(input, init)),
    });
    const [queryClient, outbox] = [new QueryClient(), createOutbox(disk)];
    const page = render(
      <StrictMode>
        <QueryClientProvider client={queryClient}>
          <ScenarioProvider client={client} outbox={outbox}>
            <Screen />
          </ScenarioProvider>
        </QueryClientProvider>
      </StrictMode>,
    );
    const close = () => {
      isClosed = true;
      page.unmount();
    };
    return { emulator, disk, close, text: () => page.container.textContent };
  };

  test('keeps each change once, and sends it once', async () => {
    const { emulator, disk, text } = open();
    await soon(100);
    press(() => void now.add({ collectionId: 'trees', assetIds: ['yew'] }));
    await soon(5);
    expect([text(), disk.records.size]).toEqual(['3, 1 waiting', 1]);
    await soon(100);
    expect([text(), disk.records.size]).toEqual(['3, 0 waiting', 0]);
    expect(emulator.requests.map(({ method }) => method)).toEqual(['GET', 'PUT']);
  });

  test('takes over what an earlier page has left, once', async () => {
    const first = open();
    await soon(100);
    goOffline();
    press(() => void now.add({ collectionId: 'trees', assetIds: ['yew'] }));
    await soon(50);
    first.close();
    const { text, emulator } = open(first.emulator, first.disk);
    await soon(50);
    goOnline();
    await soon(200);
    expect(text()).toBe('3, 0 waiting');
    expect(emulator.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });
});

test('a provider that is mounted anew on the same outbox (a module that was edited, a route) goes on with what waits', async () => {
  const [emulator, disk] = [studio(20), openDisk()];
  const [client, queryClient, outbox] = [clientOf(emulator), new QueryClient(), createOutbox(disk)];
  const app = (version: number) => (
    <QueryClientProvider client={queryClient}>
      <ScenarioProvider key={version} client={client} outbox={outbox}>
        <Screen />
      </ScenarioProvider>
    </QueryClientProvider>
  );
  const page = render(app(1));
  await soon(100);
  goOffline();
  press(() => void now.add({ collectionId: 'trees', assetIds: ['yew'] }));
  await soon(20);
  for (const version of [2, 3]) {
    page.rerender(app(version));
    expect(page.container.textContent).toBe('3, 1 waiting');
    await soon(20);
  }
  press(() => void now.add({ collectionId: 'trees', assetIds: ['ash'] }));
  await soon(20);
  goOnline();
  await soon(200);
  expect(page.container.textContent).toBe('4, 0 waiting');
  expect(emulator.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  expect([disk.asked.load, disk.records.size]).toEqual([1, 0]);
});

test('an outbox that is made anew beside a QueryClient that stays (a module that was edited) loses and doubles nothing', async () => {
  const [emulator, disk] = [studio(20), openDisk()];
  const [client, queryClient] = [clientOf(emulator), new QueryClient()];
  const app = () => (
    <QueryClientProvider client={queryClient}>
      <ScenarioProvider client={client} outbox={createOutbox({ ...disk, onProblem: () => undefined })}>
        <Screen />
      </ScenarioProvider>
    </QueryClientProvider>
  );
  const page = render(app());
  await soon(100);
  goOffline();
  press(() => void now.add({ collectionId: 'trees', assetIds: ['yew'] }));
  await soon(20);
  page.rerender(app());
  await soon(20);
  press(() => void now.add({ collectionId: 'trees', assetIds: ['ash'] }));
  await soon(20);
  expect(page.container.textContent).toBe('4, 2 waiting');
  goOnline();
  await soon(200);
  expect(page.container.textContent).toBe('4, 0 waiting');
  expect(emulator.members('trees').assetIds.slice().sort()).toEqual(['ash', 'elm', 'oak', 'yew']);
  expect(emulator.requests.filter(({ method }) => method === 'PUT').length).toBeLessThan(3);
  expect(disk.records.size).toBe(0);
});
