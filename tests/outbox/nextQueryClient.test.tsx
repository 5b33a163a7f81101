import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import {
  type Scenario,
  ScenarioProvider,
  useCollections,
  useCreateCollection,
  usePendingChanges,
  useUpdateCollection,
} from '../../src/index.ts';
import { createOutbox, type Outbox, type OutboxOptions } from '../../src/outbox.ts';
import { clientOf, inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openDisk } from './openDisk.ts';
import { openTab } from './openTab.tsx';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

const useScreen = () => ({
  rows: (useCollections().data ?? []).map(({ name }) => name),
  pending: usePendingChanges().map(({ kind, status }) => `${kind} ${status}`),
  create: useCreateCollection().mutateAsync,
  update: useUpdateCollection().mutateAsync,
});
let now: ReturnType<typeof useScreen>;
function Screen() {
  now = useScreen();
  return null;
}

/** A page that makes a QueryClient for each session, and an outbox if that is `anew`, and a server that takes the tokens that are `good`. */
function openPage(
  good: Set<string>,
  browser = new FakeBrowser(),
  { anew, ...options }: OutboxOptions & { anew?: true } = {},
) {
  const emulator = studio(20);
  const writes: string[] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    const request = new Request(input, init);
    const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? '';
    if (request.method !== 'GET') writes.push(`${request.method} as ${token}`);
    return good.has(token) ? emulator.fetch(input, init) : Promise.resolve(new Response('{}', { status: 401 }));
  };
  const app = (client: Scenario, outbox: Outbox) => (
    <QueryClientProvider client={new QueryClient()}>
      <ScenarioProvider client={client} outbox={outbox}>
        <Screen />
      </ScenarioProvider>
    </QueryClientProvider>
  );
  const clientAs = (bearerAuth: string | (() => string)) => clientOf(emulator, { fetch, bearerAuth });
  return browser.openTab(() => {
    const outbox = createOutbox(options);
    const others = anew ? [createOutbox(), createOutbox(), createOutbox()] : [];
    const page = render(app(clientAs('nobody'), outbox));
    const signIn = (client: Scenario) => page.rerender(app(client, others.pop() ?? outbox));
    return { browser, emulator, writes, clientAs, signIn, outbox };
  });
}

const rename = (name: string) => press(() => watch(now.update({ collectionId: 'trees', name })));

describe.each([
  ['IndexedDB', () => ({})],
  ['IndexedDB, with an outbox of its own,', () => ({ anew: true as const })],
  ['a storage of its own', () => ({ storage: openDisk().storage })],
])('what a QueryClient keeps in %s that has left the screen', (_, options) => {
  test('goes on with the next one’s client, where its own session has ended, and what comes after it as well', async () => {
    const good = new Set(['first']);
    const { clientAs, signIn, writes, emulator } = openPage(good, undefined, options());
    signIn(clientAs('first'));
    await calm(100);
    good.clear();
    rename('Woods');
    press(() => watch(now.create({ name: 'Lakes' })));
    await calm(100);
    expect(now.pending).toEqual(['update queued', 'create queued']);
    good.add('second');
    signIn(clientAs('second'));
    await calm(300);
    rename('Forest');
    await calm(300);
    expect([now.pending, now.rows]).toEqual([[], ['Lakes', 'Forest', 'Parks']]);
    expect(emulator.collections.map(({ name }) => name)).toEqual(['Lakes', 'Forest', 'Parks']);
    expect(writes.slice(2)).toEqual(['PUT as second', 'POST as second', 'PUT as second']);
  });

  test('goes on when the next one has read that the session of the same client is back', async () => {
    const good = new Set(['token']);
    const { clientAs, signIn, emulator } = openPage(good, undefined, options());
    const client = clientAs('token');
    signIn(client);
    await calm(100);
    good.clear();
    rename('Woods');
    await calm(100);
    signIn(client);
    await calm(100);
    expect(now.pending).toEqual(['update queued']);
    good.add('token');
    signIn(client);
    await calm(300);
    expect([now.pending, now.rows]).toEqual([[], ['Woods', 'Parks']]);
    expect(emulator.collections.map(({ name }) => name)).toEqual(['Woods', 'Parks']);
  });

  test('is sent with the next one’s client, where it has waited for the network', async () => {
    const { clientAs, signIn, writes } = openPage(new Set(['first', 'second']), undefined, options());
    signIn(clientAs('first'));
    await calm(100);
    goOffline();
    rename('Woods');
    await calm(50);
    signIn(clientAs('second'));
    await calm(50);
    goOnline();
    await calm(300);
    expect([now.pending, now.rows]).toEqual([[], ['Woods', 'Parks']]);
    expect(writes).toEqual(['PUT as second']);
  });
});

test.each([
  ['the same outbox', {}],
  ['an outbox of its own', { anew: true as const }],
])('what another tab has left is sent as who is signed in, and not as who was before in %s', async (_, options) => {
  const { browser, clientAs, signIn, writes, emulator, outbox } = openPage(
    new Set(['first', 'second']),
    undefined,
    options,
  );
  signIn(clientAs('first'));
  await calm(100);
  await outbox.clear();
  signIn(clientAs('second'));
  await calm(100);
  const other = openTab(browser, emulator, { bearerAuth: () => 'second' });
  await calm(100);
  goOffline();
  press(() => watch(other.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(50);
  other.kill();
  await calm(50);
  goOnline();
  await calm(300);
  expect([now.pending, now.rows]).toEqual([[], ['Woods', 'Parks']]);
  expect(writes).toEqual(['PUT as second']);
});
