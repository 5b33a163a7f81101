import fc from 'fast-check';
import type { Pace, Unopened } from '../../outbox/FakeBrowser.ts';
import type { Fate, Members } from '../Wire.ts';

/** One thing that happens in a browser. `tab` and `on` are counted round: of the tabs that live, of the rows that a tab shows. */
export type Act = Deed & {
  /** Another user, who has a server of their own in the same browser. What has no tab concerns both. */
  readonly user?: 1;
};

type Deed =
  /** Of so many items. Default: of one. */
  | {
      readonly do: 'add' | 'remove';
      readonly tab: number;
      readonly on: number;
      readonly of?: Members;
      readonly items?: number;
    }
  | { readonly do: 'rename' | 'delete'; readonly tab: number; readonly on: number }
  /** Takes out again what some tab has added. */
  | { readonly do: 'takeBack'; readonly tab: number }
  | { readonly do: 'create'; readonly tab: number }
  | { readonly do: 'retry' | 'discard' | 'refetch'; readonly tab: number }
  | { readonly do: 'open' }
  /** The user signs out in a tab, and in again. */
  | { readonly do: 'signOut'; readonly tab: number }
  /** A tab ends, so many turns of the event loop after what stands before it. */
  | { readonly do: 'kill'; readonly tab: number; readonly turns: number }
  /** A tab is put to sleep, so many turns later. What is sent to one that is `frozen` reaches it when it wakes; to one that is `left`, never. */
  | { readonly do: 'sleep'; readonly tab: number; readonly turns: number; readonly how: 'frozen' | 'left' }
  /** A tab that sleeps wakes. */
  | { readonly do: 'wake'; readonly tab: number }
  /** A tab goes into the background, where timers go off at whole spans of so many ms, or comes back. */
  | { readonly do: 'hide'; readonly tab: number; readonly span: number }
  | { readonly do: 'show'; readonly tab: number }
  | { readonly do: 'line'; readonly up: boolean }
  /** The limit of requests is spent for so many ms, which each refusal names or not. */
  | { readonly do: 'limit'; readonly ms: number; readonly isNamed: boolean }
  /** For so many ms all requests end like that, although the browser says that there is a network. */
  | { readonly do: 'outage'; readonly ms: number; readonly end: Outage }
  /** The token of all tabs runs out. Who asks for another one is given it at once, or the old one until it is renewed. */
  | { readonly do: 'expire'; readonly isRenewed: boolean }
  /** There is a token. A page is given a client with it, or finds out when it reads. */
  | { readonly do: 'renew'; readonly hasClient: boolean }
  /** The browser closes the database connections of a tab, without a word. */
  | { readonly do: 'disconnect'; readonly tab: number }
  /** The disk has no room for what is to be written, or has again. What is removed needs none. */
  | { readonly do: 'disk'; readonly isFull: boolean }
  /** The device's clock is set: so far ahead of the right time. */
  | { readonly do: 'clock'; readonly ahead: number }
  | { readonly do: 'wait'; readonly ms: number };

export type Outage = 'cut' | 'lose' | 503;

/** A whole run. What stands between two waits happens in one tick. */
export interface Schedule {
  readonly acts: readonly Act[];
  /** Of the writes of all tabs, in the order in which they leave; after the last one, all go well. */
  readonly writes: readonly Fate[];
  readonly reads: readonly Fate[];
  /** How many turns of the event loop a message takes from tab to tab. */
  readonly messageTakes: number;
  /** Of the tabs, in the order in which they are opened. Else their databases and locks take no time. */
  readonly paces?: readonly Pace[] | undefined;
  /** The tabs that cannot open their databases, in the order in which they are opened, counted round. The last tab can. */
  readonly unopened?: readonly (Unopened | undefined)[] | undefined;
  /** Both users have pages in the same tabs: an app with two scopes. Else the other one has tabs of their own. */
  readonly isOneApp?: boolean | undefined;
  /** The server writes dates without zeros at their ends. */
  readonly hasShortDates?: boolean | undefined;
  /** Whether the server dates a collection when members are added or taken out: no source settles that. Default: it does. */
  readonly touchOnMembership?: boolean | undefined;
}

