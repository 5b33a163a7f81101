/** Lets databases, locks and messages come to rest. */
export async function rest(rounds: number = 40): Promise<void> {
  for (let i = 0; i < rounds; i++) await new Promise((resolve) => setImmediate(resolve));
}
