import { http } from 'msw';
import { setupServer } from 'msw/node';
import { Scenario } from 'scenario-react/client';
import { createScenarioEmulator } from 'scenario-react/testing';

const baseURL = 'https://scenario.test/v1';
const emulator = createScenarioEmulator({ collections: [{ id: 'trees', name: 'Trees' }] });
const server = setupServer(...emulator.handlers(http, baseURL));
server.listen({ onUnhandledRequest: 'error' });
const client = new Scenario({ baseURL, bearerAuth: 'token' });
const { collection } = await client.collections.assets.add('trees', { assetIds: ['oak', 'elm'] });
console.log(`${collection.assetCount} of ${emulator.members('trees').assetIds.toSorted()}`);
server.close();
