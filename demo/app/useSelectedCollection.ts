import { useEffect, useState } from 'react';

const read = () => {
  const id = /^#\/(.+)$/.exec(location.hash)?.[1];
  // Anything may be typed into the address bar, and `decodeURIComponent` throws at a lone `%`.
  return new URLSearchParams(`id=${id ?? ''}`).get('id') || undefined;
};

/** The address of a collection in this page. */
export const collectionHref = (collectionId: string) => `#/${encodeURIComponent(collectionId)}`;

/** The open collection, as the address bar names it, so that reload and Back work. */
export function useSelectedCollection(): [string | undefined, (collectionId: string | undefined) => void] {
  const [selected, setSelected] = useState(read);
  useEffect(() => {
    const follow = () => setSelected(read());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const select = (collectionId: string | undefined) => {
    location.hash = collectionId === undefined ? '#/' : collectionHref(collectionId);
    // The event comes a task later; the screen should not.
    setSelected(collectionId);
  };
  return [selected, select];
}
