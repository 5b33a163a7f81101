import { type DehydratedState, hydrate, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { StrictMode, Suspense, useState, useTransition } from 'react';
import { expect, test } from 'vitest';
import {
  collectionKeys,
  type Scenario,
  ScenarioProvider,
  useAddAssets,
  useCollection,
  useUpdateCollection,
} from '../../src/index.ts';
import { createScenarioEmulator, type ScenarioEmulator } from '../../src/testing.ts';
import { clientOf, inVirtualTime, soon } from '../support/app.tsx';

inVirtualTime();

/** Clients of one server that say who sent what: `ada PUT /collections/trees/assets`. */
function clientsOf(emulator: ScenarioEmulator) {
  const sent: string[] = [];
  const clientNamed = (name: string): Scenario =>
    clientOf(emulator, {
      fetch: (input, init) => {
        const { method, url } = new Request(input, init);
        if (method !== 'GET') sent.push(`${name} ${method} ${new URL(url).pathname.slice(3)}`);
        return emulator.fetch(input, init);
      },
    });
  return { sent, clientNamed };
}

const trees = () => createScenarioEmulator({ latency: 20, collections: [{ id: 'trees', assetCount: 3 }] });

/** What a page of an earlier version has left in a persisted cache: an add that was not sent. */
const left: DehydratedState = {
  queries: [],
  mutations: [
    {
      mutationKey: [...collectionKeys.mutations(), 'addAssets'],
      state: {
        status: 'pending',
        isPaused: true,
        variables: { collectionId: 'trees', assetIds: ['yew'] },
        submittedAt: 1,
        context: undefined,
        data: undefined,
        error: null,
        failureCount: 0,
        failureReason: null,
      },
    },
  ],
};

function Adder({ id }: { id: string }) {
  const { mutate } = useAddAssets();
  return (
    <button type="button" onClick={() => mutate({ collectionId: 'trees', assetIds: [id] })}>
      {id}
    </button>
  );
}

const Count = () => <p>{useCollection('trees').data?.assetCount}</p>;

function Renamer() {
  const { mutate } = useUpdateCollection();
  return (
    <button type="button" onClick={() => mutate({ collectionId: 'trees', name: 'Woods' })}>
      rename
    </button>
  );
}

const never = new Promise<never>(() => undefined);

function Never(): never {
  throw never;
}

/** Opens something in a transition that is never ready. */
function Page({ client }: { client: Scenario }) {
  const [isOpen, setOpen] = useState(false);
  const [, startTransition] = useTransition();
  return (
    <>
      <button type="button" onClick={() => startTransition(() => setOpen(true))}>
        open
      </button>
      <button type="button" onClick={() => startTransition(() => setOpen(false))}>
        close
      </button>
      {isOpen ? (
        <ScenarioProvider client={client}>
          <Adder id="ash" />
          <Never />
        </ScenarioProvider>
      ) : (
        <p>closed</p>
      )}
    </>
  );
}

test('two providers of one scope each send what was asked for below them, and their numbers are the same', async () => {
  const emulator = trees();
  const { sent, clientNamed } = clientsOf(emulator);
  const queryClient = new QueryClient();
  const [ada, bob] = [clientNamed('ada'), clientNamed('bob')];
  render(
    <QueryClientProvider client={queryClient}>
      <ScenarioProvider client={ada}>
        <Adder id="yew" />
        <Count />
      </ScenarioProvider>
      <ScenarioProvider client={bob}>
        <Adder id="ash" />
      </ScenarioProvider>
    </QueryClientProvider>,
  );
  await act(() => soon(100));
  act(() => {
    fireEvent.click(screen.getByText('yew'));
    fireEvent.click(screen.getByText('ash'));
  });
  expect(screen.getByText('5')).toBeTruthy();
  await act(() => soon(200));
  expect(sent).toEqual(['ada PUT /collections/trees/assets', 'bob PUT /collections/trees/assets']);
  expect(emulator.members('trees').assetIds).toEqual(expect.arrayContaining(['yew', 'ash']));
});

test('what waits is sent by the client that took the place of the one it was asked for with', async () => {
  const emulator = trees();
  const { sent, clientNamed } = clientsOf(emulator);
  const queryClient = new QueryClient();
  const [old, renewed] = [clientNamed('old'), clientNamed('renewed')];
  const screenWith = (client: Scenario) => (
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <ScenarioProvider client={client}>
          <Adder id="yew" />
          <Renamer />
        </ScenarioProvider>
      </QueryClientProvider>
    </StrictMode>
  );
  const { rerender } = render(screenWith(old));
  await act(() => soon(100));
  act(() => {
    fireEvent.click(screen.getByText('yew'));
    fireEvent.click(screen.getByText('rename'));
  });
  await act(() => soon(5));
  rerender(screenWith(renewed));
  await act(() => soon(200));
  expect(sent).toEqual(['old PUT /collections/trees/assets', 'renewed PUT /collections/trees']);
});

test('a provider whose render is given up sends nothing of what an earlier page has left', async () => {
  const emulator = trees();
  const { sent, clientNamed } = clientsOf(emulator);
  const queryClient = new QueryClient();
  hydrate(queryClient, left);
  const given = clientNamed('given up');
  render(
    <QueryClientProvider client={queryClient}>
      <Suspense>
        <Page client={given} />
      </Suspense>
    </QueryClientProvider>,
  );
  await act(async () => void fireEvent.click(screen.getByText('open')));
  await act(() => soon(100));
  expect(screen.getByText('closed')).toBeTruthy();
  await act(async () => void fireEvent.click(screen.getByText('close')));
  await act(() => soon(1_000));
  expect(sent).toEqual([]);

  const shown = clientNamed('shown');
  render(
    <QueryClientProvider client={queryClient}>
      <ScenarioProvider client={shown}>
        <p>there</p>
      </ScenarioProvider>
    </QueryClientProvider>,
  );
  await act(() => soon(1_000));
  expect(sent).toEqual(['shown POST /assets/get-bulk', 'shown PUT /collections/trees/assets']);
});
