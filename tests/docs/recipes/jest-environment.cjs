const { TestEnvironment } = require('jest-environment-jsdom');

/** jsdom, with what it lacks and Node has. */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    // Of `fetch`, and of MSW.
    const { fetch, Headers, Request, Response, TextEncoder, TextDecoder, BroadcastChannel } = globalThis;
    Object.assign(this.global, { fetch, Headers, Request, Response, TextEncoder, TextDecoder, BroadcastChannel });
    const { ReadableStream, WritableStream, TransformStream } = globalThis;
    Object.assign(this.global, { ReadableStream, WritableStream, TransformStream });
    // One family: Node's `Request` takes no signal of jsdom's.
    const { AbortController, AbortSignal } = globalThis;
    Object.assign(this.global, { AbortController, AbortSignal });
    // Of fake-indexeddb.
    Object.assign(this.global, { structuredClone });
  }
};
