import { useState, useSyncExternalStore } from 'react';
import { requestLog } from '../client.ts';
import { useWeather } from './useWeather.ts';
import type { Fault } from './weather.ts';

const CHOICES: readonly { label: string; says: string; fault: Fault }[] = [
  { label: 'Refuse it', says: 'will be refused (403)', fault: { kind: 'refuse', status: 403 } },
  { label: 'Lose its answer', says: 'will be applied and its answer lost', fault: { kind: 'loseAnswer' } },
  { label: 'Too many requests', says: 'will be told to wait 3 seconds', fault: { kind: 'rateLimit', seconds: 3 } },
  { label: 'Server error', says: 'will meet a server error', fault: { kind: 'refuse', status: 500 } },
  { label: 'Login page', says: 'will be applied and answered with a login page', fault: { kind: 'garbage' } },
  { label: 'Late answer', says: 'will take 4 seconds more', fault: { kind: 'slow', ms: 4000 } },
];

/** A fault for one write, the next. */
export function NextWrite() {
  const { addFault } = useWeather();
  const { writes } = useSyncExternalStore(requestLog.subscribe, requestLog.getState).counts;
  const [armed, setArmed] = useState<{ says: string; at: number }>();
  return (
    <section className="panel-section" aria-labelledby="next-write-heading">
      <h3 id="next-write-heading">The next write</h3>
      <div className="chips">
        {CHOICES.map(({ label, says, fault }) => (
          <button
            key={label}
            type="button"
            className="chip"
            onClick={() => {
              addFault({ ...fault, on: 'write', times: 1 });
              setArmed({ says, at: writes });
            }}
          >
            {label}
          </button>
        ))}
      </div>
      <p className="panel-note" role="status">
        {armed && armed.at === writes ? `The next write ${armed.says}.` : 'Nothing is planned for it.'}
      </p>
    </section>
  );
}
