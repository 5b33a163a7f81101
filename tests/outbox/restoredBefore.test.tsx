import { dehydrate, hydrate, QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

test.each([
  ['before the first render', true],
  ['after it', false],
])(
  'what waits in a cache that holds all mutations, restored %s, and in the outbox too, is sent once',
  async (_, isEarly) => {
    const browser = new FakeBrowser();
    const emulator = studio(50, ['oak']);
    const before = openTab(browser, emulator);
    await calm(200);
    goOffline();
    press(() => watch(before.now.create({ name: 'Lakes' })));
    press(() => watch(before.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm();
    const cache = JSON.parse(JSON.stringify(dehydrate(before.queryClient, { shouldDehydrateMutation: () => true })));
    before.kill();
    goOnline();
    const queryClient = new QueryClient();
    if (isEarly) hydrate(queryClient, cache);
    const next = openTab(browser, emulator, { queryClient });
    if (!isEarly) hydrate(queryClient, cache);
    await calm(6_000);
    expect(next.rows).toEqual(['Lakes 0', 'Trees 2', 'Parks 0']);
    expect([...next.writes].sort()).toEqual(['POST /collections', 'PUT /collections/trees/assets']);
    expect([next.pending, (await browser.records()).filter(({ kind }) => kind)]).toEqual([[], []]);
  },
);
