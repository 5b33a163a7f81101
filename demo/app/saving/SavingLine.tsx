import { useState } from 'react';
import { usePendingChanges } from 'scenario-react';
import { count } from '../parts/count.ts';
import { Icon } from '../parts/Icon.tsx';
import { timeOf } from '../parts/timeOf.ts';
import { useIsOnline } from '../parts/useIsOnline.ts';

/** Whether everything that was asked for, in whichever tab, is on the server. Read out as it changes. */
export function SavingLine() {
  const changes = usePendingChanges();
  const of = (wanted: string) => changes.filter(({ status }) => status === wanted).length;
  const [failed, paused] = [of('failed'), of('paused')];
  const waiting = changes.length - failed;
  const resumesAt = changes.find((change) => change.resumesAt !== undefined)?.resumesAt;
  const isOnline = useIsOnline();
  // "Saved" is an answer: a page in which nobody has asked for anything says nothing.
  const [hasSaved, setHasSaved] = useState(false);
  if (waiting > 0 && !hasSaved) setHasSaved(true);
  const quiet = !isOnline ? 'offline' : hasSaved ? 'saved' : 'idle';
  const state = waiting > 0 ? (paused === waiting ? 'paused' : 'saving') : failed > 0 ? 'failed' : quiet;
  return (
    <p id="saving-line" className="saving" data-state={state} role="status" tabIndex={-1}>
      {state === 'saving' && <span className="spinner" />}
      {(state === 'paused' || state === 'offline') && <Icon name="cloud" />}
      {state === 'failed' && <Icon name="warning" />}
      {state === 'saved' && <Icon name="check" />}
      <span>
        {state === 'saving' && `Saving ${count(waiting, 'change')}…`}
        {state === 'paused' &&
          (resumesAt === undefined
            ? `Offline: ${count(waiting, 'change')} to send`
            : `${count(waiting, 'change')} to send at ${timeOf(resumesAt)}`)}
        {state === 'offline' && 'Offline'}
        {state === 'failed' && `Could not save ${count(failed, 'change')}`}
        {state === 'saved' && 'Saved'}
      </span>
    </p>
  );
}
