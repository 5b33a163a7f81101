import type { PendingChange } from 'scenario-react';
import { Button } from './Button.tsx';

const DOING: Record<PendingChange['kind'], string> = {
  create: 'Creating a collection',
  update: 'Changing a collection',
  delete: 'Deleting a collection',
  addAssets: 'Adding assets',
  removeAssets: 'Removing assets',
  addModels: 'Adding models',
  removeModels: 'Removing models',
};

const STATUS: Record<PendingChange['status'], string> = {
  queued: 'waits for its turn',
  sending: 'saving…',
  paused: 'waits for the network',
  failed: 'could not be saved',
};

/** One change that is not settled: how far it is, why it failed, and what can be done about it. */
export function ChangeLine({ change, reason }: { change: PendingChange; reason: string | undefined }) {
  const { kind, status, progress, error, resumesAt } = change;
  return (
    <li className="row">
      <span className="name">
        {DOING[kind]}:{' '}
        {resumesAt === undefined ? STATUS[status] : `goes on at ${new Date(resumesAt).toLocaleTimeString()}`}
      </span>
      {progress && (
        <>
          <progress aria-label={DOING[kind]} value={progress.sent} max={progress.total} />
          <span className="count">
            {progress.sent} of {progress.total}
          </span>
        </>
      )}
      {error && (
        <span className="reason">
          {reason} ({error.message})
        </span>
      )}
      {status === 'failed' && (
        <Button name={`Retry: ${DOING[kind]}`} onClick={change.retry}>
          Retry
        </Button>
      )}
      {status !== 'sending' && (
        <Button name={`Discard: ${DOING[kind]}`} onClick={change.discard}>
          Discard
        </Button>
      )}
    </li>
  );
}
