/** Milliseconds. */
export const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 60_000;

/** The wait after one that has brought no answer. */
export const longerWait = (wait: number): number => Math.min(wait * 2 || FIRST_WAIT, LONGEST_WAIT);
