type Fetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

interface Hold {
  readonly fits: (request: string) => boolean;
  readonly open: Promise<void>;
}

/**
 * A gate before a `fetch`: a request that it holds reaches no server until it is let go.
 *
 * A story that shows "Saving…" stays there for as long as somebody looks, on a slow machine too, which a delay in milliseconds cannot do.
 */
export class Gate {
  readonly fetch: Fetch;
  readonly #holds = new Set<Hold>();
  readonly #waiting = new Set<string>();

  constructor(fetch: Fetch) {
    this.fetch = async (input, init) => {
      const request = describe(input, init);
      const hold = [...this.#holds].find(({ fits }) => fits(request));
      if (hold) await this.#wait(hold, request, init?.signal ?? undefined);
      return fetch(input, init);
    };
  }

  /** The requests that stand before the gate. */
  get waiting(): string[] {
    return [...this.#waiting];
  }

  /** Holds the requests whose `METHOD /path` fits, from now on. Gives a function that lets them go. */
  hold(pattern: Pick<RegExp, 'test'>): () => void {
    let letGo: () => void = () => undefined;
    const open = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const hold: Hold = { fits: (request) => pattern.test(request), open };
    this.#holds.add(hold);
    return () => {
      this.#holds.delete(hold);
      letGo();
    };
  }

  async #wait({ open }: Hold, request: string, signal: AbortSignal | undefined): Promise<void> {
    this.#waiting.add(request);
    const aborted = new Promise<never>((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    try {
      await Promise.race([open, aborted]);
    } finally {
      this.#waiting.delete(request);
    }
  }
}

function describe(input: RequestInfo | URL, init: RequestInit | undefined): string {
  const address = typeof input === 'object' && 'url' in input ? input.url : String(input);
  return `${init?.method ?? 'GET'} ${new URL(address, location.href).pathname}`;
}
