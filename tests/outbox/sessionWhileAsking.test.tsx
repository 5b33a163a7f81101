import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render } from '@testing-library/react';
import { expect, test } from 'vitest';
import { type Scenario, ScenarioProvider, useAddAssets, useCollections } from '../../src/index.ts';
import { createOutbox } from '../../src/outbox.ts';
import type { ScenarioEmulator } from '../../src/testing.ts';
import { clientOf, inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

type Ask = (now: OpenTab['now']) => Promise<unknown>;

interface Case {
  readonly question: string;
  readonly world?: (emulator: ScenarioEmulator) => unknown;
  /** What the tab has asked for before, so that it knows of it. */
  readonly before?: Ask;
  readonly ask: Ask;
  /** The last that is answered. None: the session is over when it is asked for. */
  readonly last?: string;
  readonly rows: readonly string[];
  readonly writes: readonly string[];
}

const ADD = 'PUT /collections/trees/assets';
const REMOVE = 'DELETE /collections/trees/assets';
const RENAME = 'PUT /collections/trees';
const add =
  (...assetIds: string[]): Ask =>
  (now) =>
    now.add({ collectionId: 'trees', assetIds });
const removeOak: Ask = (now) => now.takeOut({ collectionId: 'trees', assetIds: ['oak'] });
const rename: Ask = (now) => now.update({ collectionId: 'trees', name: 'Woods' });
const lose = (emulator: ScenarioEmulator) => emulator.fault({ kind: 'loseAnswer', on: 'PUT', times: 1 });

const CASES: readonly Case[] = [
  {
    question: 'what of a refused add is in already',
    world: (emulator) => clientOf(emulator).collections.assets.add('trees', { assetIds: ['yew'] }),
    ask: add('yew', 'fir'),
    last: ADD,
    rows: ['Trees 3', 'Parks 0'],
    writes: [ADD, ADD, ADD],
  },
  {
    question: 'what of a refused remove is out already',
    world: async (emulator) => {
      await clientOf(emulator).collections.assets.remove('trees', { assetIds: ['oak'] });
      emulator.fault({ kind: 'refuse', status: 404, on: 'DELETE', times: 2 });
    },
    ask: removeOak,
    last: REMOVE,
    rows: ['Trees 0', 'Parks 0'],
    writes: [REMOVE, REMOVE],
  },
  {
    question: 'whether an add without an answer has arrived, which had',
    world: lose,
    ask: add('yew'),
    last: ADD,
    rows: ['Trees 2', 'Parks 0'],
    writes: [ADD],
  },
  {
    question: 'whether an add without an answer has arrived, which had not',
    world: (emulator) => emulator.fault({ kind: 'refuse', status: 500, on: 'PUT', times: 1 }),
    ask: add('yew'),
    last: ADD,
    rows: ['Trees 2', 'Parks 0'],
    writes: [ADD, ADD],
  },
  {
    question: 'whether a rename without an answer has arrived',
    world: lose,
    ask: rename,
    last: RENAME,
    rows: ['Woods 1', 'Parks 0'],
    writes: [RENAME],
  },
  {
    question: 'whether what needs no write by what is remembered needs none',
    before: add('yew'),
    ask: add('yew'),
    rows: ['Trees 2', 'Parks 0'],
    writes: [ADD],
  },
];

/** A server whose answers end with one: after it, whoever asks is signed out. */
function sessionOf(emulator: ScenarioEmulator) {
  let isOver = false;
  let last: string | undefined;
  return {
    get isOver() {
      return isOver;
    },
    async fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
      if (isOver) return new Response('{"message":"no"}', { status: 401 });
      const { method, url } = new Request(input, init);
      isOver = `${method} ${new URL(url).pathname.replace('/v1', '')}` === last;
      return emulator.fetch(input, init);
    },
    endWith(request: string | undefined) {
      last = request;
      isOver = !request;
    },
    renew() {
      isOver = false;
      last = undefined;
    },
  };
}

