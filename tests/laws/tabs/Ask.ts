import type { Members } from '../Wire.ts';
import type { Page } from './Page.tsx';

/** What one call of `mutate` wants, of each item by itself. Each item and each name is named by one change, so that each can be told from all others. */
export type Wish =
  | { readonly kind: 'addAssets' | 'removeAssets' | 'addModels' | 'removeModels'; readonly item: string }
  | { readonly kind: 'create' | 'update'; readonly name: string }
  | { readonly kind: 'delete'; readonly id: string };

/**
 * `unsure`: it has failed, and nobody knows whether the server did it. `gone`: it was taken back, or its page ended before it was kept.
 */
export type Phase = 'pending' | 'done' | 'failed' | 'unsure' | 'gone';

/** One change, in whichever tab, and what has become of it: as many as it names items. */
export interface Ask {
  readonly number: number;
  readonly place: Place;
  readonly wish: Wish;
  /** The id of the row that it was asked of. */
  readonly target: string;
  /** Its place in the order in which all were asked for, as of the last time: that of what is not written down. */
  asked: number;
  /** When that was, in ms. */
  askedMs: number;
  /** The same by the device's clock: it tells what is listed of that from what is listed of the time before. */
  submittedAt: number;
  readonly began: number;
  /** The tab that sends it, as long as it lives. */
  page: Page;
  /** The tabs that have asked for it again in one moment: whichever is written down first sends it. */
  rivals?: ReadonlySet<Page> | undefined;
  phase: Phase;
  /** The step in which it came to that. */
  since: number;
  /** When it came to that, in ms. */
  sinceMs?: number;
  /** Its place in the order that all tabs share; undefined as long as nothing is kept of it. */
  key?: number | undefined;
  /** The key of the failed one in whose place it is asked for again. */
  replaces?: number | undefined;
  /** The step in which it got that: no other tab can know of it before. */
  kept?: number;
  /** Its page has ended or slept before it could tell anybody that this is kept: the tab that is written down of it. Whoever takes it over tells that. */
  untold?: string | undefined;
  /** It stands in the storage as pending. */
  isKept?: boolean;
  /** When the storage lost it, in ms. */
  unkeptMs?: number;
  /** It stands in the storage as pending, or as failed. */
  isWritten?: boolean;
  /** Its page has ended or slept when it may have been sent, as far as anybody can tell. */
  wasMarked?: boolean;
  /** There was no room for it: its page alone knows of it, and others read what it does. */
  isUnkept?: boolean;
  /** Its page has taken it over when there was no room: the promise was another's, and tells nobody. */
  isAdopted?: boolean;
  /** A request has left with it. */
  wasSent?: boolean;
  /** Its user was shown that it is kept. */
  stored: boolean;
  /** It has failed, nobody knew how, and it was asked for again. */
  wasUnsure?: boolean;
  /** The others of the same `mutate`, and itself. */
  readonly parts: readonly Ask[];
  /** A request with some of these was refused, while others wait still. */
  isPartRefused?: boolean;
  /** How often its user has asked for it. */
  times: number;
  /** The step in which it was last taken back, and in which page. */
  discarded?: number;
  discardedIn?: Page;
  /** All pages that have taken it back, each by itself: it goes with the first of them that gets to do so. */
  discarders?: Set<Page>;
  /** It was taken back in one tab and asked for again in another, in one moment: either may have been first. */
  isContested?: boolean;
  /** Its user has signed out since it was asked for. */
  signOut?: SignOut;
  /** It was on its way to the server by then: what the next user asks for may be done before it. */
  isAfloat?: boolean;
  /** Its user has signed out since it was last asked for, whether it was dropped then or not. */
  isSignedOut?: boolean;
  /** When, in ms: it was told as dropped in a tab that has ended before that was written. Whoever was told drops it, and it is there still for whoever was not. */
  cutOff?: number;
  /** What its promise came to. */
  outcome?: { readonly error?: unknown } | undefined;
}

/** A user signs out in one tab: what waits in all of them is dropped. */
export interface SignOut {
  readonly page: Page;
  /** In ms. */
  readonly since: number;
  /** The same by the device's clock. */
  readonly at: number;
  /** The step in which the storage has forgotten all that there was. */
  over?: number;
  /** Its tab has ended before that, and could tell nobody. */
  isCut?: boolean;
  /** Those that know of it while it is under way. */
  readonly told: Set<Page>;
  /** Those that slept as it was told. */
  asleep?: readonly Page[];
  /** The device's clock was set meanwhile. */
  isTorn?: boolean;
}

/** A collection. */
export interface Place {
  /** The id by which it is known before the server has named it. */
  handle: string;
  /** The server's; several where a create that had been carried out was asked for again. */
  readonly ids: Set<string>;
  readonly name: string;
  readonly items: Readonly<Record<Members, ReadonlySet<string>>>;
  creation?: Ask;
  readonly asks: Ask[];
}

/** What is wanted of an item. */
export type MemberWish = Extract<Wish, { readonly item: string }>;

export const membersOf = ({ kind }: MemberWish): Members => (kind.endsWith('Assets') ? 'assets' : 'models');

export const isAdd = ({ kind }: MemberWish): boolean => kind.startsWith('add');

/** The name of a change by what it wants. */
export function printWish(wish: Wish): string {
  return `${wish.kind} ${'item' in wish ? wish.item : 'name' in wish ? wish.name : wish.id}`;
}

/** Whether an error tells of an item that was done before its change has failed. */
export const isApplied = ({ wish }: Ask, error: unknown): boolean =>
  'item' in wish && !!(Object(error) as { appliedIds?: readonly string[] }).appliedIds?.includes(wish.item);

/** Whether an error leaves it open what the server did. */
export function isUnsure(error: unknown): boolean {
  const { name, status = 0, message = '' } = Object(error) as { name?: string; status?: number; message?: string };
  if (message.includes('nobody knows')) return true;
  if (message.includes('could not be created')) return false;
  return name !== 'APIUserAbortError' && (status === 0 || status === 408 || status >= 500);
}
