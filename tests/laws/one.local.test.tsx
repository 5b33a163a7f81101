import '../support/immediates.ts';
import fc from 'fast-check';
import { test } from 'vitest';
import { minimize } from './tabs/minimize.ts';
import { play } from './tabs/play.tsx';
import { arbitrarySchedule } from './tabs/Schedule.ts';

const SEED = Number(process.env.L_SEED),
  ONLY = Number(process.env.L_ONLY),
  MATCH = process.env.L_MATCH ?? '';
test('min', { timeout: 36_000_000 }, async () => {
  const one = fc.sample(arbitrarySchedule, { seed: SEED, numRuns: ONLY + 1 }).at(-1)!;
  if (process.env.L_APP) Object.assign(one, { isOneApp: true });
  const small = await minimize(one, async (s) => (await play(s)).broken.some((l) => l.includes(MATCH)));
  const r = await play(small);
  console.info(`${JSON.stringify(small)}\n${r.timeline.join('\n')}\n${r.broken.join('\n')}`);
});
