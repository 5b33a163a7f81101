import {
  MutationObserver,
  type MutationObserverOptions,
  type MutationObserverResult,
  notifyManager,
  type QueryClient,
  type UseMutationResult,
} from '@tanstack/react-query';

/**
 * The mutation of one component, which is told only of what it has read of the result.
 *
 * TanStack Query's own `useMutation` renders when a mutation begins and again when it ends, whatever is read of it. Most components read
 * `mutate` alone: what they show moves in the cache. The results of queries are tracked in this way by TanStack Query itself.
 */
export class TrackedMutation<TData, TVariables, TContext> {
  readonly observer: MutationObserver<TData, Error, TVariables, TContext>;
  readonly #read = new Set<string>();
  #now: MutationObserverResult<TData, Error, TVariables, TContext>;
  #version = {};

  constructor(queryClient: QueryClient, options: MutationObserverOptions<TData, Error, TVariables, TContext>) {
    this.observer = new MutationObserver(queryClient, options);
    this.#now = this.observer.getCurrentResult();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    let told = this.snapshot();
    return this.observer.subscribe(() => {
      // A callback of the user's that reads the result has seen to it already, and React has not been told.
      if (told === this.snapshot()) return;
      told = this.#version;
      // A timer is set only where there is something to tell: two hundred changes in one tick would set four hundred.
      notifyManager.schedule(listener);
    });
  };

  /**
   * Another object when something that was read differs from what it was then.
   *
   * Each result is compared with the one before it, not with that of the last render: a field that is read for the first time while a
   * mutation is pending was never handed out as it was before.
   */
  readonly snapshot = (): object => {
    const before = this.#now;
    this.#now = this.observer.getCurrentResult();
    for (const field of this.#read)
      if (Reflect.get(before, field) !== Reflect.get(this.#now, field)) this.#version = {};
    return this.#version;
  };

  // Its failure is told by the result and by the callbacks.
  readonly #mutate: UseMutationResult<TData, Error, TVariables, TContext>['mutate'] = (...asked) =>
    void this.observer.mutate(...(asked as [TVariables])).catch(() => undefined);

  /** The result as it is when it is read, which remembers what was read of it. */
  get result(): UseMutationResult<TData, Error, TVariables, TContext> {
    const own = { mutate: this.#mutate, mutateAsync: this.observer.mutate };
    return new Proxy(
      { ...this.#now, ...own },
      {
        get: (_, field: string) => {
          // What has changed since it was handed out is noted before it is handed out anew.
          this.snapshot();
          this.#read.add(field);
          return Reflect.get(field in own ? own : this.#now, field);
        },
      },
    ) as UseMutationResult<TData, Error, TVariables, TContext>;
  }
}
