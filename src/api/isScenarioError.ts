import type * as E from '../http/errors.ts';
import type { PartialFailureError } from './PartialFailureError.ts';

/** Every error of this library, told apart by `name`: `switch (error.name)` narrows it. */
export type AnyScenarioError =
  | E.InvalidInputError
  | E.ResponseValidationError
  | PartialFailureError
  | E.BadRequestError
  | E.AuthenticationError
  | E.PermissionDeniedError
  | E.NotFoundError
  | E.ConflictError
  | E.UnprocessableEntityError
  | E.RateLimitError
  | E.InternalServerError
  | E.APIConnectionTimeoutError
  | E.APIUserAbortError
  | (E.APIConnectionError & { readonly name: 'APIConnectionError' })
  | (E.APIError & { readonly name: 'APIError' })
  | (E.ScenarioError & { readonly name: 'ScenarioError' });

const own = /^(Scenario|InvalidInput|ResponseValidation|PartialFailure)Error$/;
const api =
  /^(BadRequest|Authentication|PermissionDenied|NotFound|Conflict|UnprocessableEntity|RateLimit|InternalServer|API|APIConnection|APIConnectionTimeout|APIUserAbort)Error$/;

/**
 * Tells this library's errors from all others, and narrows them.
 *
 * It goes by `name`, so it holds where a page has two copies of the library, and across frames. The API's errors also have a
 * `status`, which the DOM's own `NotFoundError` has not.
 */
export function isScenarioError(error: unknown): error is AnyScenarioError {
  if (typeof error !== 'object' || !error) return false;
  const name = String((error as Error).name);
  return own.test(name) || (api.test(name) && 'status' in error);
}
