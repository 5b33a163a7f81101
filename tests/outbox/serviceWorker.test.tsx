import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

type FetchFunction = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

const fallbackPage = () =>
  new Response('<!doctype html><h1>You are offline</h1>', { headers: { 'content-type': 'text/html' } });
const isRead = (init?: RequestInit) => (init?.method ?? 'GET') === 'GET';

/** A worker that answers from its cache first, and asks for the next time. */
function staleWhileRevalidate(network: FetchFunction): FetchFunction {
  const cache = new Map<string, Promise<Response>>();
  return async (input, init) => {
    if (!isRead(init)) return network(input, init);
    const url = String(input);
    const cached = cache.get(url);
    const fresh = network(input, { ...init, signal: null });
    cache.set(url, fresh);
    return (await (cached ?? fresh)).clone();
  };
}

test('a write that a service worker answers with its fallback page is done as soon as it does not, and a create is not sent again by itself', async () => {
  const emulator = studio(50, ['oak']);
  let isInTheWay = true;
  const tab = openTab(new FakeBrowser(), emulator, {
    fetch: async (input, init) => (isInTheWay && !isRead(init) ? fallbackPage() : emulator.fetch(input, init)),
  });
  await calm(200);
  const outcomes = press(() => [
    watch(tab.now.add({ collectionId: 'trees', assetIds: ['yew'] })),
    watch(tab.now.remove({ collectionId: 'parks' })),
    watch(tab.now.create({ name: 'Lakes' })),
  ]);
  await calm(5_000);
  expect(outcomes.map(({ settled, error }) => [settled, (error as Error | undefined)?.name])).toEqual([
    [0, undefined],
    [1, 'ResponseValidationError'],
    [1, 'ResponseValidationError'],
  ]);
  expect(tab.rows).toEqual(['Trees 2', 'Parks 0']);
  expect(tab.writes.filter((line) => line === 'POST /collections')).toHaveLength(1);
  isInTheWay = false;
  act(() => {
    for (const change of tab.now.pending) if (change.status === 'failed') void change.retry();
  });
  await calm(5_000);
  expect(tab.pending).toEqual([]);
  expect(tab.rows).toEqual(['Lakes 0', 'Trees 2']);
});

test('what a service worker reads from its cache right after a write does not undo that', async () => {
  const emulator = studio(50, ['oak']);
  const tab = openTab(new FakeBrowser(), emulator, { fetch: staleWhileRevalidate(emulator.fetch) });
  await calm(200);
  const outcome = press(() => watch(tab.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await calm(200);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 2 } });
  for (let i = 0; i < 3; i++) {
    act(() => void tab.queryClient.refetchQueries());
    for (let passed = 0; passed < 150; passed += 10) {
      expect(tab.rows).toEqual(['Trees 2', 'Parks 0']);
      await calm(10);
    }
  }
});
