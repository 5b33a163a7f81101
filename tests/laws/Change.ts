import type { Stamp } from './Clock.ts';
import type { Members } from './Wire.ts';

/** What one call of `mutate` asked for. */
export type Wish =
  | { readonly kind: 'add' | 'remove'; readonly members: Members; readonly ids: readonly string[] }
  | { readonly kind: 'update'; readonly name?: string; readonly thumbnail?: string }
  | { readonly kind: 'delete' }
  | { readonly kind: 'create'; readonly name: string };

/** One call of `mutate`, and what became of it. */
export interface Change {
  readonly number: number;
  readonly place: Place;
  readonly wish: Wish;
  readonly began: Stamp;
  /** The first of its tick stands in the cache when `mutate` returns; the others when the tick ends. */
  readonly firstOfTick: boolean;
  settled?: Stamp;
  /** Undefined while it is pending, and when all went well. */
  error?: unknown;
  /** How often its `onSettled` was called. */
  callbacks: number;
  /** It outlived its page: it has nobody to call back, and no request of this page may have failed. */
  restored?: boolean;
  /** Written down as being sent when its page ended: whoever reads that cannot know how far the request has come. */
  inDoubt?: boolean;
  /** Its page has ended before it was kept: it was never sent, and calls nobody back. */
  lost?: boolean;
}

/** A collection as the run knows it: there from the start, or made on the way. */
export interface Place {
  readonly number: number;
  /** The id that the run uses for it: the server's, or the provisional one. Empty until that is known. */
  handle: string;
  /** The server's id, once it is known. */
  id: string | undefined;
  /** The version from which it is this user's. Default: the first. */
  readonly from?: number;
  /** The change that makes it. */
  creation?: Change;
  /** In the order in which they were asked for. */
  readonly changes: Change[];
}

export const describeWish = (wish: Wish): string =>
  wish.kind === 'add' || wish.kind === 'remove'
    ? `${wish.kind} ${wish.members} ${wish.ids.length > 9 ? `(${wish.ids.length})` : wish.ids.join(' ')}`
    : `${wish.kind} ${JSON.stringify(wish)}`;

/** The ids that a change that failed in part has applied. */
export function appliedOf(error: unknown): string[] {
  const { appliedIds } = (error ?? {}) as { appliedIds?: unknown };
  return Array.isArray(appliedIds) ? appliedIds.map(String) : [];
}
