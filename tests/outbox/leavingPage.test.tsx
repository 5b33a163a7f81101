import { describe, expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

/** A user asks in a tab, whose own window it looks at from then on. */
const ask = (tab: OpenTab, ...work: (() => Promise<unknown>)[]) =>
  press(() => tab.tab.run(() => work.map((each) => watch(each()))));

/** A browser cuts off the requests of a page that is left, and the page hears of that before it ends. */
describe.each(['goes', 'closes'] as const)('a tab whose user %s in the middle of a request', (how) => {
  test('leaves its create to another, which finds the collection that it has made and fills it', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const a = openTab(browser, emulator);
    const b = openTab(browser, emulator);
    await calm(300);
    ask(a, () => a.now.create({ name: 'Lakes' }));
    const made = a.now.list?.find(({ name }) => name === 'Lakes')?.id as string;
    ask(
      a,
      () => a.now.add({ collectionId: made, assetIds: ['swan'] }),
      () => a.now.update({ collectionId: made, name: 'Ponds' }),
    );
    await calm(50);
    await a.leave(how);
    await calm(500);
    expect(b.pending).toEqual([]);
    expect(b.rows).toEqual(['Ponds 1', 'Trees 2', 'Parks 0']);
    expect(emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual(b.rows);
  });

  test('fails nothing that had got no answer before', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const a = openTab(browser, emulator);
    const b = openTab(browser, emulator);
    await calm(300);
    const writes = ['PUT /collections/:collectionId/assets', 'PUT /collections/:collectionId'];
    for (const on of writes) emulator.fault({ on, kind: 'offline', times: 1 });
    ask(
      a,
      () => a.now.add({ collectionId: 'trees', assetIds: ['yew'] }),
      () => a.now.update({ collectionId: 'parks', name: 'Gardens' }),
    );
    while (a.writes.length < 4) await calm();
    await a.leave(how);
    await calm(5_000);
    expect(b.pending).toEqual([]);
    expect(b.rows).toEqual(['Trees 3', 'Gardens 0']);
    expect(emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual(b.rows);
  });

  test('fails nothing for the token that it was fetching', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    let lose: () => void = () => undefined;
    let isSlow = false;
    const bearerAuth = () =>
      isSlow
        ? new Promise<string>((_resolve, reject) => {
            lose = () => reject(new TypeError('Failed to fetch'));
          })
        : 'token';
    const a = openTab(browser, emulator, { bearerAuth });
    const b = openTab(browser, emulator);
    await calm(300);
    isSlow = true;
    ask(
      a,
      () => a.now.update({ collectionId: 'parks', name: 'Gardens' }),
      () => a.now.remove({ collectionId: 'trees' }),
    );
    await calm(50);
    const left = a.leave(how);
    lose();
    await left;
    await calm(5_000);
    expect([b.pending, b.rows]).toEqual([[], ['Gardens 0']]);
    expect(emulator.collections.map(({ name }) => name)).toEqual(['Gardens']);
  });
});

test('what is asked for in a tab that closes itself in the same moment is kept, and done by another', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(100);
  const a = openTab(browser, emulator);
  const b = openTab(browser, emulator);
  await calm(300);
  ask(a, () => a.now.update({ collectionId: 'parks', name: 'Gardens' }));
  await a.leave('closes');
  await calm(500);
  expect([b.pending, b.rows]).toEqual([[], ['Trees 2', 'Gardens 0']]);
  expect(emulator.collections.map(({ name }) => name)).toEqual(['Trees', 'Gardens']);
});
