import type { Collection } from '../../api/types.ts';
import type { Change } from '../../ledger/Change.ts';

type Result = Collection | undefined;

interface Deferred {
  readonly promise: Promise<Result>;
  readonly resolve: (collection: Result | PromiseLike<Result>) => void;
  readonly reject: (error: unknown) => void;
}

/** The promises of the changes. Each settles once, whoever asks for it first. */
export class Deferreds {
  readonly #deferreds = new WeakMap<Change, Deferred>();

  of(change: Change): Deferred {
    const deferred = this.#deferreds.get(change) ?? newDeferred();
    this.#deferreds.set(change, deferred);
    return deferred;
  }

  reject(changes: readonly Change[], error: unknown): void {
    for (const change of changes) this.of(change).reject(error);
  }
}

function newDeferred(): Deferred {
  let resolve: Deferred['resolve'] = () => undefined;
  let reject: Deferred['reject'] = () => undefined;
  const promise = new Promise<Result>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Whoever asked has a branch of its own; a change whose mutation function was never called has none.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
