import {
  APIConnectionError,
  AuthenticationError,
  InternalServerError,
  NotFoundError,
  PartialFailureError,
  PermissionDeniedError,
  RateLimitError,
  ResponseValidationError,
} from 'scenario-react';

/** What a person is told of an error: what it means to them, where the error's own message says what the server said. */
export function explain(error: Error): string {
  if (error instanceof AuthenticationError) return 'Your session has ended. Sign in again.';
  if (error instanceof PermissionDeniedError) return 'You may not do this.';
  if (error instanceof NotFoundError) return 'This collection does not exist any more.';
  if (error instanceof RateLimitError) return `Too much at once. Try again in ${error.retryAfter ?? 'a few'} seconds.`;
  if (error instanceof ResponseValidationError) return 'Something on the way has answered in place of the server.';
  if (error instanceof PartialFailureError)
    return `${error.appliedIds.length} are saved, ${error.refusedIds.length} are not.`;
  if (error instanceof APIConnectionError || error instanceof InternalServerError)
    return 'The server cannot be reached.';
  return 'This did not work.';
}
