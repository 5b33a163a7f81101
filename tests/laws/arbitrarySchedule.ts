import fc from 'fast-check';
import {
  type Act,
  CHANGES,
  HABITS,
  type Named,
  type Outage,
  type Schedule,
  type Sorting,
  VIEWS,
  type ViewName,
} from './Schedule.ts';
import { isOn } from './surroundings.ts';
import type { Fate, Members } from './Wire.ts';

const MOST_CHANGES = 25;

const on = fc.integer({ min: 0, max: 8 }).map((n) => (n > 6 ? n : n % 3 === 2 ? n : n % 2));
const members: fc.Arbitrary<Members> = fc.constantFrom('assets', 'assets', 'models');
const items = fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3 });
const view = fc.constantFrom(...VIEWS);

const change: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('add' as const), on, members, items }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('remove' as const), on, members, items }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('rename' as const), on }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('picture' as const), on, item: fc.integer({ min: 0, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'create' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), on }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('addMany' as const), on }) },
);

const elsewhere: fc.Arbitrary<Act> = fc.record({
  do: fc.constant('elsewhere' as const),
  what: fc.constantFrom('add', 'add', 'remove', 'rename', 'create'),
  on,
  item: fc.integer({ min: 0, max: 6 }),
});

const colleague: fc.Arbitrary<Act> = fc.record({
  do: fc.constant('elsewhere' as const),
  what: fc.constantFrom('add', 'add', 'add', 'remove', 'remove', 'exchange', 'exchange', 'delete'),
  on,
  item: fc.integer({ min: 0, max: 5 }),
  ours: fc.constant(true),
});

const other: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('refetch' as const), view }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('more' as const), view: fc.constantFrom('list2', 'list7') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('toggle' as const), view }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('line' as const), up: fc.boolean() }) },
);

const FIVE_MINUTES = 300_000;
const ahead = fc.constantFrom(-2 * FIVE_MINUTES, -FIVE_MINUTES, -40, 0, 40, FIVE_MINUTES, 2 * FIVE_MINUTES);

const clock: fc.Arbitrary<Act> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clock' as const), ahead }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('hydrate' as const), ahead, late: fc.constantFrom(0, 1, 10, 40, 200) }),
  },
);

const middle: fc.Arbitrary<Act> = fc.record({
  do: fc.constant('hydrate' as const),
  ahead: fc.constant(0),
  late: fc.constantFrom(0, 10),
  middle: fc.constant(true),
});

const reload: fc.Arbitrary<Act> = fc.record({
  do: fc.constant('reload' as const),
  late: fc.constantFrom(0, 0, 1, 10, 40),
});

const signOut: fc.Arbitrary<Act> = fc.record({ do: fc.constant('signOut' as const), sameScope: fc.boolean() });

const wait: fc.Arbitrary<Act> = fc.record({
  do: fc.constant('wait' as const),
  ms: fc.constantFrom(0, 1, 3, 8, 15, 40, 100),
});

const travel = { before: fc.integer({ min: 1, max: 40 }), after: fc.integer({ min: 1, max: 40 }) };

const writeFate: fc.Arbitrary<Fate> = fc.record({
  ...travel,
  end: fc.oneof(
    { weight: 8, arbitrary: fc.constant('answer' as const) },
    { weight: 2, arbitrary: fc.constantFrom(400, 403, 409, 422, 429, 500, 401) },
    { weight: 2, arbitrary: fc.constant('lose' as const) },
    { weight: 1, arbitrary: fc.constant('cut' as const) },
  ),
});

const readFate: fc.Arbitrary<Fate> = fc.record({
  ...travel,
  end: fc.oneof(
    { weight: 12, arbitrary: fc.constant('answer' as const) },
    { weight: 1, arbitrary: fc.constantFrom('lose' as const, 500, 403) },
  ),
});

const lateReadFate: fc.Arbitrary<Fate> = fc.record({
  ...travel,
  end: fc.constant('answer' as const),
  lag: fc.constantFrom(0, 10, 40, 200),
});

const sorting: fc.Arbitrary<Sorting | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.record({
    pageSize: fc.constantFrom(2, 50),
    sortBy: fc.constantFrom('createdAt' as const, 'updatedAt' as const),
    sortDirection: fc.constantFrom('asc' as const, 'desc' as const),
  }),
);

/** Two people at the same few items: what one does is seldom known to the other, and nothing else is read. */
const meeting: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom('add' as const, 'add' as const, 'remove' as const),
        on: fc.integer({ min: 0, max: 1 }),
        members: fc.constant('assets' as const),
        items: fc.uniqueArray(fc.constantFrom(3, 4), { minLength: 1, maxLength: 2 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('elsewhere' as const),
        what: fc.constantFrom('add' as const, 'add' as const, 'remove' as const, 'exchange' as const),
        on: fc.integer({ min: 0, max: 1 }),
        item: fc.constantFrom(3, 4),
        ours: fc.constant(true),
      }),
    },
    { weight: 5, arbitrary: wait },
  ),
  { minLength: 2, maxLength: 8, size: 'max' },
);

/** Whether nobody else writes, or somebody does, or does what we do. */
export type Company = 'alone' | 'shared' | 'meeting';

/** Where a screen takes another's place, in hundredths of the acts. */
const remounts = fc.array(fc.record({ at: fc.integer({ min: 0, max: 100 }), view }), { maxLength: 4 });

const at = fc.integer({ min: 0, max: 100 });

