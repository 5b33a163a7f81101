import type { IncomingMessage, ServerResponse } from 'node:http';
import { control } from './control.ts';
import type { DemoEmulator } from './createDemoEmulator.ts';
import { readBody } from './readBody.ts';

/** A handler as Connect, Vite and Express take it. */
export type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** The emulator over HTTP: the API under `/api`, the panel's controls under `/control`. Everything else is for the next one. */
export function emulatorMiddleware(demo: DemoEmulator): Middleware {
  return (request, response, next) => {
    const [, door, rest] = /^\/(api|control)(\/.*|\?.*|)$/.exec(request.url ?? '') ?? [];
    if (door === undefined || rest === undefined) return next();
    const answer = door === 'api' ? callApi(demo, request, response, rest) : callControl(demo, request, rest);
    answer.then(
      (answered) => send(answered, response),
      (error: unknown) => {
        // Nobody is there any more to be told.
        if (!response.destroyed) fail(error, door, response);
      },
    );
  };
}

async function callApi(
  demo: DemoEmulator,
  request: IncomingMessage,
  response: ServerResponse,
  rest: string,
): Promise<Response> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const text = await readBody(request);
  const init: RequestInit = { method: request.method ?? 'GET', signal: gone.signal };
  return demo.emulator.fetch(rest, text === '' ? init : { ...init, body: text });
}

async function callControl(demo: DemoEmulator, request: IncomingMessage, rest: string): Promise<Response> {
  const path = rest.replace(/\?.*$/, '') || '/';
  return control(demo, request.method ?? 'GET', path, await readBody(request));
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  const text = await answer.text();
  if (response.destroyed) return;
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'cache-control': 'no-store' });
  response.end(text);
}

function fail(error: unknown, door: string, response: ServerResponse): void {
  const lost = door === 'api' && error instanceof TypeError;
  if (lost) {
    // A browser sends a request again by itself when a connection that it had used before closes without a word, and the answer
    // that should be lost would come after all. What is no HTTP it takes as a failure.
    response.socket?.end('no answer\r\n\r\n');
    return;
  }
  const status = error instanceof RangeError ? 413 : door === 'control' ? 400 : 500;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message: error instanceof Error ? error.message : String(error) }));
}
