import { EASY, type Schedule } from './Schedule.ts';
import { type Attempt, shrink } from './shrink.ts';
import type { Fate } from './Wire.ts';

/** The smallest schedule that still fails: after the acts, bad fates, items and options are left out. */
export const minimize = (schedule: Schedule, fails: (schedule: Schedule) => Promise<boolean>): Promise<Schedule> =>
  shrink(schedule, fails, async (attempt, best) => {
    await leaveOutFates(attempt, best);
    await leaveOutItems(attempt, best);
    await attempt({ ...best(), maxRetries: 0 });
    await attempt({ ...best(), touchOnMembership: false });
    await attempt({ ...best(), removingAbsent: 'noop' });
    await attempt({ ...best(), isEmpty: false });
    for (const habit of best().habits ?? [])
      await attempt({ ...best(), habits: best().habits?.filter((each) => each !== habit) });
  });

async function leaveOutFates(attempt: Attempt<Schedule>, best: () => Schedule): Promise<void> {
  for (const key of ['writes', 'reads'] as const) {
    if (await attempt({ ...best(), [key]: [] })) continue;
    for (let at = best()[key].length - 1; at >= 0; at--) {
      if (at === best()[key].length - 1 && (await attempt({ ...best(), [key]: best()[key].slice(0, -1) }))) continue;
      const change = (fields: Partial<Fate>) =>
        attempt({
          ...best(),
          [key]: best()[key].map((fate, index) => (index === at ? { ...fate, ...fields } : fate)),
        });
      if (await change(EASY)) continue;
      await change({ before: EASY.before });
      await change({ after: EASY.after });
    }
  }
}

async function leaveOutItems(attempt: Attempt<Schedule>, best: () => Schedule): Promise<void> {
  for (let at = 0; at < best().acts.length; at++) {
    const act = best().acts[at];
    if (act === undefined || !('items' in act)) continue;
    for (const item of act.items) {
      const acts = best().acts.map((other, index) =>
        index === at && 'items' in other && other.items.length > 1
          ? { ...other, items: other.items.filter((one) => one !== item) }
          : other,
      );
      await attempt({ ...best(), acts });
    }
  }
}
