/** As much as runtimes tell of a request that failed. */
interface Trouble {
  name?: unknown;
  code?: unknown;
  syscall?: unknown;
  message?: unknown;
  /** Of Node's `fetch`. */
  socket?: { bytesWritten?: unknown } | undefined;
  cause?: unknown;
  /** Of several addresses that were tried. */
  errors?: unknown;
}

/** An error and what led to it, as far as that is told. */
function causes(error: unknown, depth = 5): Trouble[] {
  if (typeof error !== 'object' || !error || !depth) return [];
  const { cause, errors } = error as Trouble;
  return [error, ...[cause, ...(Array.isArray(errors) ? errors : [])].flatMap((inner) => causes(inner, depth - 1))];
}

const TIMEOUT = /^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ConnectionTimeout)$/;
/** Node's names, then Bun's. */
const NOT_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket)$/;
/** A request whose writing failed did not arrive whole, so that nothing was done. */
const BEFORE_ALL_WAS_SENT = /^(connect|getaddrinfo|write)$/;
/** How Node tells that TLS was not settled yet, and Deno that there was no connection. */
const TOLD = /before secure TLS connection was established|client error \(Connect\)/;

/** The runtime, or what stands behind it, gave up waiting. */
export const isTimeout = (error: unknown): boolean =>
  causes(error).some(({ name, code }) => name === 'TimeoutError' || TIMEOUT.test(String(code)));

/**
 * The runtime proves that the server never got the whole request, so that even what must not happen twice may be sent again. A browser
 * proves nothing.
 */
export const wasNeverSent = (error: unknown): boolean =>
  causes(error).some(
    ({ code, syscall, message, socket }) =>
      NOT_CONNECTED.test(String(code)) ||
      BEFORE_ALL_WAS_SENT.test(String(syscall)) ||
      TOLD.test(String(message)) ||
      socket?.bytesWritten === 0,
  );
