import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { collectionKeys } from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { membersIn } from './membersIn.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { rest } from './rest.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

const many = (count: number) => Array.from({ length: count }, (_, i) => `t${i}`);

/** How many items a tab's list counts in the first collection from now on, each time that it differs. */
function countsIn({ queryClient }: OpenTab): number[] {
  const seen: number[] = [];
  queryClient.getQueryCache().subscribe(() => {
    const count = queryClient.getQueryData(collectionKeys.list({}))?.pages[0]?.collections[0]?.itemCount;
    if (count !== undefined && seen.at(-1) !== count) seen.push(count);
  });
  return seen;
}

describe.each(['assets', 'models'] as const)('of %s', (kind) => {
  test.each([
    ['added', 1],
    ['added', 3],
    ['taken out', 1],
    ['taken out', 3],
  ] as const)('what was %s while a page slept is counted once when that is undone: %d items', async (what, count) => {
    const browser = new FakeBrowser();
    const ids = many(count);
    const held = what === 'added' ? [] : ids;
    const emulator = createScenarioEmulator({
      latency: 20,
      collections: [{ id: 'trees', name: 'Trees', assetIds: [], modelIds: [], [`${kind.slice(0, -1)}Ids`]: held }],
    });
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    const members = membersIn(a, kind);
    await calm(200);
    const [doIt, undo] = what === 'added' ? [members.add, members.takeOut] : [members.takeOut, members.add];
    goOffline();
    doIt(ids);
    await calm();
    b.sleep('left');
    goOnline();
    await calm(300);
    // What it has come to is forgotten with whoever signs out.
    await act(() => a.outbox.clear());
    goOffline();
    await calm();
    press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
    undo(ids);
    await calm();
    const seen = countsIn(b);
    b.wake();
    await calm(100);
    goOnline();
    await calm(600);
    expect([a.pending, b.pending]).toEqual([[], []]);
    // As it fell asleep, and as it is.
    expect(seen).toEqual([count - held.length, held.length]);
  });
});

test.each([
  ['awake', 'added'],
  ['awake', 'taken out'],
  ['woken', 'added'],
  ['woken', 'taken out'],
] as const)(
  'a tab that is %s counts once what another has %s in part, and nobody knows how that ended',
  async (how, what) => {
    const browser = new FakeBrowser();
    const ids = many(60);
    const emulator = studio(20, what === 'added' ? [] : many(120));
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    await calm(200);
    const members = membersIn(a, 'assets');
    const isWrite = ({ method }: { method: string }) => method === 'PUT' || method === 'DELETE';
    let times = 0;
    emulator.fault({ kind: 'offline', on: (request) => isWrite(request) && ++times === 1 });
    emulator.fault({ kind: 'loseAnswer', on: (request) => isWrite(request) && times === 2 });
    if (what === 'added') members.add(ids);
    else members.takeOut(ids);
    if (how === 'woken') {
      b.sleep('left');
      await calm(30);
      b.wake();
    }
    const seen = countsIn(b);
    await calm(400);
    expect(a.pending).toHaveLength(1);
    const [least, most] = what === 'added' ? [0, 60] : [60, 120];
    for (const count of seen) {
      expect(count).toBeGreaterThanOrEqual(least);
      expect(count).toBeLessThanOrEqual(most);
    }
    expect(a.rows[0]).toBe(b.rows[0]);
  },
);

test('a page that wakes sends nothing before it has asked what another has sent of what it was about to send', async () => {
  let times = 0;
  for (let turns = 0; turns < 16; turns++) {
    const browser = new FakeBrowser();
    const emulator = studio(20, ['oak', 'elm']);
    const a = openTab(browser, emulator);
    await calm(200);
    press(() => watch(a.now.takeOut({ collectionId: 'trees', assetIds: ['oak'] })));
    const b = openTab(browser, emulator);
    press(() => watch(a.now.add({ collectionId: 'trees', assetIds: many(52) })));
    await rest(turns);
    a.sleep('frozen');
    for (let i = 0; i < 60 && !b.writes.length; i++) await rest(1);
    b.sleep('left');
    const before = a.writes.length;
    a.wake();
    await calm(10);
    if (b.writes.length) {
      times++;
      expect(a.writes.slice(before), `after ${turns} turns`).toEqual([]);
    }
    b.kill();
    await calm(4_000);
    expect([a.pending, a.rows], `after ${turns} turns`).toEqual([[], ['Trees 53', 'Parks 0']]);
    a.kill();
  }
  expect(times).toBeGreaterThan(3);
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