/** What happens to a tab, with all pages in it. */
export const TAB_EVENTS: ReadonlySet<Act['do']> = new Set([
  'open',
  'kill',
  'sleep',
  'wake',
  'hide',
  'show',
  'disconnect',
]);

export const CHANGES: ReadonlySet<Act['do']> = new Set(['add', 'remove', 'rename', 'delete', 'takeBack', 'create']);

const tab = fc.nat(2);
const on = fc.oneof({ weight: 3, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: fc.nat(5) });

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('add' as const, 'add' as const, 'remove' as const), tab, on }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('rename' as const), tab, on }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('takeBack' as const, 'create' as const), tab }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), tab, on }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('retry' as const, 'discard' as const, 'refetch' as const), tab }),
  },
  { weight: 3, arbitrary: fc.constant({ do: 'open' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('kill' as const), tab, turns: fc.nat(40) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('sleep' as const),
      tab,
      turns: fc.nat(40),
      how: fc.constantFrom('frozen' as const, 'left' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wake' as const), tab }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('line' as const), up: fc.boolean() }) },
  {
    weight: 9,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 3, 8, 15, 40, 100) }),
  },
);

const travel = { before: fc.integer({ min: 1, max: 40 }), after: fc.integer({ min: 1, max: 40 }) };

const fate = (ends: fc.Arbitrary<Fate['end']>): fc.Arbitrary<Fate> => fc.record({ ...travel, end: ends });

const writeFate = fate(
  fc.oneof(
    { weight: 12, arbitrary: fc.constant('answer' as const) },
    { weight: 2, arbitrary: fc.constantFrom(400, 403, 422, 500, 401) },
    { weight: 2, arbitrary: fc.constantFrom('lose' as const, 'cut' as const) },
  ),
);

const readFate = fate(
  fc.oneof(
    { weight: 14, arbitrary: fc.constant('answer' as const) },
    { weight: 1, arbitrary: fc.constantFrom('lose' as const, 500, 401) },
  ),
);

/** Where a tab goes into the background and where it comes back, in hundredths of the acts. Half of the schedules have none. */
const at = fc.integer({ min: 0, max: 100 });
const hidden = fc.oneof(
  fc.constant([]),
  fc.array(fc.record({ from: at, to: at, tab, span: fc.constantFrom(1_000, 60_000) }), { minLength: 1, maxLength: 3 }),
);

const pace = fc.record({
  lock: fc.integer({ min: 1, max: 20 }),
  read: fc.integer({ min: 1, max: 40 }),
  write: fc.integer({ min: 1, max: 20 }),
});

/** In a third of the schedules. */
const paces = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.array(pace, { minLength: 1, maxLength: 4 }) },
);

/** Where the limit is spent, and where it is waited for, in hundredths of the acts. A quarter of the schedules have that. */
const limits = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(
      fc.record({ from: at, to: at, ms: fc.constantFrom(20, 300, 3_000, 20_000), isNamed: fc.boolean() }),
      { minLength: 1, maxLength: 3 },
    ),
  },
);

/** Of what the adds and removes are, counted round. In a quarter of the schedules some are of models. */
const members = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom('assets' as const, 'models' as const), { minLength: 2, maxLength: 5 }),
  },
);

/** How many items the adds and removes name, counted round: of over 49 not all go into one request. In a third of the schedules some name several. */
const counts = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(1, 1, 2, 3, 52), { minLength: 2, maxLength: 5 }) },
);

/** Where a token runs out and where it is renewed, in hundredths of the acts. A quarter of the schedules have that. */
const tokens = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(fc.record({ from: at, to: at, isRenewed: fc.boolean(), hasClient: fc.boolean() }), {
      minLength: 1,
      maxLength: 3,
    }),
  },
);

