import { EASY, type Schedule } from './Schedule.ts';
import type { Fate } from './Wire.ts';

/**
 * The smallest schedule that still fails, as far as leaving things out goes: acts in blocks, then one by one, then bad fates, items and
 * options. Much faster than a general shrinker, which does not know which parts are independent.
 */
export async function minimize(schedule: Schedule, fails: (schedule: Schedule) => Promise<boolean>): Promise<Schedule> {
  let best = schedule;
  const attempt = async (next: Schedule): Promise<boolean> => {
    if (JSON.stringify(next) === JSON.stringify(best) || !(await fails(next))) return false;
    best = next;
    return true;
  };
  for (let before = ''; before !== JSON.stringify(best); ) {
    before = JSON.stringify(best);
    for (let size = 8; size >= 1; size /= 2) {
      for (let at = best.acts.length - size; at >= 0; at--) {
        await attempt({ ...best, acts: [...best.acts.slice(0, at), ...best.acts.slice(at + size)] });
      }
    }
    for (const key of ['writes', 'reads'] as const) {
      if (await attempt({ ...best, [key]: [] })) continue;
      for (let at = best[key].length - 1; at >= 0; at--) {
        if (at === best[key].length - 1 && (await attempt({ ...best, [key]: best[key].slice(0, -1) }))) continue;
        const change = (fields: Partial<Fate>) =>
          attempt({ ...best, [key]: best[key].map((fate, index) => (index === at ? { ...fate, ...fields } : fate)) });
        if (await change(EASY)) continue;
        await change({ before: EASY.before });
        await change({ after: EASY.after });
      }
    }
    for (let at = 0; at < best.acts.length; at++) {
      const act = best.acts[at];
      if (act === undefined || !('items' in act)) continue;
      for (const item of act.items) {
        const acts = best.acts.map((other, index) =>
          index === at && 'items' in other && other.items.length > 1
            ? { ...other, items: other.items.filter((one) => one !== item) }
            : other,
        );
        await attempt({ ...best, acts });
      }
    }
    await attempt({ ...best, maxRetries: 0 });
    await attempt({ ...best, touchOnMembership: false });
    await attempt({ ...best, removingAbsent: 'noop' });
  }
  return best;
}
