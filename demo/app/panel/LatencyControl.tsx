import { useState } from 'react';
import { useWeather } from './useWeather.ts';

/** How long every request takes. */
export function LatencyControl() {
  const { weather, setLatency } = useWeather();
  const [draft, setDraft] = useState<number>();
  const shown = draft ?? weather?.latency ?? 0;
  const settle = () => {
    if (draft !== undefined) setLatency(draft);
  };
  return (
    <section className="panel-section">
      <div className="panel-row">
        <label htmlFor="latency">Every request takes</label>
        <output htmlFor="latency">{shown} ms</output>
      </div>
      <input
        id="latency"
        type="range"
        min={0}
        max={3000}
        step={100}
        value={shown}
        onChange={(event) => setDraft(event.target.valueAsNumber)}
        onPointerUp={settle}
        onKeyUp={settle}
        onBlur={settle}
      />
    </section>
  );
}
