import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Profiler, useLayoutEffect } from 'react';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import {
  type PendingChange,
  Scenario,
  type ScenarioOptions,
  ScenarioProvider,
  useAddAssets,
  useAddModels,
  useCollection,
  useCollectionAssets,
  useCollectionModels,
  useCollections,
  useCreateCollection,
  useDeleteCollection,
  usePendingChanges,
  useRemoveAssets,
  useRemoveModels,
  useUpdateCollection,
} from '../../../src/index.ts';
import { createOutbox, type Outbox } from '../../../src/outbox.ts';
import { type FakeBrowser, type FakePresence, type FakeTab, outside } from '../../outbox/FakeBrowser.ts';
import { timeNow } from '../../support/virtualTime.ts';
import { readCache, type Shown } from '../Shown.ts';
import { type Ask, printWish } from './Ask.ts';

/** Of the list that a tab shows. What it asks for itself, to find out about a change, is of another size. */
export const PAGE_SIZE = 50;

/** So long a database is waited for that tells nothing, in ms. */
const PATIENCE = 5_000;

function useScreen(hasModels: boolean) {
  return {
    list: useCollections({ pageSize: PAGE_SIZE }),
    one: useCollection('c0'),
    assets: useCollectionAssets('c0', { pageSize: 50 }),
    models: useCollectionModels('c0', { pageSize: 50 }, { enabled: hasModels }),
    pending: usePendingChanges(),
    create: useCreateCollection().mutateAsync,
    update: useUpdateCollection().mutateAsync,
    remove: useDeleteCollection().mutateAsync,
    add: useAddAssets().mutateAsync,
    takeOut: useRemoveAssets().mutateAsync,
    addModels: useAddModels().mutateAsync,
    takeOutModels: useRemoveModels().mutateAsync,
  };
}

interface ScreenProps {
  readonly hasModels: boolean;
  onScreen(screen: ReturnType<typeof useScreen>): void;
}

function Screen({ hasModels, onScreen }: ScreenProps) {
  const screen = useScreen(hasModels);
  useLayoutEffect(() => onScreen(screen));
  return null;
}

interface PageOptions {
  readonly number: number;
  readonly browser: FakeBrowser;
  /** The page of another user in the same tab, with whom it shares the outbox. */
  readonly beside: Page | undefined;
  readonly scope: string;
  /** Whether others share its outbox, of whom nothing is to be cleared. */
  readonly isShared: boolean;
  /** Whether it shows the models of a collection beside its assets. */
  readonly hasModels: boolean;
  token(): string;
  fetch(page: Page, input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  onFrame(page: Page, shown: Shown): void;
  onProblem(page: Page, problem: Error): void;
}

/** A tab with the user's app in it: its own cache, its own list. */
export class Page {
  readonly number: number;
  readonly queryClient: QueryClient = new QueryClient({
    defaultOptions: { queries: { gcTime: Infinity }, mutations: { gcTime: Infinity } },
  });
  now!: ReturnType<typeof useScreen>;
  isOpen = true;
  isAwake = true;
  isSignedIn = true;
  /** What it had asked for may have been taken over. */
  hasSlept = false;
  /** It was told nothing while it slept: it shows what it knew of then and since, and the rest as soon as it shows what it has read again. */
  isOutdated = false;
  /** It is in the background, where nothing is painted. */
  isHidden = false;
  /** It was there in the last step: nobody has seen yet what has become of its changes. */
  wasHidden = false;
  /** By how many ms its timers were late there, and may be yet. */
  lateBy = 0;
  /** What the storage would have told of what was done while it slept was forgotten with a user who has signed out. */
  missedSignOut = false;
  /** Changes that it knows of: it has listed them, or was told what has become of them. */
  readonly known: Set<Ask> = new Set();
  /** Changes that were on the wire while it read again: they may be in that, or not. */
  readonly unproven: Set<Ask> = new Set();
  /** What it has written down, by what that wants. */
  readonly written: Set<string> = new Set();
  /** What it has written down as sent, by what that wants. */
  readonly marked: Set<string> = new Set();
  /** By the last step it had read what is kept. */
  hadRead = false;
  /** The step by which it had, or knew that it cannot. */
  toldSince = -1;
  /** When it was opened, or put to sleep last, in ms: what was done since then it is told of by what is kept. */
  toldUntil: number = timeNow();
  /** The step in which it woke last. */
  wokeIn = -1;
  /** The step in which its user has signed in again. */
  signedInIn = -1;
  /** How many requests all tabs had sent by then. */
  sentByThen = 0;
  /** When it fell asleep last that had read again since it woke, in ms. */
  sleptAt = 0;
  /** When it fell asleep last, in ms. */
  asleepSince = 0;
  /** When it woke last, in ms. */
  wokeAt = 0;
  /** Items that were added so shortly before it woke that an index may lack them. It was not told of others who have taken them out again. */
  addedLately: ReadonlySet<string> = new Set();
  readonly #openedAt = timeNow();
  readonly #tab: FakeTab;
  readonly #presence: FakePresence;
  #render: () => void = () => undefined;
  readonly #root: Root = createRoot(document.createElement('div'));
  readonly #options: PageOptions;
  readonly #outbox: Outbox;

