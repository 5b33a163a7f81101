import { isScenarioError } from 'scenario-react';

/** An error in the words of someone who makes games, not of someone who makes servers. */
export function describeError(error: Error): string {
  if (!isScenarioError(error)) return error.message;
  switch (error.name) {
    case 'APIConnectionError':
    case 'APIConnectionTimeoutError':
      return 'The server could not be reached.';
    case 'AuthenticationError':
      return 'You are not signed in any more (401).';
    case 'PermissionDeniedError':
      return 'The server does not allow it (403).';
    case 'NotFoundError':
      return 'It does not exist any more (404).';
    case 'RateLimitError':
      return 'Too many requests for now (429).';
    case 'InternalServerError':
      return `The server has trouble (${error.status}).`;
    case 'ResponseValidationError':
      return 'Something between here and the server answered in its place.';
    default:
      return error.message;
  }
}
