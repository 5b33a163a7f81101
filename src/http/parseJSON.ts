/** What a text says in JSON, or undefined. `see` may change each text in it; without one, nothing is visited twice. */
export function parseJSON(text: string, see?: (text: string) => string): unknown {
  try {
    return JSON.parse(text, see && ((_, value) => (typeof value === 'string' ? see(value) : value)));
  } catch {
    // JSON has no undefined, so the caller can tell.
    return undefined;
  }
}
