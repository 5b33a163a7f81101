import { namedWait } from './retryDelay.ts';

/**
 * What every error of this library is.
 *
 * Each class sets its own `name` to a literal: `instanceof` fails where a page holds two copies of the library, the name does not.
 */
export class ScenarioError extends Error {
  override readonly name: string = 'ScenarioError';
}

/** Input that was refused before anything was sent. The message names the argument and says what would be right. */
export class InvalidInputError extends ScenarioError {
  override readonly name = 'InvalidInputError';
}

/** Refuses input unless it is right. */
export function need(right: unknown, message: string): asserts right {
  if (!right) throw new InvalidInputError(message);
}

/**
 * An answer of status 2xx that is not what the API promises: a login page, a cut-off body, a missing field.
 *
 * It never reaches a cache, and the request is not sent again: the server did what it was asked.
 */
export class ResponseValidationError extends ScenarioError {
  override readonly name = 'ResponseValidationError';
  /** The status of the answer, where known. */
  readonly status: number | undefined;
  /** What the vendor's support asks for, where the answer had it. */
  readonly requestId: string | undefined;
  /** Where in the body it is wrong, as `collections[3].name`. Empty: the body itself. */
  readonly path: string;

  constructor(path: string, expected: string) {
    super(`The answer is not what the API promises: ${path || 'the body'} is not ${expected}.`);
    this.path = path;
  }
}

const firstText = (...values: unknown[]): string | undefined =>
  values.find((value): value is string => typeof value === 'string' && !!value.trim());

/** The text that says why, in what an API or a gateway before it may answer; `depth` ends the search in an odd body. */
function reasonIn(body: unknown, depth = 5): string | undefined {
  if (typeof body !== 'object' || !body || !depth) return firstText(body);
  const { reason, message, error, detail, Message, errors } = body as Record<string, unknown>;
  const found = firstText(reason, message, error, detail, Message);
  const inner = Array.isArray(body) ? body : [reason, message, error, detail, errors];
  return found ?? inner.map((value) => reasonIn(value, depth - 1)).find((text) => text);
}

/** What an error's body says, short and on one line. A page is no text, and an empty object says nothing. */
function textOf(body: unknown): string | undefined {
  const isEmpty = body == null || (typeof body === 'object' && !Object.keys(body).length);
  const text = isEmpty ? undefined : (reasonIn(body) ?? (typeof body === 'string' ? '' : JSON.stringify(body)));
  if (!text || /^\s*</.test(text)) return undefined;
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}

/** The id under which the vendor's support finds a request: from the headers, else from the body. */
export function requestIdOf(headers: Headers | undefined, body?: unknown): string | undefined {
  const { traceId, trace_id } = (body ?? {}) as Record<string, unknown>;
  return firstText(headers?.get('x-request-id'), headers?.get('x-amzn-requestid'), traceId, trace_id);
}

/** A request that the API refused, or that got no answer (then `status` is undefined). */
export class APIError extends ScenarioError {
  override readonly name: string = 'APIError';
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  /** The body: parsed where it was JSON, else its text. */
  readonly error: unknown;
  readonly requestId: string | undefined;
  /** The wait in seconds, where the answer names one. */
  readonly retryAfter: number | undefined;

  /** `message` stands in where the body holds no text. */
  constructor(status: number | undefined, error?: unknown, message?: string, headers?: Headers, cause?: unknown) {
    const text = textOf(error) ?? (message || 'status code (no text)');
    super(status === undefined ? text : `${status} ${text}`, cause === undefined ? {} : { cause });
    this.status = status;
    this.headers = headers;
    this.error = error;
    this.requestId = requestIdOf(headers, error);
    this.retryAfter = namedWait(headers, error);
  }
}

/** 400. */
export class BadRequestError extends APIError {
  override readonly name = 'BadRequestError';
}

/** 401: no credentials, or wrong or expired ones. */
export class AuthenticationError extends APIError {
  override readonly name = 'AuthenticationError';
}

/** 403: another team's item, for example. */
export class PermissionDeniedError extends APIError {
  override readonly name = 'PermissionDeniedError';
}

/** 404. */
export class NotFoundError extends APIError {
  override readonly name = 'NotFoundError';
}

/** 409. */
export class ConflictError extends APIError {
  override readonly name = 'ConflictError';
}

/** 422. */
export class UnprocessableEntityError extends APIError {
  override readonly name = 'UnprocessableEntityError';
}

/** 429. `retryAfter` says how long to wait, where the API did. */
export class RateLimitError extends APIError {
  override readonly name = 'RateLimitError';
}

/** 5xx. */
export class InternalServerError extends APIError {
  override readonly name = 'InternalServerError';
}

/** What an error without an answer can be made of. */
export interface NoAnswer {
  message?: string | undefined;
  cause?: unknown;
}

/** No answer came, or it broke off. Whether the server did what it was asked is not known. `cause` says what `fetch` said. */
export class APIConnectionError extends APIError {
  override readonly name: string = 'APIConnectionError';

  constructor({ message = 'Connection error.', cause }: NoAnswer = {}) {
    super(undefined, undefined, message, undefined, cause);
  }
}

/** The answer, body and all, took longer than `timeout`. */
export class APIConnectionTimeoutError extends APIConnectionError {
  override readonly name = 'APIConnectionTimeoutError';

  constructor({ message = 'Request timed out.', cause }: NoAnswer = {}) {
    super({ message, cause });
  }
}

/** The caller's own signal ended the request. */
export class APIUserAbortError extends APIError {
  override readonly name = 'APIUserAbortError';

  constructor({ message = 'Request was aborted.', cause }: NoAnswer = {}) {
    super(undefined, undefined, message, undefined, cause);
  }
}
