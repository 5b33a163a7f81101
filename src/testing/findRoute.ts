import { notFound, Refusal } from './Refusal.ts';
import { type Route, routes } from './routes.ts';

/** Whether a path has the form of a pattern, in which `:name`, `{name}` and `*` stand for one segment. */
export function matchesPath(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((segment, index) =>
      /^(:.+|\{.+\}|\*)$/.test(segment) ? given[index] !== '' : segment === given[index],
    )
  );
}

const ROOTS = new Set(['collections', 'assets', 'models']);

/**
 * The API's part of a URL's path: what follows the base URL, whatever that is.
 *
 * It is the longest end of the path that is a call of the API; where there is none, the whole path.
 */
export function apiPath(pathname: string): string {
  const segments = pathname.replace(/\/$/, '').split('/');
  for (const [index, segment] of segments.entries()) {
    // An empty id must not turn `/collections//assets` into the list of all assets.
    if (index > 0 && segment === '') break;
    if (!ROOTS.has(segment)) continue;
    const path = `/${segments.slice(index).join('/')}`;
    if (routes.some((route) => matchesPath(route.path, path))) return path;
  }
  return pathname;
}

/** The call that a request is. An unknown path is a 404, a method that the path does not have a 405. */
export function findRoute(method: string, path: string): Route {
  const there = routes.filter((route) => matchesPath(route.path, path));
  const route = there.find((candidate) => candidate.method === method);
  if (route !== undefined) return route;
  if (there.length === 0) throw notFound(`No such path: ${path}`);
  throw new Refusal(405, 'method_not_allowed', `${method} is not for ${path}`);
}
