interface GlobalScope {
  process?: { env?: Record<string, string | undefined> };
  document?: unknown;
  importScripts?: unknown;
  WorkerGlobalScope?: unknown;
  navigator?: { userAgent?: string; product?: string };
  Request?: { prototype?: object };
}

const around = (): GlobalScope => globalThis;

/** A variable of the environment, where there is one. An empty variable counts as absent. */
export function env(name: string): string | undefined {
  try {
    return around().process?.env?.[name]?.trim() || undefined;
  } catch {
    // Deno without --allow-env: what may not be read is not there.
    return undefined;
  }
}

/**
 * Whether `fetch` may be told how to use a cache.
 *
 * Workers of an older compatibility date throw at the sight of the option, and React Native adds a parameter to the address. Neither has
 * it on its `Request`.
 */
export const knowsCache = (): boolean => 'cache' in (around().Request?.prototype ?? {});

/**
 * True where a visitor can read what the code holds: a page, a web worker, or an app of React Native.
 *
 * Some servers name their global scope after a worker's; they tell themselves apart by their user agent.
 */
export const isBrowser = (): boolean => {
  const { document, importScripts, WorkerGlobalScope, navigator } = around();
  const isServer = /^(Cloudflare|Deno|Bun)/.test(navigator?.userAgent ?? '');
  return !!document || navigator?.product === 'ReactNative' || (!!(importScripts || WorkerGlobalScope) && !isServer);
};
