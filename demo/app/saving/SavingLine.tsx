import { usePendingChanges } from 'scenario-react';
import { count } from '../parts/count.ts';
import { Icon } from '../parts/Icon.tsx';

/** Whether everything is on the server. Read out as it changes. */
export function SavingLine() {
  const changes = usePendingChanges();
  const of = (wanted: string) => changes.filter(({ status }) => status === wanted).length;
  const [failed, paused] = [of('failed'), of('paused')];
  const waiting = changes.length - failed;
  const state = waiting > 0 ? (paused === waiting ? 'paused' : 'saving') : failed > 0 ? 'failed' : 'saved';
  return (
    <p id="saving-line" className="saving" data-state={state} role="status" tabIndex={-1}>
      {state === 'saving' && <span className="spinner" />}
      {state === 'paused' && <Icon name="cloud" />}
      {state === 'failed' && <Icon name="warning" />}
      {state === 'saved' && <Icon name="check" />}
      <span>
        {state === 'saving' && `Saving ${count(waiting, 'change')}…`}
        {state === 'paused' && `Offline: ${count(waiting, 'change')} to send`}
        {state === 'failed' && `Could not save ${count(failed, 'change')}`}
        {state === 'saved' && 'Saved'}
      </span>
    </p>
  );
}
