import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, render, screen } from '@testing-library/react';
import { type ComponentType, type ReactNode, StrictMode } from 'react';
import { expect, test } from 'vitest';
import type { Scenario } from '../../../src/index.ts';
import { createScenarioEmulator } from '../../../src/testing.ts';
import { clientOf, inVirtualTime, soon } from '../../support/app.tsx';
import { loadCompiled } from './compiled.ts';

inVirtualTime();

interface Library {
  ScenarioProvider: ComponentType<{ client: Scenario; children: ReactNode }>;
  Screen: ComponentType<{ collectionId: string }>;
}

test('compiled by React Compiler, under StrictMode, every number of a screen is right at once and stays right', async () => {
  const { module, compiled } = loadCompiled('tests/react/compiled/entry.ts');
  const { ScenarioProvider, Screen } = module as unknown as Library;
  expect(compiled).toEqual(
    expect.arrayContaining([
      'tests/react/compiled/Screen.tsx',
      'src/react/ScenarioProvider.tsx',
      'src/react/useSyncedOptions.ts',
      'src/react/useCollection.ts',
      'src/react/useFlat.ts',
      'src/react/useList.ts',
      'src/react/usePendingChanges.ts',
    ]),
  );

  const emulator = createScenarioEmulator({
    latency: 100,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak'] },
      { id: 'parks', name: 'Parks' },
      { id: 'roads', name: 'Roads' },
    ],
  });
  render(
    <StrictMode>
      <QueryClientProvider client={new QueryClient()}>
        <ScenarioProvider client={clientOf(emulator)}>
          <Screen collectionId="trees" />
        </ScenarioProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
  const press = (name: string) => fireEvent.click(screen.getByText(name));
  const rows = () => screen.getAllByRole('listitem').map(({ textContent }) => textContent);
  const words = () => document.body.textContent;

  await soon(300);
  expect(rows()).toEqual(['Trees 1', 'Parks 0']);
  press('more');
  await soon(200);
  expect(rows()).toEqual(['Trees 1', 'Parks 0', 'Roads 0']);

  press('add');
  expect(rows()[0]).toBe('Trees 2');
  expect(words()).toContain('Trees holds 2');
  expect(words()).toContain('addAssets');
  await soon(400);
  expect(words()).toContain('Trees holds 2');
  expect(words()).toContain('2 shown, ');

  press('create');
  expect(rows()[0]).toBe('Ponds 0');
  press('rename newest');
  expect(rows()[0]).toBe('Lakes 0');
  const row = screen.getAllByRole('listitem')[0];
  await soon(400);
  expect(screen.getAllByRole('listitem')[0]).toBe(row);
  expect(emulator.collections[0]?.name).toBe('Lakes');

  emulator.fault({ kind: 'refuse', status: 403, times: 1 });
  press('delete newest');
  expect(rows()).toEqual(['Trees 2', 'Parks 0', 'Roads 0']);
  await soon(200);
  expect(rows()).toEqual(['Lakes 0', 'Trees 2', 'Parks 0', 'Roads 0']);
  press('retry');
  await soon(200);
  expect(rows()).toEqual(['Trees 2', 'Parks 0', 'Roads 0']);
  expect(emulator.collections.map(({ name }) => name)).toEqual(['Trees', 'Parks', 'Roads']);
}, 60_000);
