import type { Change } from '../../ledger/Change.ts';

/** Thrown where an answer has come for a change that another tab may have taken over meanwhile: it says nothing any more. */
export const TAKEN_OVER: Error = new Error();

/** Waits for an answer that is asked for the sake of some changes. Rejects with `TAKEN_OVER` if they are not this page's alone when it comes. */
export async function unlessTaken<T>(changes: readonly Change[], work: () => Promise<T>): Promise<T> {
  const before = changes.map(({ timesHeld }) => timesHeld);
  if (changes.every(({ isReady }) => isReady)) {
    const found = await work();
    if (changes.every(({ timesHeld }, i) => timesHeld === before[i])) return found;
  }
  throw TAKEN_OVER;
}
