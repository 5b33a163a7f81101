import type { Collection, Item } from '../../src/api/types.ts';
import type { ScenarioEmulator } from '../../src/testing.ts';
import { setLastingTimeout, timeNow } from '../support/virtualTime.ts';
import type { Clock, Stamp } from './Clock.ts';
import type { Replica } from './Replica.ts';
import { withShortDates } from './shortDates.ts';
import type { Truth } from './Truth.ts';

/**
 * What will become of a request: how long it travels there and back, and how it ends.
 *
 * `lose`: applied, and the answer never comes. `cut`: it never arrives. `half`: applied, and half of the answer comes. `login`: it never arrives,
 * and is answered with 200 and a page to sign in. A number: refused with that status, and not applied.
 */
export interface Fate {
  readonly before: number;
  readonly after: number;
  readonly end: 'answer' | 'lose' | 'cut' | 'half' | 'login' | number;
  /** A read is answered from what was held so long ago. */
  readonly lag?: number;
  /** The wait that a refusal names, in ms. */
  readonly retryAfter?: number | undefined;
  /** It is named as a date. */
  readonly isDated?: boolean;
}

export type Members = 'assets' | 'models';

export type ParsedCall =
  | { readonly type: 'list'; readonly pageSize: number }
  | { readonly type: 'create'; readonly name: string }
  | { readonly type: 'retrieve' | 'update' | 'delete'; readonly collectionId: string }
  | {
      readonly type: 'add' | 'remove';
      readonly collectionId: string;
      readonly members: Members;
      readonly ids: readonly string[];
    }
  | { readonly type: 'contents'; readonly collectionId: string; readonly members: Members }
  | { readonly type: 'bulk'; readonly members: Members; readonly ids: readonly string[] };

/** One request, from when it left to when its answer, or the news that there is none, was handed back. */
export interface Flight {
  readonly call: ParsedCall;
  readonly name: string;
  readonly left: Stamp;
  /** Which version the answering server held of each collection when the request left, or an older one. */
  leftVersions: ReadonlyMap<string, number>;
  /** The collections in the answer, each with its version. */
  versions: Map<string, number>;
  /** The items in the answer. */
  items: Item[];
  applied: boolean;
  /** When the server has done it. */
  appliedAt?: Stamp;
  /** Its page is gone. */
  isUnheard?: boolean;
  /** Who asked has signed out. */
  isOfAnother?: boolean;
  /** Answered by a server that had not heard of all writes. */
  isLate?: boolean;
  ended?: Stamp;
  /** Of the answer; 0 if there was none. */
  status?: number;
  /** A page that has reached the cache. */
  landed?: Stamp;
}

export const isWrite = (call: ParsedCall): boolean =>
  call.type === 'create' ||
  call.type === 'update' ||
  call.type === 'delete' ||
  call.type === 'add' ||
  call.type === 'remove';

export const collectionOf = (call: ParsedCall): string | undefined =>
  'collectionId' in call ? call.collectionId : undefined;

