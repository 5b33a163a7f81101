import { type PendingChange, usePendingChanges } from 'scenario-react';
import { ChangeCard } from './ChangeCard.tsx';

/** What a person may want to act on or watch: what failed, what waits for the network, what takes many requests. */
const isWorthACard = ({ status, progress }: PendingChange) =>
  status === 'failed' || status === 'paused' || progress !== undefined;

/** The changes that need a person, or that take their time. */
export function ChangesTray() {
  const changes = usePendingChanges().filter(isWorthACard);
  return (
    <section className="tray" aria-label="Changes" hidden={changes.length === 0}>
      {changes.map((change) => (
        <ChangeCard key={change.id} change={change} />
      ))}
    </section>
  );
}
