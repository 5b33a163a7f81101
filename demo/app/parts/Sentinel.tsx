import { useEffect, useRef } from 'react';

/** An invisible mark that calls back whenever it comes near the screen: what makes a plain scroll infinite. */
export function Sentinel({ onReach }: { onReach: () => void }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!ref.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onReach(), {
      rootMargin: '400px',
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [onReach]);
  return <div ref={ref} className="sentinel" aria-hidden="true" />;
}
