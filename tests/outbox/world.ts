import { onlineManager } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { createScenarioEmulator, type ScenarioEmulator } from '../../src/testing.ts';
import { soon } from '../support/app.tsx';
import { rest } from './rest.ts';

/** Two collections, one of which holds these. */
export const studio = (latency: number, assetIds: readonly string[] = ['oak', 'elm']): ScenarioEmulator =>
  createScenarioEmulator({
    latency,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: [...assetIds] },
      { id: 'parks', name: 'Parks' },
    ],
  });

export const goOffline = (): void => act(() => onlineManager.setOnline(false));
export const goOnline = (): void => act(() => onlineManager.setOnline(true));

/** Time for databases, locks and messages, and some of the other. */
export async function calm(milliseconds: number = 20): Promise<void> {
  // Databases run in real time: each is let to come to rest before the clock goes on.
  for (let passed = 0; passed < milliseconds; passed += 10) {
    await rest(12);
    await soon(Math.min(10, milliseconds - passed));
  }
  await rest();
  await soon(0);
}
