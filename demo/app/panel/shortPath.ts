/** A path with its ids cut down to their ends, so that a narrow line shows what is done to what. */
export function shortPath(path: string): string {
  return path
    .replace(/\/collections\/([^/?]+)/, (_, id: string) => `/collections/…${id.slice(-4)}`)
    .replace(/collectionId=([^&]+)/, (_, id: string) => `collectionId=…${id.slice(-4)}`);
}
