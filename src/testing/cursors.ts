import { badRequest } from './Refusal.ts';
import { hash } from './random.ts';
import type { SortKey } from './SortedBy.ts';

/**
 * A pagination token: a sort key in one list, sealed.
 *
 * It names a sort key and no page number, so that a write does not shift the pages that follow. It is good for the list that it was
 * made for, in the same order and with the same filter, and for nothing else.
 */
export function encodeCursor(list: string, key: SortKey, version: number): string {
  const text = JSON.stringify([list, key[0], key[1], version]);
  // btoa takes Latin letters only, and an id in the filter may hold others.
  return toUrlSafe(btoa(encodeURIComponent(`${hash(text).toString(36)}.${text}`)));
}

/** The sort key that a token names. One that was made up, cut, meant for another list or another version is a 400. */
export function decodeCursor(token: string, list: string, version: number): SortKey {
  const text = unseal(token);
  if (text === undefined) throw badRequest('paginationToken is not a token of this list');
  const [madeFor, first, second, madeAt] = JSON.parse(text) as [string, number, number, number];
  if (madeFor !== list) throw badRequest('paginationToken is not a token of this list');
  if (madeAt !== version) throw badRequest('paginationToken has expired');
  return [first, second];
}

function toUrlSafe(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function unseal(token: string): string | undefined {
  let sealed: string;
  try {
    sealed = decodeURIComponent(atob(token.replaceAll('-', '+').replaceAll('_', '/')));
  } catch {
    // Not base64, or not ours: the caller refuses it.
    return undefined;
  }
  const dot = sealed.indexOf('.');
  const text = sealed.slice(dot + 1);
  return dot > 0 && sealed.slice(0, dot) === hash(text).toString(36) ? text : undefined;
}
