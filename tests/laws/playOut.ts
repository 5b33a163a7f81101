import { onlineManager } from '@tanstack/react-query';
import { vi } from 'vitest';
import { startVirtualTime, stopVirtualTime } from '../support/virtualTime.ts';
import { watchErrors } from '../support/watchErrors.ts';

interface Playable {
  stop(): Promise<void>;
  breakLaw(text: string): void;
}

/**
 * Plays something out in virtual time, and ends it whatever happens. What nobody has caught breaks a law.
 *
 * `random` stands for what is drawn: a replay must draw the same.
 */
export async function playOut<Run extends Playable>(
  random: () => number,
  begin: () => Run,
  play: (run: Run) => Promise<void>,
): Promise<Run> {
  startVirtualTime();
  vi.spyOn(Math, 'random').mockImplementation(random);
  const errors = watchErrors();
  const run = begin();
  try {
    await play(run);
  } finally {
    await run.stop();
    vi.mocked(Math.random).mockRestore();
    onlineManager.setOnline(true);
    stopVirtualTime();
    try {
      errors.end();
    } catch (error) {
      run.breakLaw(error instanceof Error ? error.message : String(error));
    }
  }
  return run;
}
