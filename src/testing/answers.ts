import type { CollectionStore } from './CollectionStore.ts';
import type { EmulatorFault } from './EmulatorFault.ts';
import type { EmulatorRequest } from './EmulatorRequest.ts';
import { findRoute } from './findRoute.ts';
import type { RateLimit } from './RateLimit.ts';
import { Refusal } from './Refusal.ts';

/** An answer before it is sent. A text is sent as it is, anything else as JSON. */
export interface EmulatorAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

/** Applies a request to what the server holds. */
export function apply(store: CollectionStore, request: EmulatorRequest, usualPageSize: number): EmulatorAnswer {
  try {
    const route = findRoute(request.method, request.path);
    return { status: 200, body: route.handle(store, request, usualPageSize) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: { status: 'error', code: error.code, reason: error.message } };
  }
}

/** The answer to a request that a fault keeps from being applied; undefined, if this one does not. */
export function answerInstead(fault: EmulatorFault | undefined): EmulatorAnswer | undefined {
  if (fault?.kind === 'refuse') {
    const {
      status = 403,
      body = { status: 'error', code: 'refused', reason: 'Refused by a fault' },
      headers = {},
    } = fault;
    return { status, body, headers };
  }
  if (fault?.kind === 'rateLimit') {
    const { seconds = 1 } = fault;
    return tooMany({ remainingSeconds: seconds }, { 'retry-after': String(seconds) });
  }
  return undefined;
}

/** The answer to a request past the limit, which says where it was asked to when the next one will pass. */
export function refuseForLimit(wait: number, where: RateLimit['retryAfter'] = 'body'): EmulatorAnswer {
  const seconds = Math.ceil(wait / 1000);
  return tooMany(
    where === 'body' ? { remainingSeconds: seconds } : {},
    where === 'header' ? { 'retry-after': String(seconds) } : {},
  );
}

function tooMany(wait: { remainingSeconds?: number }, headers: Record<string, string>): EmulatorAnswer {
  return {
    status: 429,
    body: { status: 'error', code: 'rate_limited', reason: 'Too many requests', ...wait },
    headers,
  };
}

/** What a network answers that wants a login first. */
export const loginPage: EmulatorAnswer = {
  status: 200,
  body: '<!doctype html><title>Sign in</title><form><input name="user"><input name="password" type="password"></form>',
  headers: { 'content-type': 'text/html; charset=utf-8' },
};

/** The answer as `fetch` gives it. */
export function toResponse(answer: EmulatorAnswer, requestId: string): Response {
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  // 204 and the like may have no body, and a Response refuses one.
  return new Response([101, 204, 205, 304].includes(answer.status) ? null : text, {
    status: answer.status,
    headers: { 'content-type': 'application/json', 'x-request-id': requestId, ...answer.headers },
  });
}
