/** A request that the client sent. */
export interface LoggedRequest {
  id: number;
  method: string;
  /** Without the base URL. */
  path: string;
  /** `'waiting'`: no answer yet. `'lost'`: none will come. `'aborted'`: nobody wants it any more. */
  status: number | 'waiting' | 'lost' | 'aborted';
  /** Milliseconds until the answer. */
  took?: number;
}

export interface RequestCounts {
  reads: number;
  writes: number;
  /** Refused, or without an answer. */
  failed: number;
}

interface LogState {
  /** Newest first. */
  requests: readonly LoggedRequest[];
  counts: RequestCounts;
}

const KEPT = 100;
const EMPTY: LogState = { requests: [], counts: { reads: 0, writes: 0, failed: 0 } };

/** A read in bulk is a POST too. */
export const isWrite = ({ method, path }: Pick<LoggedRequest, 'method' | 'path'>) =>
  method !== 'GET' && !path.endsWith('/get-bulk');

/** A `fetch` that keeps a log. The log is a store for `useSyncExternalStore`: its state is replaced, never changed. */
export class RequestLog {
  #state = EMPTY;
  #lastId = 0;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getState = (): LogState => this.#state;

  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const id = this.#begin(request);
    const started = performance.now();
    try {
      const response = await fetch(request);
      this.#end(id, response.status, performance.now() - started);
      return response;
    } catch (error) {
      this.#end(id, request.signal.aborted ? 'aborted' : 'lost', performance.now() - started);
      throw error;
    }
  };

  clear(): void {
    this.#set(EMPTY);
  }

  #begin({ method, url }: Request): number {
    const { pathname, search } = new URL(url);
    const query = new URLSearchParams(search);
    // Opaque, and longer than the line.
    if (query.has('paginationToken')) query.set('paginationToken', '…');
    const path = pathname.replace(/^\/api/, '') + (query.size > 0 ? `?${decodeURIComponent(query.toString())}` : '');
    const entry: LoggedRequest = { id: ++this.#lastId, method, path, status: 'waiting' };
    const { requests, counts } = this.#state;
    const kind = isWrite({ method, path: pathname }) ? 'writes' : 'reads';
    this.#set({ requests: [entry, ...requests].slice(0, KEPT), counts: { ...counts, [kind]: counts[kind] + 1 } });
    return entry.id;
  }

  #end(id: number, status: number | 'lost' | 'aborted', took: number): void {
    const { requests, counts } = this.#state;
    const isFailed = status === 'lost' || (typeof status === 'number' && status >= 400);
    this.#set({
      requests: requests.map((entry) => (entry.id === id ? { ...entry, status, took: Math.round(took) } : entry)),
      counts: isFailed ? { ...counts, failed: counts.failed + 1 } : counts,
    });
  }

  #set(state: LogState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
