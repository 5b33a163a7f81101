import * as web from 'node:stream/web';

// msw needs it, and a context that Vitest makes for jsdom lacks it.
if (!('WritableStream' in globalThis)) Object.assign(globalThis, { WritableStream: web.WritableStream });
