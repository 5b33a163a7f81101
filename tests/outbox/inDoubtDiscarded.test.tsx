import { act } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

const ASKS = {
  create: ({ now }: OpenTab) => now.create({ name: 'Lakes' }),
  update: ({ now }: OpenTab) => now.update({ collectionId: 'parks', name: 'Gardens' }),
  delete: ({ now }: OpenTab) => now.remove({ collectionId: 'parks' }),
  addAssets: ({ now }: OpenTab) => now.add({ collectionId: 'trees', assetIds: ['yew'] }),
  removeAssets: ({ now }: OpenTab) => now.takeOut({ collectionId: 'trees', assetIds: ['oak'] }),
};

const KEEPERS = ['an outbox', 'a full disk', 'no database', 'no outbox'] as const;

async function openWith(keeper: (typeof KEEPERS)[number], maxRetries = 0) {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const tab = openTab(browser, emulator, {
    onProblem: vi.fn(),
    maxRetries,
    ...(keeper === 'no outbox' && { outbox: false }),
    ...(keeper === 'no database' && { unopened: 'refused' }),
  });
  await calm(200);
  browser.isFull = keeper === 'a full disk';
  return { emulator, tab };
}

const cases = Object.entries(ASKS).flatMap(([kind, ask]) => KEEPERS.map((keeper) => ({ kind, keeper, ask })));

test.each(cases)(
  '$kind: what was on the wire when its page fell asleep cannot be taken back before the server was asked ($keeper)',
  async ({ kind, keeper, ask }) => {
    const { emulator, tab } = await openWith(keeper);
    const outcome = press(() => watch(ask(tab)));
    await calm(30);
    expect(tab.pending).toEqual([`${kind} sending`]);
    const shown = tab.rows;
    tab.sleep('frozen');
    await calm(100);
    goOffline();
    tab.wake();
    for (const status of ['paused', 'queued']) {
      await calm(20);
      expect(tab.pending).toEqual([`${kind} ${status}`]);
      press(() => tab.now.pending[0]?.discard());
      await calm();
      expect(tab.pending).toEqual([`${kind} ${status}`]);
      expect(tab.rows).toEqual(shown);
      goOnline();
    }
    await calm(5_000);
    expect(tab.pending).toEqual([]);
    expect(outcome.settled).toBe(1);
    expect(outcome.error).toBeUndefined();
    expect(tab.writes).toHaveLength(1);
    expect(tab.rows).toEqual(shown);
    expect(tab.rows).toEqual(emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`));
  },
);

test('what was on the wire when its page fell asleep can be taken back when the server has said that it was not done', async () => {
  const { emulator, tab } = await openWith('a full disk');
  const isRename = ({ method }: { method: string }) => method === 'PUT';
  emulator.fault({ kind: 'offline', times: 1, on: isRename });
  const rename = press(() => watch(ASKS.update(tab)));
  await calm(30);
  tab.sleep('frozen');
  await calm(100);
  emulator.fault({ kind: 'rateLimit', seconds: 5, times: 1, on: isRename });
  tab.wake();
  await calm(300);
  expect(tab.pending).toEqual(['update paused']);
  press(() => tab.now.pending[0]?.discard());
  await calm(10_000);
  expect(tab.pending).toEqual([]);
  expect(rename.error).toMatchObject({ name: 'APIUserAbortError' });
  expect(emulator.collections[1]?.name).toBe('Parks');
});

const REFUSALS = {
  'by the limit': { kind: 'rateLimit', seconds: 2 },
  'as signed out': { kind: 'refuse', status: 401, body: {} },
  'for good': { kind: 'refuse', status: 403, body: {} },
} as const;

const refused = (['update', 'delete', 'removeAssets'] as const).flatMap((kind) =>
  Object.entries(REFUSALS).flatMap(([how, refusal]) => KEEPERS.map((keeper) => ({ kind, how, refusal, keeper }))),
);

test.each(refused)(
  '$kind: what an attempt without an answer may have done is asked about, though the next one was refused $how: it cannot be taken back before, and is not sent again ($keeper)',
  async ({ kind, refusal, keeper }) => {
    const { emulator, tab } = await openWith(keeper, 2);
    const isWrite = ({ method }: { method: string }) => ['PUT', 'DELETE'].includes(method);
    emulator.fault({ kind: 'loseAnswer', times: 1, on: isWrite });
    emulator.fault({ ...refusal, times: 1, on: isWrite });
    const outcome = press(() => watch(ASKS[kind](tab)));
    await calm(10);
    const shown = tab.rows;
    for (let passed = 0; passed < 6_000; passed += 200) {
      press(() => tab.now.pending[0]?.discard());
      expect(tab.rows).toEqual(shown);
      await calm(200);
      // A read shows that the session is back.
      if (passed === 4_000) act(() => void tab.queryClient.invalidateQueries());
    }
    expect(outcome).toMatchObject({ settled: 1 });
    expect(outcome.error).toBeUndefined();
    expect(tab.pending).toEqual([]);
    expect(tab.writes).toHaveLength(2);
    expect(tab.rows).toEqual(emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`));
  },
);

const WAYS = ['whose answer was lost', 'that a closed tab has left on the wire'] as const;
const found = (['update', 'delete', 'addAssets', 'removeAssets'] as const).flatMap((kind) =>
  WAYS.map((way) => ({ kind, way })),
);

test.each(found)(
  '$kind, $way: what the server is found to have done is done, whenever it is taken back after that',
  async ({ kind, way }) => {
    for (let wait = 0; wait < 160; wait += 10) {
      const browser = new FakeBrowser({ paces: [{ lock: 5, read: 15, write: 15 }] });
      const emulator = studio(10);
      const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
      await calm(300);
      emulator.fault({ kind: 'loseAnswer', times: 1, on: ({ method }) => ['PUT', 'DELETE'].includes(method) });
      const outcome = a.tab.run(() => press(() => watch(ASKS[kind](a))));
      while (!a.writes.length) await calm(5);
      const [tab] = way === WAYS[0] ? [a] : [b];
      if (tab === b) {
        await calm(15);
        a.kill();
      }
      const isAsked = () => tab.sent.length;
      const before = isAsked();
      while (isAsked() === before) await calm(5);
      await calm(wait);
      tab.tab.run(() => press(() => tab.now.pending[0]?.discard()));
      await calm(600);
      expect({ wait, pending: tab.pending }).toEqual({ wait, pending: [] });
      if (tab === a) expect({ wait, settled: outcome.settled, error: outcome.error }).toEqual({ wait, settled: 1 });
      expect(a.writes.length + b.writes.length).toBe(1);
      expect(tab.rows).toEqual(emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`));
      for (const each of [a, b]) each.kill();
    }
  },
);
