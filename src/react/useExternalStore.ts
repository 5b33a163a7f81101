import { useLayoutEffect, useState, useSyncExternalStore, version } from 'react';

/** React 18 has no `<Activity>`, and warns of layout effects on a server. */
const useEarlyEffect: typeof useLayoutEffect = version < '19' ? () => undefined : useLayoutEffect;

/**
 * React's `useSyncExternalStore`, whose value is right in the first frame of a screen that was hidden, too.
 *
 * What stands in a hidden `<Activity>` is told nothing. React shows it again as it was left, and looks at its stores when that was painted.
 */
export function useExternalStore<T>(subscribe: (listener: () => void) => () => void, get: () => T, server: () => T): T {
  const value = useSyncExternalStore(subscribe, get, server);
  const [, render] = useState({});
  useEarlyEffect(() => {
    if (get() !== value) render({});
  });
  return value;
}
