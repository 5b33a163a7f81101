/**
 * Does another site's page ask for this write?
 *
 * A browser names the page's origin with every write; what names none is no page (a server, a script) and cannot ride on a
 * visitor's cookies. The request's own host is its `Host` header, which a page cannot forge, else the host of its address.
 *
 * Behind something that ends TLS, the address here says http where the page says https. So an https page may write to an http
 * address of the same host, never the other way about. `X-Forwarded-*` is not read: anyone can send it. What stands in front must
 * pass `Host` on as it came.
 */
export function isForeignOrigin(request: Request): boolean {
  const origin = request.headers.get('origin');
  if (origin === null) return false;
  const page = parse(origin);
  const own = parse(request.url);
  const host = request.headers.get('host');
  const ownHost = host === null ? own?.host : page && parse(`${page.protocol}//${host}`)?.host;
  if (!page || !own || !ownHost || page.host !== ownHost) return true;
  return page.protocol !== own.protocol && !(page.protocol === 'https:' && own.protocol === 'http:');
}

function parse(address: string): URL | undefined {
  return URL.canParse(address) ? new URL(address) : undefined;
}
