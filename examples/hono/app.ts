import { Hono } from 'hono';
import { createScenarioProxy } from 'scenario-react/server';

/** Hono, on any runtime that it runs on. The key and the secret come from the environment. */
export function scenarioApp(isSignedIn: (request: Request) => boolean | Promise<boolean>): Hono {
  const handle = createScenarioProxy({ basePath: '/api/scenario', authorize: isSignedIn, onError: console.error });
  const app = new Hono();
  app.all('/api/scenario/*', (context) => handle(context.req.raw));
  return app;
}
