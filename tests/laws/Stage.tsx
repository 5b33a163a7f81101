import { Profiler, useLayoutEffect, useSyncExternalStore } from 'react';
import type { Sorting, ViewName } from './Schedule.ts';
import type { Shown, ShownContents, ShownDetail, ShownList } from './Shown.ts';
import type { Subject } from './Subject.ts';
import type { Members } from './Wire.ts';

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
  } = { mounted: new Set(), newest: undefined, turns: new Map() };
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
      contents: [...this.contents.values()],
    };
  }
}

interface Parts {
  readonly stage: Stage;
  readonly subject: Subject;
  readonly onSettled: (variables: object) => void;
}

/** The app under test: every view that is mounted, and the one component that writes. */
export function Screen({ onCommit, ...parts }: Parts & { onCommit: () => void }) {
  const { stage } = parts;
  const { mounted, newest, turns } = useSyncExternalStore(stage.subscribe, () => stage.state);
  return (
    <Profiler id="screen" onRender={onCommit}>
      <Writer {...parts} />
      <Pending {...parts} />
      {[...mounted].map((view) => (
        <View key={`${view} ${turns.get(view)}`} view={view} newest={newest} {...parts} />
      ))}
    </Profiler>
  );
}

function View({ view, newest, ...parts }: Parts & { view: ViewName; newest: string | undefined }) {
  switch (view) {
    case 'list2':
      return <List view={view} pageSize={2} {...parts} />;
    case 'list7':
      return <List view={view} pageSize={7} {...parts} />;
    case 'detail0':
      return <Detail view={view} id="c0" {...parts} />;
    case 'detail1':
      return <Detail view={view} id="c1" {...parts} />;
    case 'detailNew':
      return <Detail view={view} id={newest} {...parts} />;
    case 'assets0':
      return <Contents view={view} id="c0" members="assets" {...parts} />;
    case 'assets1':
      return <Contents view={view} id="c1" members="assets" {...parts} />;
    case 'models0':
      return <Contents view={view} id="c0" members="models" {...parts} />;
  }
}

function List({ stage, subject, view, pageSize }: Parts & { view: ViewName; pageSize: number }) {
  const { data, hasNextPage, refetch, fetchNextPage } = subject.useCollections({ pageSize });
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

function Detail({ stage, subject, view, id }: Parts & { view: ViewName; id: string | undefined }) {
  const { data, error, refetch } = subject.useCollection(id);
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

function Contents({ stage, subject, view, id, members }: Parts & { view: ViewName; id: string; members: Members }) {
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