export interface WireOptions {
  readonly server: ScenarioEmulator;
  readonly truth: Truth;
  readonly clock: Clock;
  readonly fateOf: (call: ParsedCall, authorization: string | null) => Fate;
  readonly isCut: () => boolean;
  readonly onEnd: (flight: Flight) => void;
  readonly note: (line: string) => void;
  readonly replica?: Replica | undefined;
  /** Dates are written without zeros at their ends. */
  readonly hasShortDates?: boolean | undefined;
  /** The way there, and the way back. Default: so long as the fate says. */
  readonly travel?: (flight: Flight, milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

/**
 * A network that does to each request what it is told to, and remembers what happened when.
 *
 * It is the oracle's only source for what the client can know: what was answered, and at which version the server stood.
 */
export class Wire {
  readonly flights: Flight[] = [];
  readonly #options: WireOptions;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const { server, truth, clock, fateOf, isCut, note } = this.#options;
    const travel = this.#options.travel ?? ((_, milliseconds, signal) => sleep(milliseconds, signal));
    const request = input instanceof Request ? input : undefined;
    const url = new URL(request?.url ?? String(input));
    const method = (init?.method ?? request?.method ?? 'GET').toUpperCase();
    const signal = init?.signal ?? request?.signal ?? undefined;
    const text = typeof init?.body === 'string' ? init.body : request === undefined ? '' : await request.text();
    const call = readCall(method, url, text === '' ? {} : JSON.parse(text));
    const ids =
      'ids' in call ? ` [${call.ids.join(' ')}]` : call.type === 'update' || call.type === 'create' ? ` ${text}` : '';
    const flight: Flight = {
      call,
      name: `#${this.flights.length} ${method} ${url.pathname}${url.search}${ids}`,
      left: clock.now,
      leftVersions: truth.versions,
      versions: new Map(),
      items: [],
      applied: false,
    };
    this.flights.push(flight);
    const end = (status: number, how: string) => {
      flight.ended = clock.now;
      flight.status = status;
      note(`   ${flight.name} ${how}`);
      this.#options.onEnd(flight);
    };
    const fate = fateOf(call, new Headers(init?.headers ?? request?.headers).get('authorization'));
    note(`   ${flight.name} leaves`);
    try {
      if (isCut()) {
        end(0, 'offline');
        throw new TypeError('fetch failed: offline');
      }
      await travel(flight, fate.before, signal);
      if (fate.end === 'cut' || fate.end === 'login' || typeof fate.end === 'number') {
        await travel(flight, fate.after, signal);
        if (fate.end === 'login') {
          end(0, 'is answered with a page to sign in');
          return new Response('<!doctype html><title>Sign in</title>', { headers: { 'content-type': 'text/html' } });
        }
        if (fate.end === 'cut') {
          end(0, 'never arrives');
          throw new TypeError('fetch failed');
        }
        end(fate.end, `is refused: ${fate.end}`);
        return answer(fate.end, '{"reason":"refused by fate"}', retryAfter(fate));
      }
      const sent = { method, ...(text === '' ? {} : { body: text }) };
      const late = isWrite(call) || call.type === 'bulk' ? undefined : this.#options.replica?.at(fate.lag ?? 0);
      const response = await (late?.server ?? server).elsewhere(url, sent);
      const body: unknown = JSON.parse((await response.text()) || '{}');
      truth.look();
      flight.applied = response.status === 200;
      flight.appliedAt = clock.now;
      if (isWrite(call) && flight.applied) this.#options.replica?.note(url.href, sent);
      if (late) {
        flight.isLate = true;
        flight.leftVersions = earlier(flight.leftVersions, late.versions);
      }
      this.#readAnswer(flight, body, late?.versions ?? truth.versions);
      note(`   ${flight.name} is applied: ${response.status}`);
      await travel(flight, fate.after, signal);
      if (fate.end === 'lose') {
        end(0, 'loses its answer');
        throw new TypeError('fetch failed: answer lost');
      }
      if (fate.end === 'half') {
        end(0, 'is answered by half');
        const text = JSON.stringify(body);
        return answer(200, text.slice(0, text.length / 2));
      }
      end(response.status, `is answered: ${response.status}`);
      const answered = JSON.stringify(body);
      return answer(response.status, this.#options.hasShortDates ? withShortDates(answered) : answered);
    } catch (error) {
      if (flight.ended === undefined) end(0, 'is aborted');
      throw error;
    }
  };

  #readAnswer(flight: Flight, body: unknown, versions: ReadonlyMap<string, number>): void {
    const versionOf = (id: string) => versions.get(id) ?? -1;
    const { collection, collections, assets, models } = body as Partial<{
      collection: Collection;
      collections: Collection[];
      assets: Item[];
      models: Item[];
    }>;
    for (const { id } of collections ?? (collection ? [collection] : [])) flight.versions.set(id, versionOf(id));
    const asked = collectionOf(flight.call);
    if (asked !== undefined && !flight.versions.has(asked)) flight.versions.set(asked, versionOf(asked));
    flight.items = assets ?? models ?? [];
  }
}

const earlier = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): Map<string, number> =>
  new Map([...a].map(([id, version]) => [id, Math.min(version, b.get(id) ?? -1)]));

function answer(status: number, body: string, headers: Record<string, string> = {}): Response {
  return new Response(body, { status, headers: { 'content-type': 'application/json', ...headers } });
}

function retryAfter({ retryAfter: wait, isDated }: Fate): Record<string, string> {
  if (wait === undefined) return {};
  const dateIn = (ms: number) => new Date(timeNow() + ms).toUTCString();
  return isDated ? { date: dateIn(0), 'retry-after': dateIn(wait) } : { 'retry-after': String(wait / 1000) };
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    if (signal?.aborted) return reject(signal.reason);
    const timer = setLastingTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', abort, { once: true });
  });
}

function readCall(
  method: string,
  url: URL,
  body: { assetIds?: string[]; modelIds?: string[]; name?: string },
): ParsedCall {
  const parts = url.pathname.split('/').map(decodeURIComponent);
  const at = parts.findIndex((part) => part === 'collections' || part === 'assets' || part === 'models');
  const [root, id, leaf] = parts.slice(at);
  const ids = body.assetIds ?? body.modelIds ?? [];
  if (root === 'assets' || root === 'models') {
    if (id === 'get-bulk') return { type: 'bulk', members: root, ids };
    const collectionId = url.searchParams.get('collectionId');
    if (collectionId !== null) return { type: 'contents', collectionId, members: root };
  } else if (id === undefined) {
    if (method === 'POST') return { type: 'create', name: body.name ?? '' };
    return { type: 'list', pageSize: Number(url.searchParams.get('pageSize') ?? 10) };
  } else if (leaf === 'assets' || leaf === 'models') {
    return { type: method === 'DELETE' ? 'remove' : 'add', collectionId: id, members: leaf, ids };
  } else if (method === 'GET') {
    return { type: 'retrieve', collectionId: id };
  } else {
    return { type: method === 'DELETE' ? 'delete' : 'update', collectionId: id };
  }
  throw new Error(`No such call: ${method} ${url.pathname}`);
}
