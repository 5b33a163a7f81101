import express, { type Express } from 'express';
import { createScenarioProxy } from 'scenario-react/server';
import { proxyListener } from '../node/proxyListener.ts';

/** Express 5. The key and the secret come from the environment. */
export function scenarioApp(isSignedIn: (request: Request) => boolean | Promise<boolean>): Express {
  const handle = createScenarioProxy({ basePath: '/api/scenario', authorize: isSignedIn, onError: console.error });
  const app = express();
  // Before any body parser: the proxy counts the body itself. `all`, not `use`: `use` would take the base path off the address.
  app.all('/api/scenario/*path', proxyListener(handle));
  app.use(express.json());
  return app;
}
