import type { MemberWrite, WriteRequest } from '../../ledger/WriteRequest.ts';

/** The status of an answer; 0 where nothing was sent, or nothing came. Anything may be thrown, nothing at all too. */
export const statusOf = (error: unknown): number => (error as { status?: number } | undefined)?.status ?? 0;

/**
 * Whether nothing tells that the request was carried out or not: the answer was lost, or cannot be read. It goes by `name`, since what
 * a user's `bearerAuth` throws may have a status too, and then nothing was sent.
 */
export function isUncertain(error: unknown): boolean {
  const { name } = Object(error) as Error;
  const isLost = /^(ResponseValidation|APIConnection|APIConnectionTimeout|InternalServer)Error$/.test(name);
  return (isLost && 'status' in (error as object)) || (name === 'APIError' && statusOf(error) === 408);
}

/** Whether a refusal may be for one id that is in already (or out already). The API refuses the whole request, and does not say which. */
export const mayBeMembership = (request: WriteRequest, status: number): request is MemberWrite =>
  !!request.memberKind && ([400, 409, 422].includes(status) || (status === 404 && !request.isAdd));

/** These say no to whoever asks, so that to ask again for each caller would be a storm. */
export const concernsEveryone = (status: number): boolean => [0, 401, 429].includes(status);

/** These say no to the other requests of a change too. */
export const concernsTheRest = (status: number): boolean => [401, 404, 429].includes(status);

/** A 404 is an answer too: there is no such thing. Throws every other error on. */
export function undefinedIfNotFound(error: unknown): undefined {
  if (statusOf(error) !== 404) throw error;
}
