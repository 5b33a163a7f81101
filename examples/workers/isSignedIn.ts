/** Who may use the proxy. Your session check stands here; as it is, nobody may. */
export function isSignedIn(_request: Request): boolean {
  return false;
}
