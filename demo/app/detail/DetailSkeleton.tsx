import { GridSkeleton } from '../parts/GridSkeleton.tsx';

/** A collection that is on its way and that no list knows. */
export function DetailSkeleton() {
  return (
    <div className="detail-skeleton">
      <span className="skeleton" />
      <GridSkeleton label="Loading the collection" />
    </div>
  );
}
