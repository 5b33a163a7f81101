/** Tells of something in a cache that cannot be used, by its key: not by what it holds, which may be anybody's. */
export const putAside = (what: string, key: unknown): void =>
  console.warn(`scenario-react: put aside ${what} (of another version of this app?): ${JSON.stringify(key)}`);
