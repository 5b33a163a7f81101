import { EASY } from '../Schedule.ts';
import type { Schedule } from './Schedule.ts';

/** The smallest schedule that still fails, as far as leaving things out goes: acts in blocks, then one by one, then bad fates. */
export async function minimize(schedule: Schedule, fails: (schedule: Schedule) => Promise<boolean>): Promise<Schedule> {
  let best = schedule;
  const attempt = async (next: Schedule): Promise<boolean> => {
    if (JSON.stringify(next) === JSON.stringify(best) || !(await fails(next))) return false;
    best = next;
    return true;
  };
  for (let before = ''; before !== JSON.stringify(best); ) {
    before = JSON.stringify(best);
    for (let size = 8; size >= 1; size /= 2)
      for (let at = best.acts.length - size; at >= 0; at--)
        await attempt({ ...best, acts: [...best.acts.slice(0, at), ...best.acts.slice(at + size)] });
    for (const key of ['writes', 'reads'] as const) {
      if (await attempt({ ...best, [key]: [] })) continue;
      for (let at = best[key].length - 1; at >= 0; at--)
        await attempt({ ...best, [key]: best[key].map((fate, index) => (index === at ? EASY : fate)) });
    }
    await attempt({ ...best, messageTakes: 1 });
  }
  return best;
}
