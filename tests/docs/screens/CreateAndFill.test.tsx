import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Scenario, ScenarioProvider, useCollections } from '../../../src/index.ts';
import { createScenarioEmulator } from '../../../src/testing.ts';
import { pass, startVirtualTime, stopVirtualTime } from '../../support/virtualTime.ts';
import { CreateAndFill } from './CreateAndFill.tsx';

vi.mock('scenario-react', () => import('../../../src/index.ts'));

beforeEach(() => startVirtualTime());
afterEach(() => {
  cleanup();
  stopVirtualTime();
});

function Rows() {
  const { data } = useCollections({ pageSize: 50 });
  return <p>{data?.map(({ name, assetCount }) => `${name} ${assetCount}`).join(', ')}</p>;
}

test("the guide's button fills what it has made before the server has answered anything", async () => {
  const emulator = createScenarioEmulator({ collections: [{ name: 'Trees' }], latency: 1000 });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ScenarioProvider client={new Scenario({ baseURL: 'https://scenario.test/v1', fetch: emulator.fetch })}>
        <Rows />
        <CreateAndFill assetIds={['asset_1', 'asset_2']} />
      </ScenarioProvider>
    </QueryClientProvider>,
  );
  await act(() => pass(1100));
  fireEvent.click(screen.getByRole('button'));
  expect(screen.getByRole('paragraph').textContent).toBe('Frost golems 2, Trees 0');
  expect(emulator.collections).toHaveLength(1);
  for (let second = 0; second < 4; second++) await act(() => pass(1000));
  expect(screen.getByRole('paragraph').textContent).toBe('Frost golems 2, Trees 0');
  expect(emulator.collections[0]).toMatchObject({ name: 'Frost golems', assetCount: 2 });
});
