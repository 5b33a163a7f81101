import type { Credentials } from './credentials.ts';

/** How often a call is sent again because its token had run out. */
const RENEWALS = 2;

/**
 * True where an answer says that the token has run out. The gateway says so by a 403 with a header of its own, before anything is done; a
 * 403 without it is a refusal.
 */
export const hasRunOut = (status: number | undefined, headers: Headers | undefined): boolean =>
  status === 401 || (status === 403 && /^AccessDeniedException\b/.test(headers?.get('x-amzn-errortype') ?? ''));

/**
 * Sends something with the credentials, and again, at most twice, where its token has run out and there is another.
 *
 * A call that must not happen twice is sent again too: nothing was done. What `bearerAuth` throws is passed on.
 */
export async function signed<T>(
  { authorization, renewal }: Credentials,
  send: (authorization: string | undefined) => Promise<T>,
  isRefused: (answer: T) => boolean,
): Promise<T> {
  let mark = renewal?.mark ?? 0;
  const given = renewal?.pending ?? authorization();
  // Awaiting what is at hand would let the request leave a tick later.
  let token = typeof given === 'object' ? await given : given;
  for (let n = 0; ; n++) {
    const answer = await send(token);
    if (!renewal || n === RENEWALS || !isRefused(answer)) return answer;
    const next = renewal.after(mark);
    mark = renewal.mark;
    if ((await next) === token) return answer;
    token = await next;
  }
}
