/**
 * A request that the server refuses, as it is thrown inside the emulator.
 *
 * Whoever throws one has changed nothing yet: a refused request leaves no trace.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, reason: string) {
    super(reason);
    this.status = status;
    this.code = code;
  }
}

/** 400: the request itself is wrong. */
export function badRequest(reason: string): Refusal {
  return new Refusal(400, 'bad_request', reason);
}

/** 404: there is nothing of that name. */
export function notFound(reason: string): Refusal {
  return new Refusal(404, 'not_found', reason);
}
