import { useEffect } from 'react';
import { usePendingChanges } from 'scenario-react';

/** The demo keeps nothing on the device: the browser asks before a page is left that still has something to send. */
export function useKeepPage(): void {
  const hasUnsent = usePendingChanges().some(({ status }) => status !== 'failed');
  useEffect(() => {
    if (!hasUnsent) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [hasUnsent]);
}
