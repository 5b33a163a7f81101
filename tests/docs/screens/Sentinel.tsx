import { useEffect, useRef } from 'react';

export function Sentinel({ onSeen }: { onSeen: () => void }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onSeen(), {
      // Before the reader is there.
      rootMargin: '400px',
    });
    if (ref.current) observer.observe(ref.current);
    return () => observer.disconnect();
    // No list of dependencies: after a page that was too short to push it out of view, it is looked at anew.
  });
  return <div ref={ref} aria-hidden />;
}
