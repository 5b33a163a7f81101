import { describe, expect, test } from 'vitest';
import { collectionKeys } from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime } from '../support/app.tsx';
import { membersIn } from './membersIn.ts';
import { openOne } from './openOne.ts';
import { calm, goOffline, goOnline } from './world.ts';

inVirtualTime();

const ids = Array.from({ length: 52 }, (_, i) => `t${i}`);

describe.each(['assets', 'models'] as const)('of %s', (kind) => {
  test.each([
    ['accepted', 'added'],
    ['accepted', 'taken out'],
    ['refused', 'added'],
    ['refused', 'taken out'],
  ] as const)(
    'a tab that is opened while there was no room to write down that a part was %s counts once what is %s',
    async (end, what) => {
      const held = what === 'added' ? [] : ids;
      const emulator = createScenarioEmulator({
        latency: 20,
        collections: [{ id: 'trees', name: 'Trees', assetIds: [], modelIds: [], [`${kind.slice(0, -1)}Ids`]: held }],
      });
      const { browser, open, tab } = await openOne(emulator);
      const members = membersIn(tab, kind);
      if (end === 'refused') emulator.fault({ kind: 'rateLimit', seconds: 1, times: 1 });
      if (what === 'added') members.add(ids);
      else members.takeOut(ids);
      await calm(10);
      browser.isFull = true;
      goOffline();
      // What is left waits for the network, and for no limit any more.
      await calm(1_200);
      const next = open();
      const seen = new Set<number | undefined>();
      next.queryClient.getQueryCache().subscribe(() => {
        const page = next.queryClient.getQueryData(collectionKeys.list({}))?.pages[0];
        if (page) seen.add(page.collections[0]?.itemCount);
      });
      await calm(100);
      browser.isFull = false;
      goOnline();
      await calm(1_000);
      expect([tab.pending, next.pending]).toEqual([[], []]);
      expect([...seen]).toEqual([what === 'added' ? 52 : 0]);
    },
  );

  test.each([
    ['added', 'that dates it'],
    ['added', 'whose dates do not move'],
    ['taken out', 'that dates it'],
    ['taken out', 'whose dates do not move'],
  ] as const)(
    'what is kept again counts once in another tab, though a part of it is %s by then, by a server %s',
    async (what, date) => {
      const isAdd = what === 'added';
      const more = Array.from({ length: 3 }, (_, i) => `m${i}`);
      const held = isAdd ? [] : [...ids, ...more];
      const emulator = createScenarioEmulator({
        latency: 20,
        touchOnMembership: date === 'that dates it',
        collections: [{ id: 'trees', name: 'Trees', assetIds: [], modelIds: [], [`${kind.slice(0, -1)}Ids`]: held }],
      });
      const { browser, open, tab } = await openOne(emulator);
      const next = open();
      await calm(200);
      const members = membersIn(tab, kind);
      emulator.fault({ kind: 'rateLimit', seconds: 1, times: 1 });
      for (const each of [ids, more]) isAdd ? members.add(each) : members.takeOut(each);
      await calm(100);
      browser.isFull = true;
      emulator.fault({ kind: 'loseAnswer', on: isAdd ? 'PUT' : 'DELETE', times: 1 });
      while (next.pending.length > 1) await calm(10);
      browser.isFull = false;
      const seen: (number | undefined)[] = [];
      next.queryClient.getQueryCache().subscribe(() => {
        const itemCount = next.queryClient.getQueryData(collectionKeys.list({}))?.pages[0]?.collections[0]?.itemCount;
        if (itemCount !== seen.at(-1)) seen.push(itemCount);
      });
      await calm(3_000);
      expect([tab.pending, next.pending]).toEqual([[], []]);
      expect(seen.filter((count) => count !== (isAdd ? 3 : 52))).toEqual([isAdd ? 55 : 0]);
    },
  );
});
