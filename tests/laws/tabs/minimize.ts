import { EASY } from '../Schedule.ts';
import { shrink } from '../shrink.ts';
import type { Schedule } from './Schedule.ts';

/** The smallest schedule that still fails: after the acts, bad fates are left out. */
export const minimize = (schedule: Schedule, fails: (schedule: Schedule) => Promise<boolean>): Promise<Schedule> =>
  shrink(schedule, fails, async (attempt, best) => {
    for (const key of ['writes', 'reads'] as const) {
      if (await attempt({ ...best(), [key]: [] })) continue;
      for (let at = best()[key].length - 1; at >= 0; at--)
        await attempt({ ...best(), [key]: best()[key].map((fate, index) => (index === at ? EASY : fate)) });
    }
    await attempt({ ...best(), messageTakes: 1 });
    await attempt({ ...best(), paces: undefined });
    await attempt({ ...best(), unopened: undefined });
    await attempt({ ...best(), isOneApp: undefined });
    await attempt({ ...best(), hasShortDates: undefined });
    await attempt({ ...best(), touchOnMembership: undefined });
  });
