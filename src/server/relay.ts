import { withoutSecrets } from '../http/withoutSecrets.ts';

/** What of an answer's headers comes back: its type, whether and when to try again, the id to tell the vendor's support, and what a 403 says of a token. */
const PASSED = [
  'content-type',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  'x-request-id',
  'x-amzn-requestid',
  'x-amzn-errortype',
] as const;

/** A `Response` of one of these must have no body. */
const WITHOUT_BODY: readonly number[] = [204, 205];

/**
 * The answer that the user's app gets for an upstream answer: status, body, and the few headers that concern it.
 *
 * No cookie, no internal header, and no encoding or length: the body is decoded already. Read whole, so that an answer which
 * breaks off is an error and not half a body under a 200. An error that quotes a secret is passed on without it. Throws on a redirect:
 * where it leads, the credentials must not follow.
 */
export async function relay(answer: Response, secrets: readonly (string | undefined)[]): Promise<Response> {
  const { status } = answer;
  if (answer.redirected || (status >= 300 && status < 400)) {
    await answer.body?.cancel();
    throw new TypeError(`The API answered with a redirect: ${status}`);
  }
  const headers = new Headers({ 'cache-control': 'private, no-store' });
  for (const name of PASSED) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, withoutSecrets(value, secrets));
  }
  const body = WITHOUT_BODY.includes(status)
    ? null
    : answer.ok
      ? await answer.arrayBuffer()
      : withoutSecrets(await answer.text(), secrets);
  // Throws for a status that is none, as a redirect has where the platform hides it.
  return new Response(body, { status, headers });
}
