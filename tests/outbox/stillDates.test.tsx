import { describe, expect, test } from 'vitest';
import { createScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { openTwo } from './openTwo.ts';
import { calm, goOffline, goOnline } from './world.ts';

inVirtualTime();

/** A server that does not date what is added or taken out. */
const studio = (latency: number) =>
  createScenarioEmulator({
    latency,
    touchOnMembership: false,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak', 'elm'] },
      { id: 'parks', name: 'Parks' },
    ],
  });

describe.each(['frozen', 'left'] as const)('by a server that dates no member, a page that was %s and wakes', (how) => {
  test.each(['added', 'taken out'])(
    'shows at once what another tab has made of what it had asked for, of which the last was done first: %s',
    async (what) => {
      const { a, b } = await openTwo(studio(20));
      goOffline();
      const ask = [
        () => a.now.update({ collectionId: 'trees', name: 'Woods' }),
        () =>
          what === 'added'
            ? a.now.add({ collectionId: 'trees', assetIds: ['yew'] })
            : a.now.takeOut({ collectionId: 'trees', assetIds: ['oak'] }),
        () => a.now.update({ collectionId: 'trees', name: 'Oaks' }),
      ];
      for (const each of ask) press(() => watch(each()));
      await calm();
      a.sleep(how);
      await calm(2_000);
      goOnline();
      await calm(200);
      expect(b.pending).toEqual([]);
      goOffline();
      a.wake();
      await calm();
      expect(a.rows).toEqual([what === 'added' ? 'Oaks 3' : 'Oaks 1', 'Parks 0']);
      goOnline();
    },
  );
});
