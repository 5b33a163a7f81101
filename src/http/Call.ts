/** One call of the API. */
export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With a leading slash, its segments encoded. */
  path: string;
  query?: Record<string, unknown>;
  body?: Record<string, unknown>;
  /** It must not happen twice: it is sent again only where the server says that it did nothing. */
  once?: boolean;
  /** After an answer that was lost, a 404 says that the first attempt did it. */
  goneIsDone?: boolean;
}
