/** Whether there is a network: what is used of TanStack Query's `onlineManager`. */
export interface Network {
  isOnline(): boolean;
  /** Calls back when it changes. */
  subscribe(listener: (isOnline: boolean) => void): () => void;
}

/** Where nobody can tell, a request tells. */
export const alwaysOnline: Network = { isOnline: () => true, subscribe: () => () => undefined };

/** Waits for the network; not even a microtask if it is there. */
export function untilOnline(network: Network): Promise<void> | undefined {
  if (network.isOnline()) return undefined;
  return new Promise((resolve) => {
    const stop = network.subscribe((isOnline) => {
      if (!isOnline) return;
      stop();
      resolve();
    });
  });
}
