/** Collects what is given in one tick, and does the work once for all of it. */
export function batch<T>(work: (all: readonly T[]) => void): (one: T) => void {
  let all: T[] = [];
  return (one) => {
    if (all.push(one) > 1) return;
    queueMicrotask(() => {
      const given = all;
      all = [];
      work(given);
    });
  };
}
