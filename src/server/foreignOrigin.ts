import { parseURL } from './parseURL.ts';

/**
 * Why a write is taken for another site's; undefined where it is not.
 *
 * A browser names the page's origin with every write; what names none is no page (a server, a script) and cannot ride on a
 * visitor's cookies. `Sec-Fetch-Site` is the browser's own word, which no page can set: `same-origin` passes whatever something in
 * front has made of `Host`, and `same-site` and `cross-site` do not, whatever it has made of `Origin`.
 *
 * Where a browser does not say, the page's origin is compared with the request's own: its `Host` header, which a page cannot forge,
 * else the host of its address. Behind something that ends TLS, the address here says http where the page says https. So an https
 * page may write to an http address of the same host, never the other way about. `X-Forwarded-*` is not read: anyone can send it.
 */
export function foreignOrigin(request: Request, allowedOrigins: readonly string[]): string | undefined {
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  const isOther = site === 'same-site' || site === 'cross-site';
  if (site === 'same-origin' || (origin === null && !isOther)) return undefined;
  const page = parseURL(origin ?? '');
  if (page && allowedOrigins.includes(page.origin)) return undefined;
  const own = parseURL(request.url);
  const host = request.headers.get('host');
  const ownHost = host === null ? own?.host : page && parseURL(`${page.protocol}//${host}`)?.host;
  const isOwn =
    page?.host === ownHost &&
    (page?.protocol === own?.protocol || (page?.protocol === 'https:' && own?.protocol === 'http:'));
  if (page && isOwn && !isOther) return undefined;
  return isOther
    ? `The browser says that this page (${quote(origin)}) is of another origin.`
    : `The page's origin (${quote(origin)}) is not that of this request (${quote(host ?? own?.host ?? '')}).`;
}

/** What the visitor's own browser sent, so that nobody is told what they did not know. */
const quote = (text: string | null): string => JSON.stringify(text?.slice(0, 100) ?? 'none');
