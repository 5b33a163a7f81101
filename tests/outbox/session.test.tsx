import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { ScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

/** A session, and a server that turns away what is asked when it has ended. */
function sessionWith(emulator: ScenarioEmulator) {
  const session = { hasEnded: false };
  const fetch: typeof globalThis.fetch = (input, init) =>
    session.hasEnded ? Promise.resolve(new Response('{}', { status: 401 })) : emulator.fetch(input, init);
  return { fetch, session };
}

/** Two tabs whose session ends for both, and is back for both. */
function openTabs() {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const { fetch, session } = sessionWith(emulator);
  const tabs = [openTab(browser, emulator, { fetch }), openTab(browser, emulator, { fetch })] as const;
  return { emulator, session, tabs, waiting: () => tabs.map(({ pending }) => pending) };
}

test.each([
  ['the same page', 0],
  ['another tab', 1],
])('what waits since a session has ended goes on when a write of %s shows that it is back', async (_, writer) => {
  const { emulator, session, tabs, waiting } = openTabs();
  await calm(200);
  session.hasEnded = true;
  press(() => watch(tabs[0].now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(500);
  expect(waiting()).toEqual([['update queued'], ['update queued']]);
  session.hasEnded = false;
  press(() => watch(tabs[writer]?.now.update({ collectionId: 'parks', name: 'Lakes' }) ?? Promise.reject()));
  await calm(500);
  expect(waiting()).toEqual([[], []]);
  expect(emulator.collections.map(({ name }) => name)).toEqual(['Woods', 'Lakes']);
});

interface Asking {
  readonly as: string;
  readonly first: (now: OpenTab['now']) => Promise<unknown>;
  readonly next: (now: OpenTab['now']) => Promise<unknown>;
  readonly names: readonly string[];
}

const rename = (name: string) => (now: OpenTab['now']) => now.update({ collectionId: 'trees', name });
const create = (name: string) => (now: OpenTab['now']) => now.create({ name });

const ASKED: readonly Asking[] = [
  { as: 'the same collection', first: rename('Woods'), next: rename('Forest'), names: ['Forest', 'Parks'] },
  {
    as: 'something else of the same collection',
    first: rename('Woods'),
    next: (now) => now.add({ collectionId: 'trees', assetIds: ['fir'] }),
    names: ['Parks', 'Woods'],
  },
  {
    as: 'another new collection',
    first: create('Lakes'),
    next: create('Seas'),
    names: ['Lakes', 'Parks', 'Seas', 'Trees'],
  },
];

test.each(
  ASKED.flatMap((asking) => [
    { ...asking, who: 'the same tab', asker: 0 as const },
    { ...asking, who: 'another tab', asker: 1 as const },
  ]),
)(
  'what waits since a session has ended is tried again when $who asks for $as',
  async ({ first, next, asker, names }) => {
    const { emulator, session, tabs, waiting } = openTabs();
    await calm(200);
    session.hasEnded = true;
    press(() => watch(first(tabs[0].now)));
    await calm(500);
    expect(tabs[0].writes).toHaveLength(1);
    session.hasEnded = false;
    press(() => watch(next(tabs[asker].now)));
    await calm(1_000);
    expect(waiting()).toEqual([[], []]);
    expect(emulator.collections.map(({ name }) => name).sort()).toEqual(names);
  },
);

test('what failed before a session has ended, and is retried, has what waits for its collection tried again', async () => {
  const { emulator, session, tabs, waiting } = openTabs();
  await calm(200);
  const end = emulator.fault({ kind: 'refuse', status: 400, on: 'PUT' });
  press(() => watch(rename('Woods')(tabs[0].now)));
  await calm(300);
  end();
  session.hasEnded = true;
  press(() => watch(tabs[0].now.add({ collectionId: 'trees', assetIds: ['fir'] })));
  await calm(300);
  expect(waiting()[1]).toEqual(['update failed', 'addAssets queued']);
  session.hasEnded = false;
  press(() => tabs[1].now.pending[0]?.retry());
  await calm(1_000);
  expect(waiting()).toEqual([[], []]);
  expect(emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual(['Woods 3', 'Parks 0']);
});

test('a session that is not back is asked for once at each thing that is asked for', async () => {
  const { session, tabs, waiting } = openTabs();
  await calm(200);
  session.hasEnded = true;
  for (const name of ['Woods', 'Forest', 'Grove']) {
    press(() => watch(rename(name)(tabs[0].now)));
    await calm(500);
  }
  expect(tabs.map(({ writes }) => writes.length)).toEqual([3, 0]);
  expect(waiting()[1]).toHaveLength(3);
});

test('what is kept waits for a token that cannot be had yet, if that is told as a 401, and so does what may have been sent', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const before = openTab(browser, emulator);
  await calm(200);
  press(() => {
    watch(before.now.create({ name: 'Lakes' }));
    watch(before.now.add({ collectionId: 'trees', assetIds: ['yew'] }));
  });
  await calm(10);
  press(() => watch(before.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(25);
  before.kill();
  let isSignedIn = false;
  const bearerAuth = () => {
    if (!isSignedIn) throw Object.assign(new Error('Nobody is signed in.'), { status: 401 });
    return 'token';
  };
  const next = openTab(browser, emulator, { bearerAuth });
  await calm(10_000);
  expect(next.pending).toEqual(['create queued', 'addAssets queued', 'update queued']);
  isSignedIn = true;
  press(() => void next.queryClient.invalidateQueries());
  await calm(500);
  expect(next.pending).toEqual([]);
  expect(next.rows).toEqual(['Lakes 0', 'Woods 3', 'Parks 0']);
  expect(next.writes).toEqual(['PUT /collections/trees']);
});

test('a session that has ended has everything wait, until a read shows that there is another', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const { fetch, session } = sessionWith(emulator);
  const tab = openTab(browser, emulator, { fetch });
  await calm(200);
  session.hasEnded = true;
  const outcome = press(() => watch(tab.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(200);
  const asked = tab.sent.length;
  await calm(300);
  expect(tab.sent.length).toBe(asked);
  expect(tab.pending).toEqual(['update queued']);
  expect(tab.rows).toEqual(['Woods 2', 'Parks 0']);
  session.hasEnded = false;
  act(() => void tab.queryClient.refetchQueries());
  await calm(300);
  expect(outcome).toMatchObject({ settled: 1, value: { name: 'Woods' } });
  expect(tab.pending).toEqual([]);
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
  const { fetch, session } = sessionWith(emulator);
  session.hasEnded = true;
  const after = openTab(browser, emulator, { fetch });
  await calm(200);
  expect(after.pending).toEqual(['create queued']);
  session.hasEnded = false;
  act(() => void after.queryClient.refetchQueries());
  await calm(300);
  expect(after.pending).toEqual([]);
  expect(after.rows).toEqual(['Lakes 0', 'Trees 2', 'Parks 0']);
  expect(emulator.collections).toHaveLength(3);
});
