import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { ScenarioProvider, useCollection, useUpdateCollection } from '../../src/index.ts';
import { createOutbox } from '../../src/outbox.ts';
import { clientOf, inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser, type FakeTab } from './FakeBrowser.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

let now: { name: string | undefined; update: ReturnType<typeof useUpdateCollection>['mutateAsync'] };
function Screen() {
  now = { name: useCollection('trees').data?.name, update: useUpdateCollection().mutateAsync };
  return null;
}

const refused = () => new DOMException('The operation is insecure.', 'SecurityError');
const refuse = (name: string, value: unknown) => Object.defineProperty(globalThis, name, { value, configurable: true });

/** What a browser does in a frame that it keeps nothing for, or where its user has forbidden that. */
const REFUSALS: readonly (readonly [what: string, (tab: FakeTab) => unknown])[] = [
  [
    'a channel',
    () =>
      refuse(
        'BroadcastChannel',
        class {
          constructor() {
            throw refused();
          }
        },
      ),
  ],
  ['a lock', ({ locks }) => Object.assign(locks, { request: () => Promise.reject(refused()) })],
  [
    'the database',
    (tab) => {
      const value = {
        open: () => {
          throw refused();
        },
      };
      refuse('indexedDB', value);
      Object.defineProperty(tab, 'indexedDB', { value });
    },
  ],
];

test.each(REFUSALS)(
  'a browser that refuses %s works as without an outbox, asleep or not, and its user can sign out',
  async (_, begin) => {
    const [browser, emulator, onProblem] = [new FakeBrowser(), studio(20), vi.fn()];
    const { tab, outbox } = browser.openTab((opened) => {
      begin(opened);
      const made = createOutbox({ onProblem });
      render(
        <QueryClientProvider client={new QueryClient()}>
          <ScenarioProvider client={clientOf(emulator)} outbox={made}>
            <Screen />
          </ScenarioProvider>
        </QueryClientProvider>,
      );
      return { tab: opened, outbox: made };
    });
    await calm(100);
    for (const name of ['Woods', 'Forest']) {
      goOffline();
      const asked = press(() => watch(now.update({ collectionId: 'trees', name })));
      await calm(100);
      tab.sleep('left');
      await calm(100);
      act(() => tab.wake());
      goOnline();
      await calm(100);
      expect([asked.value?.name, now.name]).toEqual([name, name]);
    }
    expect(outbox.status).toBe('memory');
    expect(onProblem.mock.calls.flat().map(({ message }) => message)).toEqual([expect.stringContaining('insecure')]);
    await outbox.clear();
  },
);
