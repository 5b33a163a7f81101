import { usePendingChanges } from 'scenario-react';
import { ChangeLine } from '../ui/ChangeLine.tsx';
import { explain } from './explain.ts';

/** What is not saved yet and what could not be, of one collection or of all. */
export function ChangesScreen({ collectionId }: { collectionId?: string }) {
  const changes = usePendingChanges(collectionId ? { collectionId } : {});
  if (changes.length === 0) return <p className="quiet">Everything is saved.</p>;
  return (
    <ul aria-label="Changes">
      {changes.map((change) => (
        <ChangeLine key={change.id} change={change} reason={change.error && explain(change.error)} />
      ))}
    </ul>
  );
}
