import {
  MutationObserver,
  type MutationObserverOptions,
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
  #last: object;

  constructor(queryClient: QueryClient, options: MutationObserverOptions<TData, Error, TVariables, TContext>) {
    this.observer = new MutationObserver(queryClient, options);
    this.#last = this.observer.getCurrentResult();
  }

  // A timer is set only where there is something to tell: two hundred changes in one tick would set four hundred.
  readonly subscribe = (listener: () => void): (() => void) =>
    this.observer.subscribe(() => {
      const before = this.#last;
      if (this.snapshot() !== before) notifyManager.schedule(listener);
    });

  /** Another object when something that was read differs. */
  readonly snapshot = (): object => {
    const now = this.observer.getCurrentResult();
    const [before, after] = [this.#last, now] as unknown as Record<string, unknown>[];
    for (const field of this.#read) if (before?.[field] !== after?.[field]) this.#last = now;
    return this.#last;
  };

  // Its failure is told by the result and by the callbacks.
  readonly #mutate: UseMutationResult<TData, Error, TVariables, TContext>['mutate'] = (...asked) =>
    void this.observer.mutate(...(asked as [TVariables])).catch(() => undefined);

  /** The result as it is when it is read, which remembers what was read of it. */
  get result(): UseMutationResult<TData, Error, TVariables, TContext> {
    const own = { mutate: this.#mutate, mutateAsync: this.observer.mutate };
    return new Proxy({ ...this.observer.getCurrentResult(), ...own } as object, {
      get: (_, field: string) => {
        this.#read.add(field);
        return Reflect.get(field in own ? own : this.observer.getCurrentResult(), field);
      },
    }) as UseMutationResult<TData, Error, TVariables, TContext>;
  }
}
