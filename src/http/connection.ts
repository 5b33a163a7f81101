/** As much as runtimes tell of a request that failed. */
interface Trouble {
  name?: unknown;
  code?: unknown;
  syscall?: unknown;
  message?: unknown;
  /** Of Node's `fetch`. */
  socket?: { bytesWritten?: unknown } | null | undefined;
  cause?: unknown;
  /** Of several addresses that were tried. */
  errors?: unknown;
}

/** How far causes are followed: they may go round in a circle. */
const DEEPEST = 5;

/** An error and what led to it, as far as that is told. */
function causes(error: unknown, depth: number = DEEPEST): Trouble[] {
  if (typeof error !== 'object' || !error || !depth) return [];
  const { cause, errors } = error as Trouble;
  return [error, ...[cause, ...(Array.isArray(errors) ? errors : [])].flatMap((inner) => causes(inner, depth - 1))];
}

const TIMEOUT = /^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ConnectionTimeout)$/;
/** Node's names, then Bun's. */
const NOT_CONNECTED =
  /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EPIPE|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket)$/;
/** A request whose writing failed did not arrive whole, so that nothing was done. */
const BEFORE_ALL_WAS_SENT = /^(connect|getaddrinfo|write)$/;
/** How Node tells that TLS was not settled yet, and Deno that there was no connection. */
const TOLD = /before secure TLS connection was established|client error \(Connect\)/;

/** The runtime, or what stands behind it, gave up waiting. */
export const isTimeout = (error: unknown): boolean =>
  causes(error).some(({ name, code }) => name === 'TimeoutError' || TIMEOUT.test(String(code)));

/**
 * The runtime proves that the server never got the whole request, so that even what must not happen twice may be sent again. A browser
 * proves nothing, and a connection that broke after something was written says nothing: the other side may have read it. (Node 20 and 24
 * say "read ECONNRESET" or "other side closed" for both.)
 */
export function wasNeverSent(error: unknown, depth: number = DEEPEST): boolean {
  if (typeof error !== 'object' || !error || !depth) return false;
  const { code, syscall, message, socket, cause, errors } = error as Trouble;
  const isSo = (inner: unknown) => wasNeverSent(inner, depth - 1);
  // One for each address of the host: that of the first to be tried may have been reached.
  if (Array.isArray(errors) && errors.length) return errors.every(isSo);
  return (
    NOT_CONNECTED.test(String(code)) ||
    BEFORE_ALL_WAS_SENT.test(String(syscall)) ||
    TOLD.test(String(message)) ||
    socket?.bytesWritten === 0 ||
    isSo(cause)
  );
}
