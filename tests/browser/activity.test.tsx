import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, render, screen, waitFor } from '@testing-library/react';
import { Activity, memo, startTransition, useState } from 'react';
import { afterEach, expect, test } from 'vitest';
import {
  Scenario,
  ScenarioProvider,
  useAddAssets,
  useCollection,
  useCollections,
  usePendingChanges,
} from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';

afterEach(cleanup);

const Page = memo(function Page() {
  const one = useCollection('trees').data;
  const list = useCollections().data;
  const pending = usePendingChanges();
  return <p>{`one ${one?.assetCount}, listed ${list?.[0]?.assetCount}, pending ${pending.length}`}</p>;
});

let show: (isShown: boolean) => void;
let add: (id: string) => void;

function App() {
  const [isShown, setShown] = useState(true);
  show = (next) => startTransition(() => setShown(next));
  const { mutate } = useAddAssets();
  add = (id) => mutate({ collectionId: 'trees', assetIds: [id] });
  return (
    <Activity mode={isShown ? 'visible' : 'hidden'}>
      <Page />
    </Activity>
  );
}

test('a screen that comes back from a hidden Activity is right in its first frame', async () => {
  const emulator = createScenarioEmulator({ collections: [{ id: 'trees' }] });
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } })}>
      <ScenarioProvider client={new Scenario({ baseURL: 'https://scenario.test/v1', fetch: emulator.fetch })}>
        <App />
      </ScenarioProvider>
    </QueryClientProvider>,
  );
  const page = await screen.findByText('one 0, listed 0, pending 0');
  add('oak');
  await screen.findByText('one 1, listed 1, pending 1');
  show(false);
  await waitFor(() => expect(page.style.display).toBe('none'));
  await waitFor(() => expect(emulator.members('trees').assetIds).toEqual(['oak']));
  add('yew');
  await waitFor(() => expect(emulator.members('trees').assetIds).toEqual(['oak', 'yew']));

  const frames: (string | null)[] = [];
  const observer = new MutationObserver(() => page.style.display !== 'none' && frames.push(page.textContent));
  observer.observe(page, { subtree: true, childList: true, characterData: true, attributes: true });
  show(true);
  await waitFor(() => expect(frames.length).toBeGreaterThan(0));
  await act(async () => undefined);
  observer.disconnect();
  expect(new Set(frames)).toEqual(new Set(['one 2, listed 2, pending 0']));
});
