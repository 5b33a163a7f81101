import { expect, test } from 'vitest';
import { useAddAssets, useCollectionAssets, useCollections, useUpdateCollection } from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon } from '../support/app.tsx';

inVirtualTime();

const MINUTE = 60_000;
const seconds = () => Math.floor(Date.now() / 1000);
const day = () => new Date().toISOString().replace(/[-:]|\.\d+/g, '');

/** An app whose server signs every picture's address anew, each time that it is asked. */
function open(sign: (turn: number) => string) {
  let turn = 0;
  const served = openApp({
    latency: 20,
    assets: [{ id: 'oak' }, { id: 'elm' }],
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak'], thumbnail: { assetId: 'oak', url: '' } },
      { id: 'parks', name: 'Parks', assetIds: ['oak'], thumbnail: { assetId: 'oak', url: '' } },
    ],
  });
  const fetch: typeof globalThis.fetch = async (...asked) => {
    turn++;
    const answer = await served.emulator.fetch(...asked);
    const text = (await answer.text()).replace(/"url":"[^"]*"/g, `"url":"https://cdn.test/oak.png?${sign(turn)}"`);
    return new Response(text, answer);
  };
  const app = openApp(served.emulator, { fetch });
  const screen = app.hook(() => ({
    list: useCollections(),
    assets: useCollectionAssets('trees'),
    add: useAddAssets().mutate,
    update: useUpdateCollection().mutate,
  }));
  const again = async () => {
    void screen.now.list.refetch();
    void screen.now.assets.refetch();
    await soon(100);
  };
  return { screen, again, urls: () => screen.now.list.data?.map(({ thumbnail }) => thumbnail?.url) };
}

test.each<[string, (turn: number) => string, number]>([
  ['a date', (turn) => `Expires=${seconds() + 3600}&Signature=${turn}`, 60],
  ['a span from when it was signed', (turn) => `X-Amz-Date=${day()}&X-Amz-Expires=3600&X-Amz-Signature=${turn}`, 60],
  ['nothing', (turn) => `sig=${turn}`, 10],
])(
  'another signature of the same picture renders no row while the old one is good, and is taken over after that: it says %s',
  async (_, sign, minutes) => {
    const { screen, again, urls } = open(sign);
    await soon(100);
    const first = { rows: screen.now.list.data, assets: screen.now.assets.data, urls: urls() };
    await again();
    await soon((minutes / 2 - 1) * MINUTE);
    await again();
    expect(screen.now.list.data).toBe(first.rows);
    expect(screen.now.assets.data).toBe(first.assets);
    await soon((minutes / 2) * MINUTE);
    await again();
    expect(urls()).not.toEqual(first.urls);
    expect(screen.now.assets.data?.[0]?.url).not.toBe(first.assets?.[0]?.url);
  },
);

test('a change of a row loads its picture anew only where it is another one', async () => {
  const { screen, urls } = open((turn) => `Expires=${seconds() + 3600}&Signature=${turn}`);
  await soon(100);
  const [tree, park] = urls() ?? [];
  press(() => screen.now.update({ collectionId: 'trees', name: 'Wood' }));
  press(() => screen.now.add({ collectionId: 'trees', assetIds: ['elm'] }));
  await soon(200);
  expect(screen.now.list.data?.[0]).toMatchObject({ name: 'Wood', assetCount: 2 });
  expect(urls()).toEqual([tree, park]);
});