  constructor(options: PageOptions) {
    const { number, browser, beside, scope, onFrame, onProblem } = options;
    this.number = number;
    this.#options = options;
    this.queryClient.getQueryCache().subscribe(({ type }) => {
      if (type === 'updated' && this.#isJudged) onFrame(this, readCache(this.queryClient));
    });
    const open = (own: FakeTab) => ({
      tab: own,
      outbox: createOutbox({ onProblem: (problem) => this.isOpen && onProblem(this, problem) }),
    });
    const { tab, outbox } = beside ? { tab: beside.#tab, outbox: beside.#outbox } : browser.openTab(open);
    tab.onPut.push(({ kind, scope: its, state, variables, sentIds }) => {
      // Of a change of many items its request does not name all.
      const isSent = (print: string) => sentIds?.some((id) => print.endsWith(` ${id}`)) ?? true;
      for (const print of kind && its === scope ? printsOf({ kind, variables }) : []) {
        this.written.add(print);
        this.marked[state === 'sent' && isSent(print) ? 'add' : 'delete'](print);
      }
    });
    this.#tab = tab;
    this.#presence = tab.presence(scope);
    this.#outbox = outbox;
    // At once: what it listens to is this tab's.
    this.run(() => this.#signIn());
  }

  #signIn(): void {
    const { scope, fetch, hasModels, token, onFrame } = this.#options;
    // What is left of a tab that has ended is told something that has it ask no more.
    const nothing = () => new Response('{}', { status: 403 });
    const options: ScenarioOptions = {
      baseURL: 'https://api.example.test/v1',
      scope,
      maxRetries: 0,
      bearerAuth: token,
      fetch: (input, init) => {
        if (!this.isOpen) return Promise.resolve(nothing());
        return outside(() => fetch(this, input, init)).then(
          async (response) => {
            await this.#tab.whenAwake();
            return this.isOpen ? response : nothing();
          },
          async (error) => {
            await this.#tab.whenAwake();
            return this.isOpen ? Promise.reject(error) : nothing();
          },
        );
      },
    };
    const onRender = () => this.#isJudged && !this.isHidden && onFrame(this, this.shown);
    const app = (client: Scenario) => (
      <QueryClientProvider client={this.queryClient}>
        <ScenarioProvider client={client} outbox={this.#outbox}>
          <Profiler id="screen" onRender={onRender}>
            <Screen
              hasModels={hasModels}
              onScreen={(screen) => {
                this.now = screen;
              }}
            />
          </Profiler>
        </ScenarioProvider>
      </QueryClientProvider>
    );
    this.#render = () => flushSync(() => this.#root.render(app(new Scenario(options))));
    this.#render();
  }

  /** Its user signs out, as the guide says, and in again. `onOut`: between the two. */
  signOut(onOut: () => void): Promise<void> {
    const { isShared, scope } = this.#options;
    this.isSignedIn = false;
    return this.run(async () => {
      flushSync(() => this.#root.render(null));
      await this.#outbox.clear(isShared ? scope : undefined);
      if (!this.isOpen) return;
      this.queryClient.clear();
      onOut();
      this.isSignedIn = true;
      this.#signIn();
    });
  }

  /** Whether its database takes time. */
  get isSlow(): boolean {
    return !!this.#tab.pace;
  }

  /** Whether its database cannot be opened: it works as without an outbox. */
  get keepsNothing(): boolean {
    return !!this.#tab.unopened;
  }

  /** Whether it has read what is kept since it was opened, or woke: until then it knows of what it was told. */
  get hasRead(): boolean {
    return this.#presence.hasRead || this.keepsNothing;
  }

  /** A step has ended, or this was opened: what it is told from here on, or reads, it takes in. */
  noteTold(step: number): void {
    if (this.hasRead && this.hadRead && timeNow() >= this.#blockedUntil) return;
    this.toldSince = step;
    this.hadRead = this.hasRead;
  }

  get status(): Outbox['status'] {
    return this.#outbox.status;
  }

  /** How often it has told the others that it is there. */
  get greetings(): number {
    return this.#presence.ids.length;
  }

  /** Whether it is known by an id, or was. */
  hasBorne(id: string | undefined): boolean {
    return this.#presence.ids.some((its) => its === id);
  }

  /** Whether it was known by an id before, and is by none or another now. */
  wasKnownAs(id: string | undefined): boolean {
    const { ids, isKnown } = this.#presence;
    return ids.some((its, i) => its === id && !(this.isOpen && isKnown && i === ids.length - 1));
  }

  /** Whether something of it is being read or written down. */
  get isWriting(): boolean {
    return this.#tab.isBusy;
  }

  /** Whether what is on the screen is what is cached. */
  get isPainted(): boolean {
    const { now, queryClient } = this;
    const of = ({ lists, contents }: Shown) =>
      JSON.stringify([lists.map(({ rows }) => rows), contents.map(({ members, items }) => [members, items]).sort()]);
    return !!now.list.data && of(this.shown) === of(readCache(queryClient));
  }

  /** What is on the screen, as of the last commit. */
  get shown(): Shown {
    const { list, one, assets, models } = this.now;
    const whole = true;
    const contents = { where: 'screen contents', collectionId: 'c0', whole, waits: false, sorting: undefined };
    return {
      lists: list.data ? [{ where: 'screen list', rows: list.data, whole, begins: true }] : [],
      details: one.data ? [{ where: 'screen detail', copy: one.data }] : [],
      contents: [
        ...(assets.data ? [{ ...contents, members: 'assets' as const, items: assets.data }] : []),
        ...(models.data ? [{ ...contents, members: 'models' as const, items: models.data }] : []),
      ],
    };
  }

  /** The pending changes, by what they want. */
  get pending(): Map<string, PendingChange> {
    return new Map(this.now.pending.flatMap((change) => printsOf(change).map((print) => [print, change])));
  }

  /** Whether somebody sees it. */
  get #isJudged(): boolean {
    return this.isOpen && this.isAwake && this.isSignedIn && !this.isOutdated;
  }

  sleep(how: 'frozen' | 'left'): void {
    this.isAwake = false;
    this.asleepSince = timeNow();
    this.hasSlept = true;
    // Awake or not, it is told nothing.
    this.isOutdated = !this.keepsNothing;
    this.#tab.sleep(how);
  }

  wake(): void {
    this.isAwake = true;
    this.run(() => this.#tab.wake());
  }

  /** Its user has signed in again: the app has another client, in the same scope. */
  renewClient(): void {
    this.run(this.#render);
  }

  disconnect(): void {
    this.#tab.closeDatabases();
  }

  hide(span: number): void {
    this.isHidden = true;
    this.lateBy = Math.max(this.lateBy, span);
    this.#tab.hide(span);
  }

  show(): void {
    this.isHidden = false;
    // What it has read again since it woke is painted by a timer, and those of the background are late.
    this.isOutdated ||= this.hasSlept && !this.isPainted;
    this.#tab.show();
  }

  /** Until then a database that tells nothing may be about to. */
  get #blockedUntil(): number {
    return this.#tab.unopened === 'blocked' ? Math.max(this.#openedAt, this.wokeAt) + PATIENCE : 0;
  }

  /** Runs something as its JavaScript. */
  run<T>(work: () => T): T {
    return this.#tab.run(work);
  }

  /** Ends it at this very instant. */
  kill(): void {
    this.isOpen = false;
    this.#tab.kill();
    this.#root.unmount();
  }

  close(): void {
    if (this.isOpen) this.kill();
    this.queryClient.clear();
  }
}

/** What a change wants, or a record of one: of each item by itself. */
export function printsOf({
  kind,
  variables,
}: {
  readonly kind?: string;
  readonly variables?: object | undefined;
}): string[] {
  const {
    name = '',
    assetIds = [],
    modelIds = assetIds,
    collectionId = '',
  } = variables as { name?: string; assetIds?: string[]; modelIds?: string[]; collectionId?: string };
  if (kind === 'create' || kind === 'update') return [printWish({ kind, name })];
  if (kind === 'addAssets' || kind === 'removeAssets' || kind === 'addModels' || kind === 'removeModels')
    return modelIds.map((item) => printWish({ kind, item }));
  return [printWish({ kind: 'delete', id: collectionId })];
}
