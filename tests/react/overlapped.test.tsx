import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useAddAssets, useCollection, useRemoveAssets, useUpdateCollection } from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';
import { timeNow } from '../support/virtualTime.ts';

inVirtualTime();

const useScreen = () => ({
  one: useCollection('trees'),
  add: useAddAssets().mutateAsync,
  remove: useRemoveAssets().mutateAsync,
  rename: useUpdateCollection().mutateAsync,
});
type Screen = ReturnType<typeof useScreen>;

const OURS = {
  'an add': ({ add }: Screen) => add({ collectionId: 'trees', assetIds: ['yew'] }),
  'a remove': ({ remove }: Screen) => remove({ collectionId: 'trees', assetIds: ['oak'] }),
  'a rename': ({ rename }: Screen) => rename({ collectionId: 'trees', name: 'Woods' }),
};

const THEIRS = {
  adds: ['PUT', '/assets', { assetIds: ['ash'] }],
  removes: ['DELETE', '/assets', { assetIds: ['elm'] }],
  renames: ['PUT', '', { name: 'Their trees' }],
} as const;

const UNDONE: Record<string, string> = { 'an add': 'removes', 'a remove': 'adds' };

async function open(touchOnMembership: boolean, slow: string) {
  const app = openApp({
    latency: 20,
    touchOnMembership,
    now: () => new Date(timeNow()),
    collections: [{ id: 'trees', name: 'Trees', assetIds: ['oak', 'elm'] }],
  });
  const screen = app.hook(useScreen);
  await soon(100);
  app.sent();
  app.emulator.fault({
    kind: 'slow',
    ms: 100,
    on: ({ method }) => (slow === 'the read') === (method === 'GET'),
    times: 1,
  });
  return { ...app, screen, shown: () => [screen.now.one.data?.name, screen.now.one.data?.assetCount] };
}

const DATES = [
  ['moves', true],
  ['does not move', false],
] as const;
const LATE = ['the read', 'the write'] as const;

test.each(
  DATES.flatMap(([date, moves]) =>
    LATE.flatMap((late) =>
      Object.entries(OURS).flatMap(([ours, ask]) =>
        // What brings the count back to what it was cannot be told from it where no date tells.
        Object.entries(THEIRS)
          .filter(([theirs]) => moves || UNDONE[ours] !== theirs)
          .map(([theirs, [method, path, body]]) => ({
            date,
            moves,
            late,
            ours,
            ask,
            theirs,
            theirCall: {
              url: `https://api.test/v1/collections/trees${path}`,
              init: { method, body: JSON.stringify(body) },
            },
          })),
      ),
    ),
  ),
)(
  'what somebody else $theirs while $ours is on its way is shown once a read has told of it, where $late is answered last, and the date $date with the members',
  async ({ moves, late, ask, theirCall: { url, init } }) => {
    const { emulator, screen, shown } = await open(moves, late);
    press(() => watch(ask(screen.now)));
    await soon(11);
    await emulator.elsewhere(url, init);
    act(() => void screen.now.one.refetch());
    await soon(500);
    const [{ name, assetCount } = {}] = emulator.collections;
    expect(shown()).toEqual([name, assetCount]);
  },
);

test.each(
  DATES.flatMap(([date, moves]) =>
    LATE.flatMap((late) => Object.entries(OURS).map(([ours, ask]) => ({ date, moves, late, ours, ask }))),
  ),
)(
  'a read of before $ours is not asked for again where $late is answered last, and the date $date with the members',
  async ({ moves, late, ask }) => {
    const { emulator, screen, sent, shown } = await open(moves, late);
    act(() => void screen.now.one.refetch());
    await soon(1);
    press(() => watch(ask(screen.now)));
    await soon(500);
    expect(sent()).toEqual(['GET /collections/trees', expect.not.stringContaining('GET')]);
    const [{ name, assetCount } = {}] = emulator.collections;
    expect(shown()).toEqual([name, assetCount]);
  },
);
