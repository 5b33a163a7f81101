const { TestEnvironment } = require('jest-environment-jsdom');

/** jsdom as Jest brings it lacks what every browser has; Node has it. */
module.exports = class extends TestEnvironment {
  constructor(...args) {
    super(...args);
    const { fetch, Headers, Request, Response, AbortController, AbortSignal, TextDecoder, TextEncoder } = globalThis;
    Object.assign(this.global, { fetch, Headers, Request, Response });
    Object.assign(this.global, { AbortController, AbortSignal, TextDecoder, TextEncoder });
  }
};
