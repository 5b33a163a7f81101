/** What stands for a body that is longer than allowed. */
export const TOO_LONG: unique symbol = Symbol('too long');

/**
 * A request's whole body, or `TOO_LONG`; undefined for none.
 *
 * Counted as it comes in, and dropped at the first byte too many: `content-length` may lie, or be absent. Dropped too when the
 * signal says so: a sender who never ends must not be waited for.
 */
export async function readBody(
  request: Request,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | typeof TOO_LONG | undefined> {
  if (Number(request.headers.get('content-length')) > maxBytes) return TOO_LONG;
  if (!request.body) return undefined;
  const reader = request.body.getReader();
  // Not awaited: the answer need not wait until a slow sender has noticed. Its failure would say nothing new.
  const drop = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', drop, { once: true });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    length += read.value.byteLength;
    if (length > maxBytes) {
      drop();
      return TOO_LONG;
    }
    chunks.push(read.value);
  }
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}
