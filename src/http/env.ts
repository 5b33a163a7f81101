interface Surroundings {
  process?: { env?: Record<string, string | undefined> };
  document?: unknown;
  importScripts?: unknown;
  WorkerGlobalScope?: unknown;
  navigator?: { userAgent?: string };
}

const around = (): Surroundings => globalThis as Surroundings;

/** A variable of the environment, where there is one. An empty variable counts as absent. */
export const env = (name: string): string | undefined => around().process?.env?.[name]?.trim() || undefined;

/**
 * True where a visitor can read what the code holds: a page or a web worker.
 *
 * Some servers name their global scope after a worker's; they tell themselves apart by their user agent.
 */
export const isBrowser = (): boolean => {
  const { document, importScripts, WorkerGlobalScope, navigator } = around();
  const isServer = /^(Cloudflare|Deno|Bun)/.test(navigator?.userAgent ?? '');
  return !!document || (!!(importScripts || WorkerGlobalScope) && !isServer);
};
