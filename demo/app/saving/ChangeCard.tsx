import { NotFoundError, type PendingChange, useCollection } from 'scenario-react';
import { outbox } from '../client.ts';
import { describeError } from '../parts/describeError.ts';
import { Icon } from '../parts/Icon.tsx';
import { timeOf } from '../parts/timeOf.ts';
import { describeChange } from './describeChange.ts';

/** One change: what it is, how far it is, and what a person can do about it. */
export function ChangeCard({ change }: { change: PendingChange }) {
  const { data: collection } = useCollection(change.collectionId, { enabled: false });
  const { status, progress, error, resumesAt, stored } = change;
  const text = describeChange(change, collection?.name);
  // Asked again, what does not exist any more would only fail again.
  const isGone = [error, error?.cause].some((reason) => reason instanceof NotFoundError);
  const act = (action: () => void) => {
    action();
    // The card, and with it the button in focus, may be gone.
    document.getElementById('saving-line')?.focus();
  };
  return (
    <div className="card" data-status={status} role={status === 'failed' ? 'alert' : undefined}>
      <div className="card-text">
        <p className="card-title">{status === 'failed' ? `Could not save: ${text}` : text}</p>
        {error && <p className="card-why">{describeError(error)}</p>}
        {status !== 'failed' && progress && (
          <div className="card-progress">
            <progress aria-label={text} value={progress.sent} max={progress.total} />
            <span>
              {progress.sent} of {progress.total}
            </span>
          </div>
        )}
        {status === 'paused' && (
          <p className="card-why">
            <span>
              {resumesAt === undefined ? 'Waits for the network.' : `Waits for the server, until ${timeOf(resumesAt)}.`}
            </span>
            {stored && (
              <span className="card-stored">
                <Icon name="check" /> Saved on this device
              </span>
            )}
            {!stored && outbox.status === 'memory' && <span>Lost if this page is closed.</span>}
          </p>
        )}
      </div>
      {status === 'failed' && !isGone && (
        <button type="button" className="button small" onClick={() => act(change.retry)}>
          Retry
        </button>
      )}
      {(status === 'failed' || status === 'paused') && (
        <button type="button" className="button small quiet" onClick={() => act(change.discard)}>
          Discard
        </button>
      )}
    </div>
  );
}
