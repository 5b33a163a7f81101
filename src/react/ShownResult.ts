import type { Query, QueryObserver, QueryObserverOptions } from '@tanstack/react-query';

/**
 * What a component has rendered of a query's result: the snapshot of an external store.
 *
 * Law: it is another one if something differs that the component has read (or named in `notifyOnChangeProps`), after `select`. A change
 * that leaves that as it was renders nothing.
 *
 * TanStack Query's observer of the component says what its result is now; what it was is what React has committed, since a render that
 * was given up moves the observer's result too. Where the observer is not there yet, the data itself is the snapshot.
 */
export class ShownResult {
  readonly #find: () => Query | undefined;
  readonly #read = new Set<string>();
  #observer: QueryObserver | undefined;
  #committed: object = {};
  /** What was handed out of it after it stood on the screen, where nobody had asked for that before. */
  readonly #readLate = new Map<string, unknown>();
  /** The data as of the last look, whatever it shows. */
  #seen: unknown;
  #snapshot: unknown;
  /** React knows that it has to render, so that nothing has to be compared: two hundred changes in one tick are compared once. */
  #isDue = true;

  constructor(find: () => Query | undefined) {
    this.#find = find;
  }

  readonly snapshot = (): unknown => {
    const query = this.#find();
    const data = query?.state.data;
    if (data !== this.#seen) {
      this.#seen = data;
      this.#isDue ||= this.#differs(query);
      if (this.#isDue) this.#snapshot = data;
    }
    return this.#snapshot;
  };

  /** For `notifyOnChangeProps`. Where nothing was read, everything counts. */
  readonly fields = (): string[] | undefined => (this.#read.size ? [...this.#read] : undefined);

  /**
   * The result, which remembers what was read of it. What is read for the first time when it stands on the screen (in a handler, say, or
   * by a test) is as it is then: until now nobody has asked to be told of it.
   */
  track<R extends object>(result: R): R {
    return new Proxy(result, {
      get: (target, field: string) => {
        const isShown = target === this.#committed;
        if (isShown && !this.#read.has(field))
          this.#readLate.set(field, Reflect.get(this.#ownObserver()?.getCurrentResult() ?? target, field));
        this.#read.add(field);
        return isShown && this.#readLate.has(field) ? this.#readLate.get(field) : Reflect.get(target, field);
      },
    });
  }

  /** A result stands on the screen. */
  commit(result: object): void {
    this.#committed = result;
    this.#readLate.clear();
    this.#isDue = false;
  }

  #ownObserver(query: Query | undefined = this.#find()): QueryObserver | undefined {
    if (!this.#observer?.hasListeners() || this.#observer.getCurrentQuery() !== query)
      this.#observer = query?.observers.find(({ options }) => (options as Partial<Synced>).shown === this);
    return this.#observer;
  }

  #differs(query: Query | undefined): boolean {
    const observer = this.#ownObserver(query);
    if (!observer) return true;
    const { options } = observer;
    const now = observer.getOptimisticResult(options as Defaulted);
    const { notifyOnChangeProps: asked, throwOnError } = options;
    const fields = typeof asked === 'function' ? asked() : asked;
    const read: readonly string[] = !fields || fields === 'all' ? Object.keys(now) : fields;
    const handedOut = (field: string) =>
      this.#readLate.has(field) ? this.#readLate.get(field) : Reflect.get(this.#committed, field);
    return (throwOnError ? [...read, 'error'] : read).some((field) => Reflect.get(now, field) !== handedOut(field));
  }
}

/** What options of an observer hold beside TanStack Query's own: whose it is. */
export interface Synced {
  readonly shown: ShownResult;
  notifyOnChangeProps?: QueryObserverOptions['notifyOnChangeProps'];
}

type Defaulted = Parameters<QueryObserver['getOptimisticResult']>[0];
