/** Nothing is there yet. It is said, not only drawn. */
export function Loading({ what }: { what: string }) {
  return (
    <p className="quiet" role="status">
      Loading {what}…
    </p>
  );
}
