import { http } from 'msw';
import { setupWorker } from 'msw/browser';
import { createScenarioEmulator } from 'scenario-react/testing';

const emulator = createScenarioEmulator({ seed: 1, latency: [100, 400] });

export const worker = setupWorker(...emulator.handlers(http, `${location.origin}/api/scenario`));
