import type { ChangeKind } from '../ledger/Change.ts';

/** The status of an answer; 0 where nothing was sent, or nothing came. Anything may be thrown, nothing at all too. */
export const statusOf = (error: unknown): number => (error as { status?: number } | undefined)?.status ?? 0;

/**
 * Nothing tells whether the request was carried out: the answer was lost, or cannot be read. It goes by `name`, since what a user's
 * `bearerAuth` throws may have a status too, and then nothing was sent.
 */
export function isInDoubt(error: unknown): boolean {
  const { name } = Object(error) as Error;
  const isLost = /^(ResponseValidation|APIConnection|APIConnectionTimeout|InternalServer)Error$/.test(name);
  return (isLost && 'status' in (error as object)) || (name === 'APIError' && statusOf(error) === 408);
}

/** The API says no to a whole request if one id is in already (or, maybe, if one is out already); it does not say which. */
export const mayBeMembership = (kind: ChangeKind, status: number): boolean =>
  /^(add|remove)/.test(kind) && ([400, 409, 422].includes(status) || (status === 404 && kind.startsWith('remove')));

/** These say no to whoever asks, so that to ask again for each caller would be a storm. */
export const concernsEveryone = (status: number): boolean => [0, 401, 429].includes(status);

/** These say no to the other requests of a change too. */
export const concernsTheRest = (status: number): boolean => [401, 404, 429].includes(status);

/** What does not exist is an answer too. */
export function missing(error: unknown): undefined {
  if (statusOf(error) !== 404) throw error;
}
