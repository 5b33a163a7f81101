const ROWS = Array.from({ length: 9 }, (_, i) => i);

/** A list whose first page is on its way. */
export function RowSkeletons() {
  return (
    <div className="row-skeletons" role="status" aria-label="Loading collections">
      {ROWS.map((row) => (
        <span key={row} className="skeleton" />
      ))}
    </div>
  );
}
