/** A store of pending changes that outlives the page, as `createOutbox` of `scenario-react/outbox` makes it. */
export interface Outbox {
  /** `memory`: nothing is kept, and everything works as without an outbox; `problem` says why. */
  readonly status: 'starting' | 'ready' | 'memory';
  /** What keeps it from keeping changes. */
  readonly problem: Error | undefined;
  /**
   * Tells whenever `status` or `problem` has changed, for React's `useSyncExternalStore`: neither is state of React. Gives a function that
   * ends it. Bound, so that it can be handed on.
   */
  readonly subscribe: (listener: () => void) => () => void;
  /**
   * Drops the changes of a scope (`client.scope`), or of all: nothing of them is sent, shown or kept any more, in any tab. Resolves when
   * the storage has forgotten them.
   */
  clear(scope?: string): Promise<void>;
}
