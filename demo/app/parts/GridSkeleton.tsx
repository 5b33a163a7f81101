const CELLS = Array.from({ length: 18 }, (_, i) => i);

/** A grid whose first page is on its way. */
export function GridSkeleton({ label }: { label: string }) {
  return (
    <div className="grid" role="status" aria-label={label}>
      {CELLS.map((cell) => (
        <span key={cell} className="tile skeleton" />
      ))}
    </div>
  );
}
