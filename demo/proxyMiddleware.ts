import { proxyListener } from '../examples/node/proxyListener.ts';
import { createScenarioProxy } from '../src/server.ts';
import type { Middleware } from './emulatorMiddleware.ts';

/** The API behind the credential-holding proxy, under `/api`. Key and secret come from the environment and stay in this process. */
export function proxyMiddleware(): Middleware {
  const listen = proxyListener(createScenarioProxy({ basePath: '/api', authorize: isLocal, onError: console.error }));
  return (request, response, next) => {
    if (!/^\/api(\/|\?|$)/.test(request.url ?? '')) return next();
    listen(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  };
}

/** Whoever sits at this machine. Were the server opened to a network, others would act with this person's credentials. */
function isLocal(request: Request): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(request.url).hostname);
}
