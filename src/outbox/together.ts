/** What is given in one tick, worked on together when it ends. */
export function together<T>(work: (all: readonly T[]) => void): (one: T) => void {
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
