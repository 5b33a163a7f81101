const { setImmediate: set, clearImmediate: clear } = globalThis;

const waiting = new Set<unknown>();

/** What a page, its database and its channels have to do at once goes through here, whoever is imported after this. */
Object.assign(globalThis, {
  setImmediate: (call: (...values: unknown[]) => void, ...values: unknown[]) => {
    const handle = set(() => {
      waiting.delete(handle);
      call(...values);
    });
    waiting.add(handle);
    return handle;
  },
  clearImmediate: (handle: NodeJS.Immediate) => {
    waiting.delete(handle);
    clear(handle);
  },
});

/** So many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => set(resolve));
}

/** Lets databases, locks, messages and React do all that they have to do now. No time passes. */
export async function untilIdle(): Promise<void> {
  for (let turn = 0; turn < 5_000; turn++) {
    await turns(2);
    if (!waiting.size) return;
  }
  throw new Error('Something sets itself going again and again.');
}
