/**
 * Who may use the proxy. Your session check stands here.
 *
 * The example has no sign-in. It is open where this variable says so, and closed where it does not.
 */
export function isSignedIn(_request: Request): boolean {
  return process.env.EXAMPLE_OPEN_TO_ALL === '1';
}