/** Where a user signs out, in hundredths of the acts. In a quarter of the schedules. */
const signOuts = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(fc.record({ at, tab }), { minLength: 1, maxLength: 2 }) },
);

/** What happens to a tab while its user signs out, so many ms later, counted round. In a half of the schedules in which one does. */
const interruption = fc.record({
  after: fc.constantFrom(0, 0, 5, 15),
  do: fc.constantFrom('kill' as const, 'sleep' as const),
  turns: fc.nat(40),
  how: fc.constantFrom('frozen' as const, 'left' as const),
});

const interruptions = fc.oneof(fc.constant([]), fc.array(interruption, { minLength: 1, maxLength: 2 }));

/** Where a tab loses its connections, in hundredths of the acts. A quarter of the schedules have that. */
const losses = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(fc.record({ from: at, tab }), { minLength: 1, maxLength: 3 }) },
);

/** Where the disk is full and where it has room again, in hundredths of the acts. In a sixth of the schedules. */
const disks = fc.oneof(
  { weight: 5, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(fc.record({ from: at, to: at }), { minLength: 1, maxLength: 2 }) },
);

const FIVE_MINUTES = 300_000;

/** Where the device's clock is set, in hundredths of the acts. In a sixth of the schedules. */
const clocks = fc.oneof(
  { weight: 5, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(
      fc.record({ at, ahead: fc.constantFrom(-2 * FIVE_MINUTES, -FIVE_MINUTES, -40, 0, 40, FIVE_MINUTES) }),
      { minLength: 1, maxLength: 3 },
    ),
  },
);

/** What another user does meanwhile, and where, in hundredths of the acts. In a tenth of the schedules. */
const others = fc.oneof(
  { weight: 9, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(fc.record({ at, one: act.filter((each) => 'tab' in each || each.do === 'open') }), {
      minLength: 3,
      maxLength: 15,
    }),
  },
);

/** Which tabs cannot open their databases. In a seventh of the schedules some cannot. */
const unopened = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(undefined, 'refused' as const, 'refused' as const, 'blocked' as const), {
      minLength: 2,
      maxLength: 4,
    }),
  },
);

