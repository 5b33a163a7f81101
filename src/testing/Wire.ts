import { answerInstead, type EmulatorAnswer, loginPage, refuseForLimit, toResponse } from './answers.ts';
import type { EmulatedServer } from './EmulatedServer.ts';
import type { ScenarioEmulatorOptions } from './EmulatorOptions.ts';
import type { EmulatorRecord, EmulatorRequest } from './EmulatorRequest.ts';
import type { FaultBook } from './FaultBook.ts';
import { type Latency, pause, splitLatency } from './latency.ts';
import { NetworkError } from './NetworkError.ts';
import { checkLimit, RateMeter } from './RateLimit.ts';
import type { Random } from './random.ts';
import { type Arrival, type Input, readBody, readRequest } from './readRequest.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What a request meets on its way. */
export interface WireParts {
  server: EmulatedServer;
  faults: FaultBook;
  latency: Latency;
  limit: ScenarioEmulatorOptions['limit'];
  random: Random;
}

/**
 * The way of a request to the server and of its answer back.
 *
 * It arrives: it is logged, and the faults and the delay that it will meet are settled. It is applied: at one moment, whole or not at
 * all. It is answered: later. An abort before it is applied keeps it from the server; an abort after that loses the answer only.
 * Without a delay all of that, but the answer, happens inside the call.
 */
export class Wire {
  readonly records: Writable<EmulatorRecord>[] = [];
  readonly #parts: WireParts;
  #cut = false;
  /** One for each project, as the API counts, and for each limit that there was. */
  readonly #meters = new Map<string, RateMeter>();

  constructor(parts: WireParts) {
    this.#parts = parts;
  }

  async fetch(input: Input, init?: RequestInit): Promise<Response> {
    const arrival = readRequest(input, init);
    const { method, path, query } = arrival;
    const record: Writable<EmulatorRecord> = { method, path, query, body: undefined, status: null };
    this.records.push(record);
    const requestId = `req_${this.records.length}`;
    try {
      record.body = readBody(typeof arrival.text === 'string' ? arrival.text : await arrival.text);
      const answer = await this.#travel(requestOf(record), arrival);
      record.status = answer.status;
      return toResponse(answer, requestId);
    } catch (error) {
      record.status = 0;
      throw error;
    }
  }

  /** Whatever is on its way will not be answered. The store that it is applied to is nobody's any more. */
  cut(): void {
    this.#cut = true;
  }

  async #travel(request: EmulatorRequest, { signal }: Arrival): Promise<EmulatorAnswer> {
    const { server, faults, latency, random } = this.#parts;
    if (signal?.aborted) throw signal.reason;
    const { fault, slowBy } = faults.meet(request);
    if (fault?.kind === 'offline') throw new NetworkError();
    const { before, after } = splitLatency(latency, request, random);
    if (before > 0) await pause(before, signal);
    const lag = fault?.kind === 'lag' ? fault.ms : 0;
    const answer = this.#overLimit(request) ?? answerInstead(fault) ?? server.answer(request, lag);
    await pause(after + slowBy, signal);
    if (this.#cut || fault?.kind === 'loseAnswer') throw new NetworkError();
    return fault?.kind === 'garbage' ? loginPage : answer;
  }

  #overLimit({ query: { projectId } }: EmulatorRequest): EmulatorAnswer | undefined {
    const { limit: given, server } = this.#parts;
    const limit = typeof given === 'function' ? given() : given;
    if (limit === undefined) return undefined;
    checkLimit(limit);
    // By content: a function may give the same limit as a new object each time.
    const key = JSON.stringify([projectId, limit.requests, limit.per, limit.kind]);
    const meter = this.#meters.get(key) ?? new RateMeter(limit);
    this.#meters.set(key, meter);
    const wait = meter.take(server.now());
    return wait > 0 ? refuseForLimit(wait, limit.retryAfter) : undefined;
  }
}

function requestOf({ method, path, query, body }: EmulatorRecord): EmulatorRequest {
  return { method, path, query, body };
}
