/** Refuses what a caller without types may give. */
export function need(right: unknown, what: string): asserts right {
  if (!right) throw new TypeError(`scenario-react/outbox: ${what}.`);
}