/** Where the server cannot be reached, in hundredths of the acts, and whether the network has come back just then. In a sixth of the schedules. */
const outages = fc.oneof(
  { weight: 5, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(
      fc.record({
        at,
        ms: fc.constantFrom(20, 300, 3_000, 20_000),
        end: fc.constantFrom<Outage>('cut', 'cut', 'lose', 503),
        isReconnect: fc.boolean(),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  },
);

const asked = fc.array(fc.constantFrom('add' as const, 'remove' as const, 'rename' as const), { maxLength: 3 });

/**
 * Where a tab that has just asked for something of a collection is put to sleep, and where it wakes, so many ms after others have asked for more of that:
 * long enough for them to take over what it has left. In hundredths of the acts. In a third of the schedules.
 */
const naps = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(
      fc.record({
        from: at,
        to: at,
        tab,
        how: fc.constantFrom('frozen' as const, 'left' as const),
        on: fc.nat(1),
        before: asked,
        meanwhile: asked,
        ms: fc.constantFrom(3, 40, 300, 2_000),
        isOffline: fc.boolean(),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  },
);

/** How many times as long the writes take, counted round. In a third of the schedules. */
const delays = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(1, 1, 10), { minLength: 2, maxLength: 5 }) },
);

/** Every schedule that the laws of tabs are tried on. */
export const arbitrarySchedule: fc.Arbitrary<Schedule> = fc
  .record({
    acts: fc.array(act, { minLength: 4, maxLength: 40, size: 'max' }),
    writes: fc.array(writeFate, { maxLength: 15, size: 'max' }),
    reads: fc.array(readFate, { maxLength: 15, size: 'max' }),
    messageTakes: fc.constantFrom(1, 1, 2, 5, 12),
    // Drawn last, so that a seed gives the acts that it gave before there were any.
    hidden,
    paces,
    limits,
    members,
    tokens,
    counts,
    signOuts,
    losses,
    others,
    interruptions,
    disks,
    clocks,
    unopened,
    isOneApp: fc.boolean(),
    hasShortDates: fc.boolean(),
    outages,
    touchOnMembership: fc.constantFrom(true, true, false),
    naps,
    delays,
  })
  .map((drawn) => {
    const {
      hidden: spells,
      limits: spent,
      members: kinds,
      tokens: ended,
      counts: several,
      signOuts: outs,
      losses: lost,
      others: theirs,
      interruptions: ends,
      disks: full,
      clocks: set,
      outages: down,
      naps: asleep,
      delays: slow,
      acts,
      writes,
      touchOnMembership,
      ...rest
    } = drawn;
    let named = -1;
    const all: Act[] = acts.map((one) => {
      if (one.do !== 'add' && one.do !== 'remove') return one;
      named++;
      const of = kinds[named % kinds.length] === 'models' ? 'models' : undefined;
      const items = several[named % several.length] ?? 1;
      return { ...one, ...(of && { of }), ...(items > 1 && { items }) };
    });
    const put = (place: number, ...some: Act[]) => all.splice(Math.round((place / 100) * all.length), 0, ...some);
    for (const { from, to, tab: of, span } of spells) {
      put(Math.max(from, to), { do: 'show', tab: of });
      put(Math.min(from, to), { do: 'hide', tab: of, span });
    }
    for (const { from, to, ms, isNamed } of spent) {
      put(Math.max(from, to), { do: 'wait', ms });
      put(Math.min(from, to), { do: 'limit', ms, isNamed });
    }
    for (const { from, to, isRenewed, hasClient } of ended) {
      put(Math.max(from, to), { do: 'renew', hasClient });
      put(Math.min(from, to), { do: 'expire', isRenewed });
    }
    for (const [i, { at: place, tab: of }] of outs.entries()) {
      const end = ends[i % ends.length];
      const its: Act[] = end ? [{ ...end, tab: of }] : [];
      if (end?.after) its.unshift({ do: 'wait', ms: end.after });
      put(place, { do: 'signOut', tab: of }, ...its);
    }
    for (const { from, tab: of } of lost) put(from, { do: 'disconnect', tab: of });
    for (const { at: place, one } of theirs) put(place, { ...one, user: 1 });
    for (const { from, to } of full) {
      put(Math.max(from, to), { do: 'disk', isFull: false });
      put(Math.min(from, to), { do: 'disk', isFull: true });
    }
    for (const { at: place, ahead } of set) put(place, { do: 'clock', ahead });
    for (const { at: place, ms, end, isReconnect } of down)
      put(place, { do: 'outage', ms, end }, ...(isReconnect ? [{ do: 'line', up: true } as const] : []));
    for (const { from, to, tab: of, how, on: row, before, meanwhile, ms, isOffline } of asleep) {
      const line = (up: boolean): Act[] => (isOffline ? [{ do: 'line', up }] : []);
      const ask = (kinds: typeof before, by: number) =>
        kinds.flatMap((kind): Act[] => [
          { do: kind, tab: by, on: row },
          { do: 'wait', ms: 8 },
        ]);
      put(Math.max(from, to), ...ask(meanwhile, 0), { do: 'wait', ms }, { do: 'wake', tab: 0 }, { do: 'wait', ms: 40 });
      put(
        Math.min(from, to),
        ...line(false),
        ...ask(before, of),
        { do: 'sleep', tab: of, turns: 10, how },
        ...line(true),
      );
    }
    const late = writes.map((fate, i) => ({ ...fate, before: fate.before * (slow[i % slow.length] ?? 1) }));
    // Where the device's clock is set back, one tab knows by the server's dates alone whether what another has found out is newer than what it has read.
    return { ...rest, writes: late, acts: all, touchOnMembership: set.length > 0 || touchOnMembership };
  });
