import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { renderHook } from '@testing-library/react';
import type { PropsWithChildren } from 'react';
import { expect, test, vi } from 'vitest';
import { ScenarioProvider, useUpdateCollection } from '../../src/index.ts';
import { createOutbox } from '../../src/outbox.ts';
import { clientOf, inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser, type FakeTab } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

const WORKSPACES = [
  { name: 'studio', scope: 'ann', projectId: 'red' },
  { name: 'studio/ann', scope: 'red' },
];

test('outboxes and scopes whose names read alike one after the other send with their own clients', async () => {
  const emulator = studio(50);
  const senders: string[] = [];
  const [first] = new FakeBrowser().openTab(() =>
    WORKSPACES.map(({ name, ...options }) => {
      const outbox = createOutbox({ name });
      const queryClient = new QueryClient();
      const client = clientOf(emulator, {
        ...options,
        fetch: (input, init) => {
          const request = new Request(input, init);
          if (request.method === 'PUT') senders.push(options.scope);
          return emulator.fetch(request);
        },
      });
      return renderHook(() => useUpdateCollection().mutateAsync, {
        wrapper: ({ children }: PropsWithChildren) => (
          <QueryClientProvider client={queryClient}>
            <ScenarioProvider client={client} outbox={outbox}>
              {children}
            </ScenarioProvider>
          </QueryClientProvider>
        ),
      });
    }),
  );
  await calm(200);
  goOffline();
  press(() => watch(first?.result.current({ collectionId: 'trees', name: 'Woods' }) ?? Promise.reject()));
  await calm(50);
  first?.unmount();
  goOnline();
  await calm(500);
  expect(senders).toEqual(['ann']);
});

const FOREIGN: readonly unknown[] = [
  null,
  'hello',
  7,
  [],
  {},
  { type: 'dropped' },
  { message: null },
  { message: 'added' },
  { scope: 'default', message: {} },
  { scope: 'default', message: { type: 'of-a-newer-version' } },
  { outbox: 1, scope: 'default', message: { type: 'of-a-newer-version' } },
  { outbox: 2, scope: 'default', message: { type: 'added' } },
  ...['added', 'sent', 'accepted', 'cleared', 'settled', 'taken', 'here', 'dropped'].flatMap((type) => [
    { scope: 'default', message: { type } },
    { scope: 'default', message: { type, records: [null], request: {}, results: [null], keys: 7, tab: {} } },
  ]),
];

const say = (tab: FakeTab) => {
  const channel = new tab.Channel('scenario-react');
  for (const word of FOREIGN) channel.postMessage(word);
};

test.each([
  ['while what is kept is read', 0],
  ['at any time', 200],
  ['while a user signs out', 200, true],
])(
  'what the app says on a channel of its own of that name disturbs nothing, %s',
  async (_, after, signsOut = false) => {
    const browser = new FakeBrowser({ messageTakes: 2 });
    const emulator = studio(50);
    const onProblem = vi.fn();
    const tabs = [openTab(browser, emulator, { onProblem }), openTab(browser, emulator, { onProblem })] as const;
    await calm(after);
    if (signsOut) press(() => watch(tabs[0].outbox.clear()));
    browser.openTab(say);
    await calm(200);
    press(() => watch(tabs[0].now.update({ collectionId: 'trees', name: 'Woods' })));
    await calm(10);
    expect(tabs.map(({ rows }) => rows[0])).toEqual(['Woods 2', 'Woods 2']);
    await calm(500);
    expect(tabs.map(({ pending }) => pending)).toEqual([[], []]);
    expect(onProblem).not.toHaveBeenCalled();
  },
);

test('what a tab of a newer version of the app keeps is neither shown nor sent by one of an older', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const older = openTab(browser, emulator);
  await calm(200);
  const record = {
    version: 2,
    key: 4_000_000_000_000,
    scope: 'default',
    tab: 'newer',
    state: 'queued',
    kind: 'update',
    collectionId: 'trees',
    variables: { collectionId: 'trees', name: 'Woods' },
    submittedAt: Date.now(),
    optimistic: true,
  };
  await browser.put(record);
  browser.openTab((tab) =>
    new tab.Channel('scenario-react').postMessage({
      outbox: 1,
      scope: 'default',
      message: { type: 'added', records: [record] },
    }),
  );
  await calm(500);
  expect(older.pending).toEqual([]);
  expect(older.rows).toEqual(['Trees 2', 'Parks 0']);
  expect(older.writes).toEqual([]);
  expect((await browser.records()).map(({ key }) => key)).toEqual([record.key]);
});

test('what one scope has asked for is neither shown nor sent in another', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const ann = openTab(browser, emulator, { scope: 'ann' });
  await calm(200);
  goOffline();
  press(() => watch(ann.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm();
  ann.kill();
  goOnline();
  const ben = openTab(browser, emulator, { scope: 'ben' });
  await calm(300);
  expect([ben.pending, ben.writes, ben.rows]).toEqual([[], [], ['Trees 2', 'Parks 0']]);
  ben.kill();
  const again = openTab(browser, emulator, { scope: 'ann' });
  await calm(300);
  expect(again.writes).toEqual(['PUT /collections/trees']);
});
