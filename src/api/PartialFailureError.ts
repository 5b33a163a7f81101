import { ScenarioError } from '../http/errors.ts';
import type { Collection } from './types.ts';

/** What is known when some requests of a change were refused. */
export interface PartialFailure {
  appliedIds: readonly string[];
  refusedIds: readonly string[];
  collection?: Collection | undefined;
  cause?: unknown;
}

/**
 * A change that took several requests, of which some were refused.
 *
 * Law: `appliedIds` and `refusedIds` are all ids of the change, each once; the cached counts show exactly what was applied.
 */
export class PartialFailureError extends ScenarioError {
  override readonly name = 'PartialFailureError';
  readonly appliedIds: readonly string[];
  readonly refusedIds: readonly string[];
  /** The collection as the server last sent it, if it did. */
  readonly collection: Collection | undefined;

  constructor({ appliedIds, refusedIds, collection, cause }: PartialFailure) {
    const why = cause instanceof Error ? cause.message : 'refused';
    const all = appliedIds.length + refusedIds.length;
    super(
      `${appliedIds.length} of ${all} items were applied, the others were not: ${why}`,
      cause === undefined ? undefined : { cause },
    );
    this.appliedIds = appliedIds;
    this.refusedIds = refusedIds;
    this.collection = collection;
  }
}
