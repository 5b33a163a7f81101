import type { IncomingMessage } from 'node:http';

const MOST_BYTES = 256 * 1024;

/** The body of a request, as text. A larger one than the API has use for is thrown away with an error. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    // Read to the end all the same: who stops reading cuts the connection, and with it the answer.
    if (bytes <= MOST_BYTES) chunks.push(chunk);
  }
  if (bytes > MOST_BYTES) throw new RangeError('The body is too large');
  return Buffer.concat(chunks).toString('utf8');
}
