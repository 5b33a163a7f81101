import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import { StrictMode } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ScenarioProvider, useAddAssets, useCollection, usePendingChanges } from '../../src/index.ts';
import { createOutbox, type Outbox } from '../../src/outbox.ts';
import { clientOf, inVirtualTime, press, soon } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openDisk } from './openDisk.ts';
import { openTab } from './openTab.tsx';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();
const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
beforeEach(() => void warn.mockClear());
afterEach(() => expect(warn).not.toHaveBeenCalled());

let now: ReturnType<typeof useScreen>;
const useScreen = () => ({
  one: useCollection('trees').data,
  pending: usePendingChanges(),
  add: useAddAssets().mutateAsync,
});
function Screen() {
  const screen = useScreen();
  now = screen;
  return `${screen.one?.assetCount}, ${screen.pending.length} waiting`;
}

/** A page whose provider is given an outbox, or none, and then others. */
function open(first: Outbox | undefined) {
  const emulator = studio(20);
  const [client, queryClient] = [clientOf(emulator), new QueryClient()];
  const app = (outbox: Outbox | undefined) => (
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <ScenarioProvider client={client} outbox={outbox}>
          <Screen />
        </ScenarioProvider>
      </QueryClientProvider>
    </StrictMode>
  );
  const page = render(app(first));
  return {
    emulator,
    give: (outbox: Outbox | undefined) => page.rerender(app(outbox)),
    text: () => page.container.textContent,
  };
}

const ask = (id: string) => press(() => void now.add({ collectionId: 'trees', assetIds: [id] }));

describe('a second outbox of a QueryClient and scope', () => {
  test('is passed over and says so once, and the first keeps all that waits', async () => {
    const [one, other] = [openDisk(), openDisk()];
    const problems: string[] = [];
    const onProblem = ({ message }: Error) => void problems.push(message);
    const first = createOutbox({ ...one, onProblem });
    const second = createOutbox({ ...other, onProblem });
    const { give, emulator, text } = open(first);
    await soon(100);
    goOffline();
    ask('yew');
    give(second);
    await soon(20);
    for (const outbox of [first, second, undefined, second]) {
      give(outbox);
      await soon(20);
    }
    ask('ash');
    await soon(20);
    expect(problems).toEqual([expect.stringContaining('is passed over')]);
    expect([first.problem, first.status]).toEqual([undefined, 'ready']);
    expect(second.problem?.message).toBe(problems[0]);
    expect([text(), one.records.size, other.records.size]).toEqual(['4, 2 waiting', 2, 0]);
    goOnline();
    await soon(200);
    expect([text(), one.records.size]).toEqual(['4, 0 waiting', 0]);
    expect(emulator.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });

  test('that is made anew at each render says so once', async () => {
    const { storage } = openDisk();
    const onProblem = vi.fn();
    const { give, text } = open(createOutbox({ storage, onProblem }));
    for (let n = 0; n < 5; n++) {
      await soon(20);
      give(createOutbox({ storage, onProblem }));
    }
    await soon(100);
    expect(text()).toBe('2, 0 waiting');
    expect(onProblem).toHaveBeenCalledTimes(1);
  });
});

test('an outbox that is passed over while its database is opened is ready when that is open', async () => {
  const browser = new FakeBrowser();
  const { outbox, queryClient } = openTab(browser, studio(20));
  await calm(100);
  const problems: string[] = [];
  const onProblem = ({ message }: Error) => void problems.push(message);
  const other = browser.openTab(() => {
    const made = createOutbox({ name: 'other', onProblem });
    render(
      <QueryClientProvider client={queryClient}>
        <ScenarioProvider client={clientOf(studio(20))} outbox={made} />
      </QueryClientProvider>,
    );
    return made;
  });
  expect([other.status, problems.length]).toEqual(['starting', 1]);
  await calm(200);
  expect([outbox.status, other.status]).toEqual(['ready', 'ready']);
});

test('the outbox that is given after none keeps what was asked for before, and stays where none is given again', async () => {
  const disk = openDisk();
  const outbox = createOutbox(disk);
  const { give, text } = open(undefined);
  await soon(100);
  goOffline();
  ask('yew');
  give(outbox);
  await soon(20);
  expect(disk.records.size).toBe(1);
  give(undefined);
  ask('ash');
  await soon(20);
  expect([text(), disk.records.size]).toEqual(['4, 2 waiting', 2]);
  goOnline();
  await soon(200);
  expect([text(), disk.records.size]).toEqual(['4, 0 waiting', 0]);
});

test('an outbox that a second provider of the same QueryClient brings keeps what is asked for under the first, too', async () => {
  const [disk, queryClient, client] = [openDisk(), new QueryClient(), clientOf(studio(20))];
  const page = render(
    <QueryClientProvider client={queryClient}>
      <ScenarioProvider client={client}>
        <Screen />
      </ScenarioProvider>
      <ScenarioProvider client={client} outbox={createOutbox(disk)} />
    </QueryClientProvider>,
  );
  await soon(100);
  goOffline();
  ask('yew');
  await soon(20);
  expect([page.container.textContent, disk.records.size]).toEqual(['3, 1 waiting', 1]);
});
