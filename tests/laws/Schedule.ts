import type { Fate, Members } from './Wire.ts';

/** The lists, details and contents that a run can put on the screen. */
export const VIEWS = ['list2', 'list7', 'detail0', 'detail1', 'detailNew', 'assets0', 'assets1', 'models0'] as const;
export type ViewName = (typeof VIEWS)[number];

/** One thing that a user, another person or the weather does. `on` names a collection by its number, made ones after the first ones. */
export type Act =
  | {
      readonly do: 'add' | 'remove';
      readonly on: number;
      readonly members: Members;
      readonly items: readonly number[];
      /** The first item is named twice. */
      readonly isTwice?: boolean;
    }
  | { readonly do: 'addMany'; readonly on: number }
  | {
      readonly do: 'rename';
      readonly on: number;
      /** To the name that the server has. */
      readonly isSame?: boolean;
    }
  | { readonly do: 'picture'; readonly on: number; readonly item: number }
  | { readonly do: 'delete'; readonly on: number }
  | {
      readonly do: 'create';
      /** `again`: by the name of the one before it. `twice`: two of one name, by a click that was two. */
      readonly named?: Named | undefined;
    }
  | { readonly do: 'refetch' | 'more' | 'toggle' | 'remount'; readonly view: ViewName }
  | { readonly do: 'line'; readonly up: boolean }
  | {
      readonly do: 'elsewhere';
      readonly what: 'add' | 'remove' | 'exchange' | 'rename' | 'create' | 'delete';
      readonly on: number;
      readonly item: number;
      /** Of the items that we name too. Otherwise only the first three are. */
      readonly ours?: boolean;
    }
  /** For so many ms all requests end like that, although the browser says that there is a network. */
  | { readonly do: 'outage'; readonly ms: number; readonly end: Outage; readonly isNamed?: boolean | undefined }
  /** The device's clock is set: so far ahead of the right time. */
  | { readonly do: 'clock'; readonly ahead: number }
  /** What a server reads now whose clock is ahead, and lands in the page's cache a while later. */
  | {
      readonly do: 'hydrate';
      readonly ahead: number;
      readonly late: number;
      /** The list without its first page. */
      readonly middle?: boolean;
    }
  /** The page is loaded again. Its cache is restored a while later: before anything is rendered, if that is 0. */
  | { readonly do: 'reload'; readonly late: number }
  /** The user signs out, and the next one in, at the same browser. */
  | { readonly do: 'signOut'; readonly sameScope: boolean }
  | { readonly do: 'wait'; readonly ms: number };

/** `slow`: the answers come after the client has given up. */
export type Outage = Exclude<Fate['end'], 'answer' | number> | 'slow' | 429 | 503;

export type Named = 'again' | 'twice';

/**
 * What some of the screens do otherwise. `pick`: they take a part of what is there, by `select`. `suspend`: they wait by Suspense. `poll`: they
 * read again by themselves. `provide`: who writes has a provider with a client of its own.
 */
export const HABITS = ['pick', 'suspend', 'poll', 'provide'] as const;
export type Habit = (typeof HABITS)[number];

/** A whole run. What stands between two waits happens in one tick. */
export interface Schedule {
  readonly acts: readonly Act[];
  /** Of the writes, in the order in which they leave; after the last one, all go well. */
  readonly writes: readonly Fate[];
  /** Of the reads, likewise. */
  readonly reads: readonly Fate[];
  readonly removingAbsent: 'noop' | 'error';
  readonly touchOnMembership: boolean;
  readonly maxRetries: number;
  readonly cursorsAfterWrite?: 'accepted' | 'refused';
  /** Of the contents of `assets1`. */
  readonly sorting?: Sorting | undefined;
  /** How many pages of a list the cache keeps at most. */
  readonly maxPages?: number | undefined;
  /** The server writes dates without zeros at their ends. */
  readonly hasShortDates?: boolean | undefined;
  /** There is no collection at first. */
  readonly isEmpty?: boolean | undefined;
  readonly habits?: readonly Habit[] | undefined;
}

export interface Sorting {
  readonly pageSize: number;
  readonly sortBy?: 'createdAt' | 'updatedAt';
  readonly sortDirection: 'asc' | 'desc';
}

export const CHANGES: ReadonlySet<Act['do']> = new Set([
  'add',
  'remove',
  'addMany',
  'rename',
  'picture',
  'delete',
  'create',
]);

export const EASY: Fate = { before: 5, after: 5, end: 'answer' };
