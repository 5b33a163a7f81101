/** An address taken apart; undefined for what is none. By hand, since older Workers have no `URL.canParse`. */
export function parseURL(address: string, base?: string): URL | undefined {
  try {
    return new URL(address, base);
  } catch {
    return undefined;
  }
}
