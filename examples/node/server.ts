import { createServer, type Server } from 'node:http';
import { createScenarioProxy } from 'scenario-react/server';
import { proxyListener } from './proxyListener.ts';

/** Plain `node:http`. The key and the secret come from the environment. */
export function scenarioServer(isSignedIn: (request: Request) => boolean | Promise<boolean>): Server {
  const handle = createScenarioProxy({ basePath: '/api/scenario', authorize: isSignedIn, onError: console.error });
  return createServer(proxyListener(handle));
}
