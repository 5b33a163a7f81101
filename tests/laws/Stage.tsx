import { QueryErrorResetBoundary } from '@tanstack/react-query';
import { Component, Profiler, type ReactNode, Suspense, useLayoutEffect, useSyncExternalStore } from 'react';
import type { Collection } from '../../src/api/types.ts';
import type { Habit, Sorting, ViewName } from './Schedule.ts';
import type { Shown, ShownContents, ShownCount, ShownDetail, ShownList } from './Shown.ts';
import type { ReadOptions, Subject } from './Subject.ts';
import type { Members } from './Wire.ts';

/** How often a screen that polls reads again, in milliseconds. */
const POLL = 30;

export interface Handle {
  refetch(): Promise<unknown>;
  more?: (() => Promise<unknown>) | undefined;
}

type Hooks = ReturnType<typeof useWrites>;

/** What is on the screen, as of the last commit, and what a user can press. */
export class Stage {
  readonly handles: Map<ViewName, Handle> = new Map();
  readonly lists: Map<string, ShownList> = new Map();
  readonly details: Map<string, ShownDetail> = new Map();
  readonly counts: Map<string, ShownCount> = new Map();
  readonly contents: Map<string, ShownContents> = new Map();
  writes: Hooks | undefined;
  /** What the contents of `assets1` are asked with. */
  sorting: Sorting | undefined;
  pending: readonly { readonly id: string; readonly status: string }[] | undefined;
  /** What the changing views look at: mounted ones, and the newest collection. */
  state: {
    readonly mounted: ReadonlySet<ViewName>;
    readonly newest: string | undefined;
    /** Which screen of its kind each is, where it is not the first. */
    readonly turns: ReadonlyMap<ViewName, number>;
    readonly habits: ReadonlySet<Habit>;
  } = { mounted: new Set(), newest: undefined, turns: new Map(), habits: new Set() };
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(state: Partial<Stage['state']>): void {
    this.state = { ...this.state, ...state };
    for (const listener of this.#listeners) listener();
  }

  /** Another screen takes the place of one that is mounted. */
  remount(view: ViewName): void {
    const { turns } = this.state;
    this.set({ turns: new Map(turns).set(view, (turns.get(view) ?? 0) + 1) });
  }

  get shown(): Shown {
    return {
      lists: [...this.lists.values()],
      details: [...this.details.values()],
      counts: [...this.counts.values()],
      contents: [...this.contents.values()],
    };
  }
}

interface Parts {
  readonly stage: Stage;
  readonly subject: Subject;
  readonly onSettled: (variables: object) => void;
}

interface ScreenProps extends Parts {
  readonly onCommit: () => void;
  /** What stands around who writes. */
  readonly around: (writer: ReactNode) => ReactNode;
}

/** The app under test: every view that is mounted, and the one component that writes. */
export function Screen({ onCommit, around, ...parts }: ScreenProps) {
  const { stage } = parts;
  const { mounted, newest, turns, habits } = useSyncExternalStore(stage.subscribe, () => stage.state);
  return (
    <Profiler id="screen" onRender={onCommit}>
      {around(<Writer {...parts} />)}
      <Pending {...parts} />
      {[...mounted].map((view) => (
        <Waiting key={`${view} ${turns.get(view)} ${habits.has('suspend')}`} stage={stage} view={view}>
          <View view={view} newest={newest} habits={habits} {...parts} />
        </Waiting>
      ))}
    </Profiler>
  );
}

/** Shows nothing while a view suspends, or when it has thrown. Who asks it to read again then, tries once more. */
function Waiting({ children, ...props }: { stage: Stage; view: ViewName; children: ReactNode }) {
  return (
    <QueryErrorResetBoundary>
      {({ reset }) => (
        <Boundary reset={reset} {...props}>
          <Suspense fallback={null}>{children}</Suspense>
        </Boundary>
      )}
    </QueryErrorResetBoundary>
  );
}

class Boundary extends Component<{ stage: Stage; view: ViewName; reset: () => void; children: ReactNode }> {
  override state: { hasThrown: boolean } = { hasThrown: false };
  static getDerivedStateFromError(): { hasThrown: boolean } {
    return { hasThrown: true };
  }
  override componentDidCatch(): void {
    const { stage, view, reset } = this.props;
    const refetch = async () => {
      reset();
      this.setState({ hasThrown: false });
    };
    stage.handles.set(view, { refetch });
  }
  override render(): ReactNode {
    return this.state.hasThrown ? null : this.props.children;
  }
}

interface ViewParts extends Parts {
  readonly view: ViewName;
  readonly habits: ReadonlySet<Habit>;
}

function View({ newest, ...parts }: ViewParts & { newest: string | undefined }) {
  const { view } = parts;
  switch (view) {
    case 'list2':
      return <List pageSize={2} {...parts} />;
    case 'list7':
      return <List pageSize={7} {...parts} />;
    case 'detail0':
      return <Detail id="c0" {...parts} />;
    case 'detail1':
      return <Detail id="c1" {...parts} />;
    case 'detailNew':
      return <Detail id={newest} {...parts} />;
    case 'assets0':
      return <Contents id="c0" members="assets" {...parts} />;
    case 'assets1':
      return <Contents id="c1" members="assets" {...parts} />;
    case 'models0':
      return <Contents id="c0" members="models" {...parts} />;
  }
}

const copied = (rows: Collection[]): Collection[] => rows.map((row) => ({ ...row }));

const optionsOf = <T, TShown>(habits: ReadonlySet<Habit>, select: (data: T) => TShown): ReadOptions<T, TShown> => ({
  ...(habits.has('pick') && { select }),
  ...(habits.has('poll') && { refetchInterval: POLL }),
});

function List({ stage, subject, view, habits, pageSize }: ViewParts & { pageSize: number }) {
  const suspends = habits.has('suspend') && view === 'list7';
  const use = (suspends && subject.useSuspenseCollections) || subject.useCollections;
  const { data, hasNextPage, refetch, fetchNextPage } = use({ pageSize }, optionsOf(habits, copied));
  useLayoutEffect(() => {
    stage.handles.set(view, { refetch, more: hasNextPage ? fetchNextPage : undefined });
    if (data) stage.lists.set(view, { where: `screen ${view}`, rows: data, whole: !hasNextPage, begins: undefined });
    return () => {
      stage.lists.delete(view);
      stage.handles.delete(view);
    };
  });
  return null;
}

function Detail(parts: ViewParts & { id: string | undefined }) {
  return parts.habits.has('pick') && parts.view !== 'detail1' ? <Count {...parts} /> : <Whole {...parts} />;
}

function useOne<T>(
  { subject, habits, view, id }: ViewParts & { id: string | undefined },
  select: (copy: Collection) => T,
) {
  const suspends = habits.has('suspend') && view !== 'detailNew';
  const use = (suspends && subject.useSuspenseCollection) || subject.useCollection;
  return use(id as string, optionsOf(habits, select));
}

function Whole(parts: ViewParts & { id: string | undefined }) {
  const { stage, view, id } = parts;
  const { data, error, refetch } = useOne(parts, (copy) => ({ ...copy }));
  useLayoutEffect(() => {
    if (id !== undefined) stage.handles.set(view, { refetch });
    if (data && !error) stage.details.set(view, { where: `screen ${view}`, copy: data });
    return () => {
      stage.details.delete(view);
      stage.handles.delete(view);
    };
  });
  return null;
}

function Count(parts: ViewParts & { id: string | undefined }) {
  const { stage, view, id } = parts;
  const { data, error, refetch } = useOne(parts, ({ assetCount }) => assetCount);
  useLayoutEffect(() => {
    if (id !== undefined) stage.handles.set(view, { refetch });
    if (id !== undefined && data !== undefined && !error)
      stage.counts.set(view, { where: `screen ${view}`, collectionId: id, assetCount: data });
    return () => {
      stage.counts.delete(view);
      stage.handles.delete(view);
    };
  });
  return null;
}

function Contents({ stage, subject, view, id, members }: ViewParts & { id: string; members: Members }) {
  const use = members === 'assets' ? subject.useCollectionAssets : subject.useCollectionModels;
  const params = view === 'assets1' ? { pageSize: 50, ...stage.sorting } : { pageSize: 50 };
  const { data, hasNextPage, refetch } = use(id, params);
  useLayoutEffect(() => {
    stage.handles.set(view, { refetch });
    if (data) {
      const whole = !hasNextPage;
      stage.contents.set(view, {
        where: `screen ${view}`,
        collectionId: id,
        members,
        items: data,
        whole,
        waits: false,
        sorting: view === 'assets1' ? stage.sorting : undefined,
      });
    }
    return () => {
      stage.contents.delete(view);
      stage.handles.delete(view);
    };
  });
  return null;
}

function useWrites(subject: Subject, onSettled: (variables: object) => void) {
  const watch = { onSettled: (_data: unknown, _error: unknown, variables: object) => onSettled(variables) };
  return {
    create: subject.useCreateCollection(watch).mutateAsync,
    update: subject.useUpdateCollection(watch).mutateAsync,
    delete: subject.useDeleteCollection(watch).mutateAsync,
    addAssets: subject.useAddAssets(watch).mutateAsync,
    removeAssets: subject.useRemoveAssets(watch).mutateAsync,
    addModels: subject.useAddModels(watch).mutateAsync,
    removeModels: subject.useRemoveModels(watch).mutateAsync,
  };
}

function Writer({ stage, subject, onSettled }: Parts) {
  const writes = useWrites(subject, onSettled);
  useLayoutEffect(() => {
    stage.writes = writes;
  });
  return null;
}

function Pending({ stage, subject }: Parts) {
  const pending = subject.usePendingChanges();
  useLayoutEffect(() => {
    stage.pending = pending;
  });
  return null;
}
