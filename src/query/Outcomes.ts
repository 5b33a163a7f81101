import type { Collection } from '../api/types.ts';
import type { Change } from '../ledger/Change.ts';

type Result = Collection | undefined;

interface Outcome {
  readonly promise: Promise<Result>;
  readonly resolve: (collection: Result | PromiseLike<Result>) => void;
  readonly reject: (error: unknown) => void;
}

/** The promises of the changes. Each settles once, whoever asks for it first. */
export class Outcomes {
  readonly #outcomes = new WeakMap<Change, Outcome>();

  of(change: Change): Outcome {
    const outcome = this.#outcomes.get(change) ?? newOutcome();
    this.#outcomes.set(change, outcome);
    return outcome;
  }

  reject(changes: readonly Change[], error: unknown): void {
    for (const change of changes) this.of(change).reject(error);
  }
}

function newOutcome(): Outcome {
  let resolve: Outcome['resolve'] = () => undefined;
  let reject: Outcome['reject'] = () => undefined;
  const promise = new Promise<Result>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Whoever asked has a branch of its own; a change whose mutation function was never called has none.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
