import { Switch } from './Switch.tsx';
import { useWeather } from './useWeather.ts';
import type { Fault, Limit } from './weather.ts';

const CHOICES: readonly { label: string; fault: Fault }[] = [
  { label: 'Offline', fault: { kind: 'offline' } },
  { label: 'Refuse every write', fault: { kind: 'refuse', on: 'write', status: 403 } },
  { label: 'Fail every read', fault: { kind: 'refuse', on: 'read', status: 500 } },
  { label: 'Lose every answer to a write', fault: { kind: 'loseAnswer', on: 'write' } },
  { label: 'Two seconds slower', fault: { kind: 'slow', ms: 2000 } },
];

/** The API's is a hundred a minute for a whole team; nobody clicks as fast alone. */
const LIMIT: Limit = { requests: 10, per: 30_000 };

const isSame = (a: Fault, b: Fault) => a.kind === b.kind && a.on === b.on;

/** Faults that last until they are switched off. */
export function Standing() {
  const { weather, addFault, endFault, setLimit } = useWeather();
  return (
    <section className="panel-section" aria-labelledby="standing-heading">
      <h3 id="standing-heading">Until switched off</h3>
      {CHOICES.map(({ label, fault }) => {
        const standing = weather?.faults.filter((other) => isSame(other.fault, fault)) ?? [];
        return (
          <Switch
            key={label}
            label={label}
            isOn={standing.length > 0}
            onChange={(isOn) => {
              if (isOn) addFault(fault);
              else for (const { id } of standing) endFault(id);
            }}
          />
        );
      })}
      <Switch
        label={`No more than ${LIMIT.requests} requests in ${LIMIT.per / 1000} s`}
        isOn={weather?.limit != null}
        onChange={(isOn) => setLimit(isOn ? LIMIT : null)}
      />
    </section>
  );
}
