import { isUncertain } from './errorPolicy.ts';
import { FIRST_WAIT, longerWait } from './longerWait.ts';
import { sleep } from './sleep.ts';

/** Asks again, with a growing wait, until there is an answer. One that refuses it rejects. */
export async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (let wait = FIRST_WAIT; ; wait = longerWait(wait)) {
    try {
      return await ask();
    } catch (error) {
      if (!isUncertain(error)) throw error;
    }
    await sleep(wait);
  }
}
