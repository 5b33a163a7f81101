/** A request as the emulator sees it. There are no headers in it, so there are no credentials in it. */
export interface EmulatorRequest {
  /** In capitals. */
  readonly method: string;
  /** Without the base URL, as it was sent: `/collections/abc/assets`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed, where it is JSON; the text, where it is not; undefined, where there is none. */
  readonly body: unknown;
}

/** Whether a request only reads. A read in bulk is a POST. */
export function isRead({ method, path }: EmulatorRequest): boolean {
  return method === 'GET' || path.endsWith('/get-bulk');
}

/** A request in the emulator's log. */
export interface EmulatorRecord extends EmulatorRequest {
  /** What was answered. Null: not yet. 0: never, because the answer was lost or the request was aborted. */
  readonly status: number | null;
}
