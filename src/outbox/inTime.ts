const TAKES_AT_MOST = 5_000;

/** What nobody else begins again is done again so many milliseconds after the storage has failed. */
export const TRIES_AGAIN = 10_000;

/** Rejects if the storage, or whatever else is named, has not answered in time, so that nobody waits for it for ever. */
export function inTime<T>(work: Promise<T>, whose = 'storage'): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`The ${whose} has not answered in time.`));
    const timer: unknown = setTimeout(late, TAKES_AT_MOST);
    work.then(resolve, reject).finally(() => clearTimeout(timer as number));
  });
}
