import { onlineManager } from '@tanstack/react-query';
import type { Network } from '../query/writes/NetworkStatus.ts';

/** `onlineManager` takes a page to be online that was loaded without a network: it looks at events only. */
const isBrowserOffline = (): boolean => globalThis.navigator?.onLine === false;

/** Calls back when a page that was loaded without a network gets one, which TanStack Query is not aware of. Gives a function that ends it. */
export function onFirstOnline(listener: () => void): () => void {
  if (onlineManager.isOnline() && isBrowserOffline()) globalThis.addEventListener?.('online', listener, { once: true });
  return () => globalThis.removeEventListener?.('online', listener);
}

/** Whether there is a network: as TanStack Query says, and the browser. */
export const network: Network = {
  isOnline: () => onlineManager.isOnline() && !isBrowserOffline(),
  subscribe: (listener) => {
    const notify = () => listener(network.isOnline());
    const stop = onlineManager.subscribe(notify);
    // Where it was online all along for TanStack Query, it says nothing.
    globalThis.addEventListener?.('online', notify);
    return () => {
      stop();
      globalThis.removeEventListener?.('online', notify);
    };
  },
  onWake: (listener) => {
    // A page that is shown for the first time has not slept.
    const onEvent = (event: Event) => (event as PageTransitionEvent).persisted !== false && listener();
    // The window captures what is told to the document. Workers have no document, and refuse a listener that captures.
    const types = typeof document === 'undefined' ? [] : WAKING;
    for (const type of types) globalThis.addEventListener?.(type, onEvent, true);
    return () => {
      for (const type of types) globalThis.removeEventListener?.(type, onEvent, true);
    };
  },
};

const WAKING = ['resume', 'pageshow'];
