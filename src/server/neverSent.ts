/** What runtimes say where no connection came about, or where one that was kept open took nothing any more. */
const CODES: readonly unknown[] = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'UND_ERR_CONNECT_TIMEOUT',
  // Bun's own names.
  'ConnectionRefused',
  'FailedToOpenSocket',
];

interface Trouble {
  code?: unknown;
  syscall?: unknown;
  socket?: { bytesWritten?: unknown } | null;
  cause?: unknown;
  errors?: unknown;
}

/**
 * True where a call that failed was surely never sent whole, so that even one that must not happen twice can be sent again.
 *
 * A connection that broke after something was written says nothing: the other side may have read it. (Node 20 and 24 say "read
 * ECONNRESET" or "other side closed" for both.)
 */
export function neverSent(error: unknown): boolean {
  if (typeof error !== 'object' || !error) return false;
  const { code, syscall, socket, cause, errors } = error as Trouble;
  // One for each address of the host; that of the first to be tried may have been reached.
  if (Array.isArray(errors) && errors.length > 0) return errors.every(neverSent);
  const wasKept = code === 'ECONNRESET' && syscall === 'write';
  return CODES.includes(code) || wasKept || socket?.bytesWritten === 0 || neverSent(cause);
}