test.each(CASES)(
  'a session that ends before it is told $question: nothing fails, and it is asked again',
  async (each) => {
    const emulator = studio(50, ['oak']);
    const session = sessionOf(emulator);
    const tab = openTab(new FakeBrowser(), emulator, { fetch: session.fetch });
    await calm(200);
    if (each.before) press(() => watch((each.before as Ask)(tab.now)));
    await calm(200);
    each.world?.(emulator);
    await calm(100);
    session.endWith(each.last);
    const outcome = press(() => watch(each.ask(tab.now)));
    await calm(1_000);
    expect(outcome.settled).toBe(0);
    expect(tab.pending).toHaveLength(1);
    const asked = tab.sent.length;
    await calm(3_000);
    expect(tab.sent).toHaveLength(asked);
    session.renew();
    act(() => void tab.queryClient.refetchQueries());
    await calm(1_000);
    expect(outcome).toMatchObject({ settled: 1, value: { id: 'trees' } });
    expect(tab.pending).toEqual([]);
    expect(tab.rows).toEqual(each.rows);
    expect(tab.writes).toEqual(each.writes);
  },
);

test('what is needed to settle a change that needs no write is read again when there is another session', async () => {
  const emulator = studio(50, ['oak']);
  const session = sessionOf(emulator);
  let isListed = false;
  const tab = openTab(new FakeBrowser(), emulator, {
    fetch: async (input, init) => {
      // Nobody has read the collection: the oak says that it is in, and not what else is.
      const { method, url } = new Request(input, init);
      if (!isListed && method === 'GET' && !url.includes('/trees')) return new Response('{}', { status: 403 });
      if (!isListed && url.endsWith('/trees') && method === 'GET' && !session.isOver)
        return new Response('{}', { status: 403 });
      return session.fetch(input, init);
    },
  });
  await calm(200);
  session.endWith('POST /assets/get-bulk');
  const outcome = press(() => watch(tab.now.add({ collectionId: 'trees', assetIds: ['oak'] })));
  await calm(1_000);
  expect(outcome.settled).toBe(0);
  expect(tab.pending).toEqual(['addAssets queued']);
  isListed = true;
  session.renew();
  act(() => void tab.queryClient.refetchQueries());
  await calm(1_000);
  expect(outcome).toMatchObject({ settled: 1, value: { id: 'trees', assetCount: 1 } });
  expect(tab.pending).toEqual([]);
});

function Screen({ asks }: { asks: (add: ReturnType<typeof useAddAssets>['mutateAsync']) => void }) {
  useCollections();
  asks(useAddAssets().mutateAsync);
  return null;
}

test('a client that is turned away while another of its scope is in use asks once for each answer, until it leaves the screen', async () => {
  const emulator = studio(50, ['oak']);
  let asked = 0;
  const old = clientOf(emulator, {
    fetch: async () => {
      asked++;
      return new Response('{"message":"no"}', { status: 401 });
    },
  });
  const current = clientOf(emulator);
  const queryClient = new QueryClient();
  const outbox = new FakeBrowser().openTab(() => createOutbox());
  let add: ReturnType<typeof useAddAssets>['mutateAsync'] | undefined;
  const provide = (client: Scenario, asks: Parameters<typeof Screen>[0]['asks']) => (
    <ScenarioProvider client={client} outbox={outbox}>
      <Screen asks={asks} />
    </ScenarioProvider>
  );
  const app = (isOld: boolean) => (
    <QueryClientProvider client={queryClient}>
      {isOld &&
        provide(old, (its) => {
          add = its;
        })}
      {provide(current, () => undefined)}
    </QueryClientProvider>
  );
  const { rerender } = render(app(true));
  await calm(300);
  const before = asked;
  const outcome = press(() => watch((add as NonNullable<typeof add>)({ collectionId: 'trees', assetIds: ['yew'] })));
  await calm(2_000);
  expect(asked - before).toBeLessThan(4);
  expect(outcome.settled).toBe(0);
  rerender(app(false));
  await calm(500);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 2 } });
});