/** Where the server cannot be reached, in hundredths of the acts, and whether the network has come back just then. In a third of the schedules. */
const outages = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(
      fc.record({
        at,
        ms: fc.constantFrom(20, 100, 300, 3_000, 20_000),
        end: fc.constantFrom<Outage>('cut', 'lose', 'half', 'login', 'slow', 429, 503, 503),
        isNamed: fc.boolean(),
        isReconnect: fc.boolean(),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  },
);

/** Which of the adds, removes and renames are odd, counted round. In a third of the schedules some are. */
const oddAsks = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(fc.boolean(), { minLength: 2, maxLength: 5 }) },
);

/** One in so many. */
const seldom = (of: number) => fc.integer({ min: 1, max: of }).map((n) => n === of);

/** Which of the creates are of a name that is there already, counted round. In a third of the schedules some are. */
const sameNames = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom<Named | undefined>(undefined, 'again', 'twice', 'twice'), {
      minLength: 1,
      maxLength: 3,
    }),
  },
);

/** In a third of the schedules some screens have one, or two. */
const habits = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.subarray([...HABITS], { minLength: 1, maxLength: 2 }) },
);

/** Every schedule that the laws are tried on. */
export function arbitrarySchedule(company: Company): fc.Arbitrary<Schedule> {
  const withOthers = company === 'shared';
  const act = fc.oneof(
    { weight: 5, arbitrary: change },
    { weight: 3, arbitrary: other },
    { weight: 4, arbitrary: wait },
    { weight: withOthers ? 2 : 0, arbitrary: elsewhere },
    { weight: withOthers && isOn('colleague') ? 3 : 0, arbitrary: colleague },
    { weight: isOn('clocks') ? 1 : 0, arbitrary: clock },
    { weight: isOn('reloads') ? 1 : 0, arbitrary: reload },
    { weight: isOn('signOuts') ? 1 : 0, arbitrary: signOut },
    { weight: isOn('trimmed') ? 1 : 0, arbitrary: middle },
  );
  const schedule: fc.Arbitrary<Schedule & DrawnLast> = fc.record({
    acts:
      company === 'meeting' ? meeting : fc.array(act, { minLength: 1, maxLength: 60, size: 'max' }).map(withFewChanges),
    writes: fc.array(writeFate, { maxLength: 20, size: 'max' }),
    reads: fc.array(isOn('lagging') ? fc.oneof(readFate, lateReadFate) : readFate, { maxLength: 20, size: 'max' }),
    removingAbsent: fc.constantFrom('noop', 'error'),
    touchOnMembership: fc.boolean(),
    maxRetries: fc.constantFrom(0, 0, 2),
    ...(isOn('cursors') && { cursorsAfterWrite: fc.constantFrom('accepted' as const, 'refused' as const) }),
    ...(isOn('sorting') && { sorting }),
    ...(isOn('trimmed') && { maxPages: fc.constantFrom(undefined, 2) }),
    // Drawn last, so that a seed gives the acts that it gave before there were any.
    ...(isOn('remounts') && { remounts }),
    ...(isOn('shortDates') && { hasShortDates: fc.boolean() }),
    ...(isOn('outages') && { outages }),
    ...(isOn('oddAsks') && { oddAsks }),
    ...(isOn('empty') && { isEmpty: seldom(12) }),
    ...(isOn('sameNames') && { sameNames }),
    ...(isOn('habits') && { habits }),
  });
  return schedule.map(withDrawnLast).map(withLastingCursors);
}

interface DrawnLast {
  readonly remounts?: readonly { readonly at: number; readonly view: ViewName }[];
  readonly outages?: readonly (Omit<Act & { do: 'outage' }, 'do'> & { at: number; isReconnect: boolean })[];
  readonly oddAsks?: readonly boolean[];
  readonly sameNames?: readonly (Named | undefined)[];
}

function withDrawnLast({
  remounts = [],
  outages: down = [],
  oddAsks: odd = [],
  sameNames: same = [],
  ...schedule
}: Schedule & DrawnLast) {
  let asked = -1;
  let made = -1;
  const acts = schedule.acts.map((act): Act => {
    if (act.do === 'create') {
      const named = same[++made % same.length];
      return named ? { ...act, named } : act;
    }
    const isAsked = act.do === 'add' || act.do === 'remove' || act.do === 'rename';
    if (!isAsked || !odd[++asked % odd.length]) return act;
    return act.do === 'rename' ? { ...act, isSame: true } : { ...act, isTwice: true };
  });
  const put = (place: number, ...some: Act[]) => acts.splice(Math.round((place / 100) * acts.length), 0, ...some);
  for (const { at: place, view: its } of remounts) put(place, { do: 'remount', view: its });
  for (const { at: place, isReconnect, isNamed, ...outage } of down) {
    const named = outage.end === 429 ? { isNamed } : {};
    put(place, { do: 'outage', ...outage, ...named }, ...(isReconnect ? [{ do: 'line', up: true } as const] : []));
  }
  return { ...schedule, acts };
}

/** Where a list that does not begin at the first page would go on after its token was refused, nobody can tell. */
function withLastingCursors(schedule: Schedule): Schedule {
  const isPart = schedule.maxPages !== undefined || schedule.acts.some((act) => act.do === 'hydrate' && act.middle);
  return isPart && schedule.cursorsAfterWrite ? { ...schedule, cursorsAfterWrite: 'accepted' } : schedule;
}

function withFewChanges(acts: Act[]): Act[] {
  let changes = 0;
  return acts.filter((act) => !CHANGES.has(act.do) || ++changes <= MOST_CHANGES);
}
