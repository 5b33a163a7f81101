import { NetworkError } from './NetworkError.ts';
import { routes } from './routes.ts';

type Resolver = (info: { request: Request }) => Promise<Response>;

/** As much of MSW's `http` as is needed here: versions 2 and 3 both have it. */
export interface MswHttp<Handler> {
  get(path: string, resolver: Resolver): Handler;
  post(path: string, resolver: Resolver): Handler;
  put(path: string, resolver: Resolver): Handler;
  delete(path: string, resolver: Resolver): Handler;
}

const VERBS = { GET: 'get', POST: 'post', PUT: 'put', DELETE: 'delete' } as const;

/**
 * A handler for every call of the API, and for nothing else.
 *
 * `http` is handed in and never imported, so that there is one copy of MSW, the user's own, whatever its version.
 */
export function createHandlers<Handler>(
  http: MswHttp<Handler>,
  baseURL: string,
  fetch: (request: Request) => Promise<Response>,
): Handler[] {
  const base = baseURL.replace(/\/+$/, '');
  const resolve: Resolver = async ({ request }) => {
    try {
      return await fetch(request);
    } catch (error) {
      // MSW takes an error thrown here for a mistake in the handler. A lost answer or an abort is what this one means.
      if (error instanceof NetworkError || request.signal.aborted) return Response.error();
      throw error;
    }
  };
  return routes.map(({ method, path }) => http[VERBS[method]](`${base}${path}`, resolve));
}
