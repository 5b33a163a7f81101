import { type Answer, answerInstead, apply, loginPage, toResponse } from './answers.ts';
import type { CollectionStore } from './CollectionStore.ts';
import type { EmulatorRecord, EmulatorRequest } from './EmulatorRequest.ts';
import type { FaultBook } from './FaultBook.ts';
import { type Latency, pause, splitLatency } from './latency.ts';
import { NetworkError } from './NetworkError.ts';
import type { Random } from './random.ts';
import { type Arrival, readBody, readRequest } from './readRequest.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What a request meets on its way. */
export interface WireParts {
  store: CollectionStore;
  faults: FaultBook;
  latency: Latency;
  random: Random;
  usualPageSize: number;
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

  constructor(parts: WireParts) {
    this.#parts = parts;
  }

  async fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
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

  async #travel(request: EmulatorRequest, { signal }: Arrival): Promise<Answer> {
    const { store, faults, latency, random, usualPageSize } = this.#parts;
    if (signal?.aborted) throw signal.reason;
    const { fault, slowBy } = faults.meet(request);
    if (fault?.kind === 'offline') throw new NetworkError();
    const { before, after } = splitLatency(latency, request, random);
    if (before > 0) await pause(before, signal);
    const answer = answerInstead(fault) ?? apply(store, request, usualPageSize);
    await pause(after + slowBy, signal);
    if (this.#cut || fault?.kind === 'loseAnswer') throw new NetworkError();
    return fault?.kind === 'garbage' ? loginPage : answer;
  }
}

function requestOf({ method, path, query, body }: EmulatorRecord): EmulatorRequest {
  return { method, path, query, body };
}
