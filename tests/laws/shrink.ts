/** Takes a smaller schedule in place of the smallest one so far, if it still fails. */
export type Attempt<S> = (next: S) => Promise<boolean>;

/**
 * The smallest schedule that still fails, as far as leaving things out goes: acts in blocks, then one by one, then what `pass` tries, until
 * nothing more goes. Much faster than a general shrinker, which does not know which parts are independent.
 */
export async function shrink<S extends { readonly acts: readonly unknown[] }>(
  schedule: S,
  fails: (schedule: S) => Promise<boolean>,
  pass: (attempt: Attempt<S>, best: () => S) => Promise<void>,
): Promise<S> {
  let best = schedule;
  const attempt: Attempt<S> = async (next) => {
    if (JSON.stringify(next) === JSON.stringify(best) || !(await fails(next))) return false;
    best = next;
    return true;
  };
  for (let before = ''; before !== JSON.stringify(best); ) {
    before = JSON.stringify(best);
    for (let size = 8; size >= 1; size /= 2)
      for (let at = best.acts.length - size; at >= 0; at--)
        await attempt({ ...best, acts: [...best.acts.slice(0, at), ...best.acts.slice(at + size)] });
    await pass(attempt, () => best);
  }
  return best;
}
