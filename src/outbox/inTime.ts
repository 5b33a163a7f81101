const TAKES_AT_MOST = 5_000;

/** What waits for a storage that never answers goes on without it. */
export function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer: unknown = setTimeout(() => reject(new Error('The storage has not answered in time.')), TAKES_AT_MOST);
    work.then(resolve, reject).finally(() => clearTimeout(timer as number));
  });
}
