import { afterEach, beforeEach, expect, test } from 'vitest';
import { useAddAssets, useCreateCollection, usePendingChanges } from '../../src/index.ts';
import { renderScenario } from '../support/renderScenario.tsx';
import { useScreen } from '../support/useScreen.ts';
import { pass, startVirtualTime, stopVirtualTime } from '../support/virtualTime.ts';

beforeEach(() => startVirtualTime());
afterEach(stopVirtualTime);

type Frames = readonly (readonly { readonly status: string }[])[];

/** What is listed in each frame, from the first one in which something is. */
function listed(frames: Frames): string[] {
  const all = frames.map((changes) => changes.map(({ status }) => status).join());
  return all.slice(all.findIndex(Boolean));
}

type Screen = ReturnType<typeof useScreen>;

const fail: Record<string, (screen: Screen) => Promise<unknown>> = {
  'an add': ({ add }) => add({ collectionId: 'trees', assetIds: ['yew'] }),
  'a remove': ({ takeOut }) => takeOut({ collectionId: 'trees', assetIds: ['oak'] }),
  'a rename': ({ update }) => update({ collectionId: 'trees', name: 'Woods' }),
  'a delete': ({ remove }) => remove({ collectionId: 'trees' }),
  'a create': ({ create }) => create({ name: 'Ponds' }),
};

test.each(Object.keys(fail))('%s that fails is listed in every frame, until it is listed as failed', async (kind) => {
  const screen = await renderScenario(useScreen, { collections: [{ id: 'trees', assetIds: ['oak'] }] });
  screen.emulator.fault({ kind: 'refuse', status: 403, on: ({ method }) => method !== 'GET' });
  void fail[kind]?.(screen.current).catch(() => undefined);
  await pass(200);
  expect(listed(screen.frames.map(({ pending }) => pending))).not.toContain('');
  expect(screen.current.pending).toMatchObject([{ status: 'failed' }]);
  await screen.unmount();
});

test('what waits for a create that fails is listed with it in every frame', async () => {
  const screen = await renderScenario(useScreen);
  screen.emulator.fault({ kind: 'refuse', status: 403, on: 'POST' });
  void screen.current.create({ name: 'Ponds' }).catch(() => undefined);
  await pass(1);
  const collectionId = screen.current.list?.[0]?.id as string;
  void screen.current.add({ collectionId, assetIds: ['reed'] }).catch(() => undefined);
  await pass(200);
  const frames = listed(screen.frames.map(({ pending }) => pending));
  expect(frames.slice(frames.findIndex((each) => each.includes(','))).every((each) => each.includes(','))).toBe(true);
  expect(frames.at(-1)).toBe('failed,failed');
  await screen.unmount();
});

test('one that fails is listed as long as its own callback takes', async () => {
  const screen = await renderScenario(() => ({
    pending: usePendingChanges(),
    add: useAddAssets({ onError: () => new Promise((resolve) => setTimeout(resolve, 1_000)) }).mutate,
  }));
  screen.emulator.fault({ kind: 'refuse', status: 403 });
  screen.current.add({ collectionId: 'trees', assetIds: ['yew'] });
  await pass(500);
  screen.current.pending[0]?.discard();
  expect(screen.current.pending).toMatchObject([{ status: 'sending' }]);
  await pass(1_000);
  expect(screen.current.pending).toMatchObject([{ status: 'failed' }]);
  await screen.unmount();
});

test('what waits for a create is listed by its provisional id in every frame, also when the server names it', async () => {
  let made = '';
  const screen = await renderScenario(() => ({
    ...useScreen(),
    create: useCreateCollection().mutate,
    ofIt: usePendingChanges({ collectionId: made }),
  }));
  screen.current.create({ name: 'Ponds' });
  await pass(1);
  made = screen.current.list?.[0]?.id as string;
  void screen.current.update({ collectionId: made, name: 'Lakes' });
  void screen.current.add({ collectionId: made, assetIds: ['reed'] });
  await pass(200);
  const frames = listed(screen.frames.map(({ ofIt }) => ofIt));
  expect(frames.indexOf('')).toBe(frames.length - 1);
  expect(screen.current.list).toMatchObject([{ name: 'Lakes', assetCount: 1 }]);
  await screen.unmount();
});
