/** A moment as a person reads it off a clock. */
export const timeOf = (ms: number): string => new Date(ms).toLocaleTimeString();
