import type { Fetch } from '../../tests/limits/Subject.ts';

/** A refusal, as the vendor's client throws it. */
export class HTTPError extends Error {
  override readonly name = 'HTTPError';
  readonly status: number;

  constructor(status: number) {
    super(`${status}`);
    this.status = status;
  }
}

const MAX_RETRIES = 2;

const waitOf = (headers: Headers | undefined, attempt: number): number => {
  const ms = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (ms >= 0) return ms;
  const after = headers?.get('retry-after') ?? '';
  const seconds = Number.parseFloat(after);
  if (seconds >= 0) return seconds * 1000;
  const date = Date.parse(after) - Date.now();
  if (date >= 0) return date;
  return Math.min(500 * 2 ** attempt, 8_000) * (1 - Math.random() / 4);
};

/**
 * A `fetch` that tries again as the vendor's generated client does: twice, on a lost connection, 408, 409, 429 and 5xx; after
 * `retry-after-ms` or `retry-after`, else after half a second that doubles, less up to a quarter at random.
 */
export const retrying =
  (fetch: Fetch): Fetch =>
  async (input, init) => {
    for (let attempt = 0; ; attempt++) {
      const request = input instanceof Request ? input.clone() : input;
      const answer = await fetch(request, init).catch((error: unknown) => {
        if (attempt >= MAX_RETRIES || init?.signal?.aborted) throw error;
      });
      const isOver = answer && !([408, 409, 429].includes(answer.status) || answer.status >= 500);
      if (answer && (isOver || attempt >= MAX_RETRIES)) return answer;
      await new Promise((resolve) => setTimeout(resolve, waitOf(answer?.headers, attempt)));
    }
  };

/** Sends, and gives the parsed body. */
export const caller =
  (fetch: Fetch, base: string) =>
  async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const answer = await fetch(base + path, { ...init, headers: { 'content-type': 'application/json' } });
    if (!answer.ok) throw new HTTPError(answer.status);
    return (await answer.json()) as T;
  };

export const put = (assetIds: readonly string[]): RequestInit => ({
  method: 'PUT',
  body: JSON.stringify({ assetIds }),
});
