import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import { StrictMode, useEffect } from 'react';
import { expect, test } from 'vitest';
import {
  type Scenario,
  ScenarioProvider,
  useAddAssets,
  useCollection,
  useCollections,
  usePendingChanges,
} from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { clientOf, inVirtualTime, press, soon } from '../support/app.tsx';

inVirtualTime();

type Add = ReturnType<typeof useAddAssets>['mutate'];

/** Asks for a change as soon as it is shown another project. */
function Eager({ project, add }: { project: string; add: Add }) {
  useEffect(() => {
    if (project === 'p2') add({ collectionId: 'trees', assetIds: ['yew'] });
  }, [project, add]);
  return null;
}

let add: Add | undefined;

function Screen({ project }: { project: string }) {
  const { mutate } = useAddAssets();
  const rows = useCollections().data ?? [];
  const one = useCollection('trees').data;
  const pending = usePendingChanges();
  useEffect(() => {
    add = mutate;
  });
  return (
    <p>
      {`${rows.map(({ assetCount }) => assetCount)} ${one?.assetCount} ${pending.length}`}
      <Eager project={project} add={mutate} />
    </p>
  );
}

function App({ queryClient, client, project = '' }: { queryClient: QueryClient; client: Scenario; project?: string }) {
  return (
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <ScenarioProvider client={client}>
          <Screen project={project} />
        </ScenarioProvider>
      </QueryClientProvider>
    </StrictMode>
  );
}

test('a change that a child’s effect asks for just after a switch of projects goes to the project that was switched to', async () => {
  const emulator = createScenarioEmulator({ latency: 20, collections: [{ id: 'trees' }] });
  const queryClient = new QueryClient();
  const [one, two] = [clientOf(emulator, { projectId: 'p1' }), clientOf(emulator, { projectId: 'p2' })];
  const { container, rerender } = render(<App queryClient={queryClient} client={one} project="p1" />);
  await soon(100);
  expect(container.textContent).toBe('0 0 0');
  rerender(<App queryClient={queryClient} client={two} project="p2" />);
  await soon(200);
  const writes = emulator.requests.filter(({ method }) => method === 'PUT');
  expect(writes.map(({ query }) => query.projectId)).toEqual(['p2']);
  expect(container.textContent).toBe('1 1 0');
});

test('a QueryClient that is exchanged takes the hooks along: what is read, changed and pending is the new one’s', async () => {
  const emulator = createScenarioEmulator({ latency: 20, collections: [{ id: 'trees' }] });
  const client = clientOf(emulator);
  const [first, second] = [new QueryClient(), new QueryClient()];
  const { container, rerender } = render(<App queryClient={first} client={client} />);
  await soon(100);
  press(() => add?.({ collectionId: 'trees', assetIds: ['yew'] }));
  expect(container.textContent).toBe('1 1 1');
  await soon(100);
  rerender(<App queryClient={second} client={client} />);
  expect(container.textContent).toBe(' undefined 0');
  await soon(100);
  expect(container.textContent).toBe('1 1 0');
  press(() => add?.({ collectionId: 'trees', assetIds: ['oak'] }));
  expect(container.textContent).toBe('2 2 1');
  expect(second.getMutationCache().getAll()).toHaveLength(1);
  await soon(100);
  expect(container.textContent).toBe('2 2 0');
  rerender(<App queryClient={first} client={client} />);
  await soon(100);
  press(() => add?.({ collectionId: 'trees', assetIds: ['elm'] }));
  expect(container.textContent).toBe('3 3 1');
  await soon(100);
});
