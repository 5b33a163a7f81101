import { expect, test } from 'vitest';
import { useAddAssets, useCollection } from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon } from './app.tsx';

inVirtualTime();

const studio = () => openApp({ latency: 20, collections: [{ id: 'trees' }] });
const yew = { collectionId: 'trees', assetIds: ['yew'] };

type Result = ReturnType<typeof useAddAssets>;

/** A component that reads something of the mutation: how often it is rendered for one change, and what it shows in the end. */
async function watchRenders<T>(read: (result: Result) => T) {
  const app = studio();
  let renders = 0;
  const component = app.hook(() => {
    renders++;
    const result = useAddAssets();
    return { result, shown: read(result) };
  });
  await soon(100);
  renders = 0;
  press(() => component.now.result.mutate(yew));
  await soon(200);
  return { renders, ...component.now };
}

test('a component that reads only mutate is not rendered for what becomes of it', async () => {
  const { renders } = await watchRenders(({ mutate }) => typeof mutate);
  expect(renders).toBe(0);
});

test('a component that reads the status is rendered when it changes', async () => {
  const { renders, shown } = await watchRenders(({ status }) => status);
  expect(shown).toBe('success');
  expect(renders).toBe(2);
});

test('what is read outside of a render is as it is then', async () => {
  const { result } = await watchRenders(({ mutate }) => typeof mutate);
  expect(result).toMatchObject({ isSuccess: true, variables: yew, data: { id: 'trees', assetCount: 1 } });
  expect({ ...result }).toMatchObject({ status: 'success' });
});

test('mutate stays the same function, and what another component shows moves without a render of its own', async () => {
  const app = studio();
  const asker = app.hook(() => useAddAssets());
  const shown = app.hook(() => useCollection('trees').data?.assetCount);
  await soon(100);
  const { mutate } = asker.now;
  press(() => mutate(yew));
  expect(shown.now).toBe(1);
  asker.again();
  expect(asker.now.mutate).toBe(mutate);
  await soon(100);
});

test('the app’s throwOnError is asked about an error', async () => {
  const app = studio();
  app.emulator.fault({ kind: 'refuse', status: 403, on: 'PUT' });
  let asked: Error | undefined;
  const throwOnError = (error: Error) => {
    asked = error;
    return false;
  };
  const hook = app.hook(() => useAddAssets({ throwOnError }));
  press(() => hook.now.mutate(yew));
  await soon(200);
  expect(asked).toMatchObject({ status: 403 });
});
