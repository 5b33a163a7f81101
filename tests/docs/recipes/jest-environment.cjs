const { TestEnvironment } = require('jest-environment-jsdom');

/** jsdom, with what it lacks and Node has: the parts of `fetch`. */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    const { fetch, Headers, Request, Response, TextEncoder, TextDecoder, ReadableStream } = globalThis;
    Object.assign(this.global, { fetch, Headers, Request, Response, TextEncoder, TextDecoder, ReadableStream });
    // One family: Node's `Request` takes no signal of jsdom's.
    const { AbortController, AbortSignal } = globalThis;
    Object.assign(this.global, { AbortController, AbortSignal });
  }
};
