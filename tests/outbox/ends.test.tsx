import { hydrate, QueryClient } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import { inVirtualTime, press, soon, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { openTwo } from './openTwo.ts';
import { rest } from './rest.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

test('outbox.clear drops what waits in every tab, for good: the next user sends and sees nothing of it', async () => {
  const { a, b, browser, emulator } = await openTwo();
  goOffline();
  const outcome = press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm();
  expect(b.rows).toEqual(['Woods 2', 'Parks 0']);
  await act(() => b.outbox.clear());
  await calm();
  expect([a.rows, b.rows]).toEqual([
    ['Trees 2', 'Parks 0'],
    ['Trees 2', 'Parks 0'],
  ]);
  expect(outcome.error).toMatchObject({ name: 'APIUserAbortError' });
  a.kill();
  b.kill();
  goOnline();
  const next = openTab(browser, emulator);
  await calm(300);
  expect(next.pending).toEqual([]);
  expect(emulator.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
});

test('queryClient.clear() forgets what this page has asked for, even if the page is closed at once', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const before = openTab(browser, emulator);
  await calm(200);
  goOffline();
  press(() => watch(before.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm();
  act(() => before.queryClient.clear());
  await Promise.resolve();
  before.kill();
  goOnline();
  const next = openTab(browser, emulator);
  await calm(300);
  expect(next.pending).toEqual([]);
  expect(next.rows).toEqual(['Trees 2', 'Parks 0']);
  expect(next.writes).toEqual([]);
});

test('what one scope has asked for is neither shown nor sent in another', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const ann = openTab(browser, emulator, { scope: 'ann' });
  await calm(200);
  goOffline();
  press(() => watch(ann.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm();
  ann.kill();
  goOnline();
  const ben = openTab(browser, emulator, { scope: 'ben' });
  await calm(300);
  expect([ben.pending, ben.writes, ben.rows]).toEqual([[], [], ['Trees 2', 'Parks 0']]);
  ben.kill();
  const again = openTab(browser, emulator, { scope: 'ann' });
  await calm(300);
  expect(again.writes).toEqual(['PUT /collections/trees']);
});

test('a session that has ended has everything wait, until a read shows that there is another', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  let isSignedIn = true;
  const fetch: typeof globalThis.fetch = async (input, init) =>
    isSignedIn ? emulator.fetch(input, init) : new Response('{"message":"no"}', { status: 401 });
  const tab = openTab(browser, emulator, { fetch });
  await calm(200);
  isSignedIn = false;
  const outcome = press(() => watch(tab.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(200);
  const asked = tab.sent.length;
  await calm(300);
  expect(tab.sent.length).toBe(asked);
  expect(tab.pending).toEqual(['update queued']);
  expect(tab.rows).toEqual(['Woods 2', 'Parks 0']);
  isSignedIn = true;
  act(() => void tab.queryClient.refetchQueries());
  await calm(300);
  expect(outcome).toMatchObject({ settled: 1, value: { name: 'Woods' } });
  expect(tab.pending).toEqual([]);
});

test('pending mutations that an app had persisted before it had an outbox are taken over once', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  goOffline();
  const cache = {
    queries: [],
    mutations: [
      {
        mutationKey: ['scenario', 'default', 'collections', 'mutation', 'update'],
        state: {
          status: 'pending',
          variables: { collectionId: 'parks', name: 'Gardens' },
          submittedAt: 5,
          isPaused: false,
        },
      },
    ],
  };
  const open = () => {
    const queryClient = new QueryClient();
    hydrate(queryClient, JSON.parse(JSON.stringify(cache)));
    return openTab(browser, emulator, { queryClient });
  };
  const first = open();
  await calm(100);
  expect(first.now.pending).toMatchObject([{ kind: 'update', stored: true }]);
  // The persister had no time to write: the next page finds it in both.
  first.kill();
  const second = open();
  await calm(100);
  expect(second.pending).toEqual(['update paused']);
  goOnline();
  await calm(300);
  expect(second.writes).toEqual(['PUT /collections/parks']);
  expect(emulator.collections[1]?.name).toBe('Gardens');
});

test('a create that may have been sent is not given up because its session has ended', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const before = openTab(browser, emulator);
  await calm(200);
  press(() => watch(before.now.create({ name: 'Lakes' })));
  await calm(30);
  expect(emulator.collections).toHaveLength(3);
  before.kill();
  let isSignedIn = false;
  const fetch: typeof globalThis.fetch = async (input, init) =>
    isSignedIn ? emulator.fetch(input, init) : new Response('{"message":"no"}', { status: 401 });
  const after = openTab(browser, emulator, { fetch });
  await calm(200);
  expect(after.pending).toEqual(['create queued']);
  isSignedIn = true;
  act(() => void after.queryClient.refetchQueries());
  await calm(300);
  expect(after.pending).toEqual([]);
  expect(after.rows).toEqual(['Lakes 0', 'Trees 2', 'Parks 0']);
  expect(emulator.collections).toHaveLength(3);
});

test('a create that may have been sent is looked for when the limit lets that through, and is not given up before', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const before = openTab(browser, emulator);
  await calm(200);
  press(() => watch(before.now.create({ name: 'Lakes' })));
  await calm(30);
  expect(emulator.collections).toHaveLength(3);
  before.kill();
  const spent = emulator.fault({ kind: 'rateLimit', seconds: 60 });
  const after = openTab(browser, emulator);
  await calm(200);
  spent();
  await soon(59_000);
  expect(after.pending).toEqual(['create queued']);
  await soon(1_000);
  await calm(1_000);
  expect(after.pending).toEqual([]);
  expect(after.rows).toEqual(['Lakes 0', 'Trees 2', 'Parks 0']);
  expect(emulator.collections).toHaveLength(3);
});

test.each([401, 500])(
  'what may have been sent is not sent again before it was asked about, though the first answer is a %i',
  async (status) => {
    const browser = new FakeBrowser();
    const emulator = studio(50);
    const before = openTab(browser, emulator);
    await calm(200);
    press(() => watch(before.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await calm(30);
    expect(emulator.collections[1]?.name).toBe('Gardens');
    before.kill();
    let isRefused = true;
    const fetch: typeof globalThis.fetch = async (input, init) =>
      isRefused ? new Response('{"message":"no"}', { status }) : emulator.fetch(input, init);
    const after = openTab(browser, emulator, { fetch });
    await calm(1_000);
    expect(after.writes).toEqual([]);
    expect(after.pending).toHaveLength(1);
    isRefused = false;
    after.sent.length = 0;
    act(() => void after.queryClient.refetchQueries());
    await calm(4_500);
    const asked = after.sent.indexOf('GET /collections/parks');
    expect(asked).toBeGreaterThanOrEqual(0);
    for (const line of after.sent.slice(0, asked)) expect(line).toMatch(/^GET/);
    expect(after.pending).toEqual([]);
    expect(after.rows).toEqual(['Trees 2', 'Gardens 0']);
  },
);

/** How many turns after a page was opened a tab ends, and how many after that whoever takes over ends. */
const ENDS = Array.from({ length: 48 }, (_, i) => [3 * Math.floor(i / 8), 2 * (i % 8)] as const);

test.each(ENDS)(
  'whoever takes over, and ends before a page that was just opened has heard of it, leaves nothing to nobody (%i and %i turns)',
  async (first, second) => {
    const browser = new FakeBrowser({ messageTakes: 60 });
    const emulator = studio(50, ['oak']);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    await calm(200);
    goOffline();
    press(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await calm(100);
    const c = openTab(browser, emulator);
    await rest(first);
    a.kill();
    await rest(second);
    b.kill();
    goOnline();
    await calm(3_000);
    expect([c.pending, c.writes]).toEqual([[], ['PUT /collections/parks']]);
    expect(c.rows).toEqual(['Trees 1', 'Gardens 0']);
  },
);

test('what a tab has done for one that was closed, and ended before it could tell, is over in the others as soon as it has ended', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50, ['oak']);
  const onProblem = () => undefined;
  const [a, b, c] = [openTab(browser, emulator), openTab(browser, emulator, { onProblem }), openTab(browser, emulator)];
  await calm(200);
  goOffline();
  press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm();
  a.kill();
  await calm();
  browser.channelsAreClosed = true;
  goOnline();
  await calm(300);
  expect([b.writes, c.writes, c.pending]).toEqual([['PUT /collections/trees'], [], ['update queued']]);
  browser.channelsAreClosed = false;
  b.kill();
  await calm(50);
  expect([c.rows, c.pending]).toEqual([['Woods 1', 'Parks 0'], []]);
  await calm(2_000);
  expect([c.rows, c.pending, c.writes]).toEqual([['Woods 1', 'Parks 0'], [], []]);
});
