/**
 * An answer of the proxy's own: JSON, `{ message }`, never cached.
 *
 * The message is a fixed text. It never quotes an error, an address or a header, so that nothing of the upstream side can leak.
 */
export function refuse(status: number, message: string, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ message }), {
    status,
    headers: { ...headers, 'content-type': 'application/json', 'cache-control': 'private, no-store' },
  });
}
