import type { Fetch } from '../http/Fetch.ts';

/** Workers of a compatibility date before 2024-11-11 throw at the sight of the field, before they send anything. */
const UNKNOWN = /'cache' field|cache mode/i;

/**
 * A `fetch` that tells a framework which caches answers not to: one user's must not be handed to the next.
 *
 * Where the runtime does not know the option, it is left out from then on: such a runtime caches nothing that it is not told to.
 */
export function uncached(given: Fetch | undefined): Fetch {
  // Looked up at each call, so that what patches the global one later (a tracer, a test) is heard.
  const fetch: Fetch = (input, init) => (given ?? globalThis.fetch)(input, init);
  let isKnown = true;
  return async (input, init) => {
    if (!isKnown) return fetch(input, init);
    try {
      return await fetch(input, { ...init, cache: 'no-store' });
    } catch (error) {
      if (!UNKNOWN.test(String(error))) throw error;
      isKnown = false;
      return fetch(input, init);
    }
  };
}
