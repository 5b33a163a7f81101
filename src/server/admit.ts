import { refuse } from './refuse.ts';

/**
 * Who may use the proxy: `true` lets through, `false` is a 403, a `Response`, returned or thrown, is the answer. Anything else
 * thrown is a 401 that says nothing of what was thrown.
 */
export type Authorize = (request: Request) => AuthorizeResult | Promise<AuthorizeResult>;

// void and undefined: a function that forgets to answer is a refusal at run time, and need not be an error for a compiler.
// biome-ignore lint/suspicious/noConfusingVoidType: it is the type of a function that returns in some branches only
type AuthorizeResult = boolean | Response | undefined | void;

/** The refusal that `authorize` decided on, or undefined. Only a literal `true` lets through: a truthy user object does not. */
export async function admit(
  request: Request,
  authorize: Authorize,
  onError: (error: unknown) => void,
): Promise<Response | undefined> {
  let verdict: unknown;
  try {
    verdict = await authorize(request);
  } catch (thrown) {
    if (isResponse(thrown)) return thrown;
    onError(thrown);
    return refuse(401, 'Sign in first.');
  }
  if (verdict === true) return undefined;
  return isResponse(verdict) ? verdict : refuse(403, 'You may not do this.');
}

/** By shape, not by class: a framework may bring a `Response` of its own. */
function isResponse(value: unknown): value is Response {
  return (
    typeof value === 'object' &&
    value !== null &&
    'status' in value &&
    typeof value.status === 'number' &&
    'headers' in value &&
    'arrayBuffer' in value
  );
}
