import { PartialFailureError } from '../../api/PartialFailureError.ts';
import type { Collection } from '../../api/types.ts';
import { APIUserAbortError, ScenarioError } from '../../http/errors.ts';
import type { Change } from '../../ledger/Change.ts';
import type { CollectionQueue } from '../../ledger/CollectionQueue.ts';
import type { Ledger } from '../../ledger/Ledger.ts';
import type { WriteRequest } from '../../ledger/WriteRequest.ts';
import type { OutboxLink } from '../OutboxLink.ts';
import { Deferreds } from './Deferreds.ts';
import { concernsTheRest, statusOf } from './errorPolicy.ts';

/** What has become of a change in another tab. */
export interface SettledElsewhere {
  readonly change: Change;
  readonly value?: Collection | undefined;
  readonly error?: Error | undefined;
}

/**
 * Settles the promises of the changes, each once and with its own result.
 *
 * A change leaves the ledger before its promise settles, never in a callback: a callback that throws cannot undo what the server keeps.
 */
export class Settlement {
  readonly #ledger: Ledger;
  readonly #flush: () => void;
  readonly #deferreds = new Deferreds();
  #link: OutboxLink | undefined;

  constructor(ledger: Ledger, flush: () => void) {
    this.#ledger = ledger;
    this.#flush = flush;
  }

  /** The promise of a change. */
  promiseOf(change: Change): Promise<Collection | undefined> {
    return this.#deferreds.of(change).promise;
  }

  /** Takes changes back before they are sent; with a create, whatever waits for its id. */
  discard(changes: readonly Change[]): void {
    const waiting = changes.flatMap((change) => {
      const queue = this.#ledger.queues.get(change.collectionId);
      // A create that is asked for again in its place has them go on waiting.
      const isLast = change.kind === 'create' && (queue?.create ?? change) === change;
      return isLast ? (queue?.changes ?? []) : change;
    });
    for (const each of waiting) this.#ledger.drop(each);
    this.#flush();
    this.#deferreds.reject(waiting, new APIUserAbortError({ message: 'The change was discarded before it was sent.' }));
  }

  connect(link: OutboxLink): void {
    this.#link = link;
  }

  /** Whether a session that has ended fails no change: what is kept waits for another. */
  get outlivesSession(): boolean {
    return !!this.#link;
  }

  /** The server has accepted a request, and this is its copy after it. */
  accept(queue: CollectionQueue, request: WriteRequest, copy: Collection | undefined): void {
    const done = this.#ledger.accept(queue, request, copy);
    this.#link?.accepted(request, copy);
    this.resolve(queue, done, copy);
  }

  /** These changes have got what they asked for. `answer`: the server's copy after them, where it sent one. */
  resolve(queue: CollectionQueue, done: readonly Change[], answer?: Collection): void {
    try {
      this.#flush();
    } finally {
      // A listener of the user's that throws does not turn what the server has accepted into a failure.
      this.#settle(queue, done, answer);
    }
  }

  /** Changes are settled together by somebody else: another tab. */
  settleElsewhere(settled: readonly SettledElsewhere[]): void {
    const orphans: (readonly [readonly Change[], unknown])[] = [];
    for (const { change, error } of settled) {
      const queue = this.#ledger.queues.get(change.collectionId);
      // It may have been asked for again in its place, before all that was told of it was heard.
      const isCreate = queue?.create === change;
      change.fail(error);
      this.#ledger.drop(change);
      if (isCreate && error) orphans.push([this.#dropAll(queue, error), error]);
    }
    this.#flush();
    for (const { change, value, error } of settled)
      if (error) this.#deferreds.reject([change], error);
      else this.#deferreds.of(change).resolve(value);
    for (const [changes, error] of orphans) this.#rejectOrphans(changes, error);
  }

  /** A request was refused for good. */
  fail(queue: CollectionQueue, request: WriteRequest, error: unknown): void {
    let failed = this.#ledger.refuse(queue, request, error);
    if (concernsTheRest(statusOf(error))) failed = [...failed, ...this.#refuse(request.callers, error)];
    const orphans = request.kind === 'create' ? this.#dropAll(queue, error) : [];
    this.#flush();
    this.#settle(queue, failed);
    this.#rejectOrphans(orphans, error);
  }

  /** Nothing can be said of these changes but an error. */
  giveUp(queue: CollectionQueue, changes: readonly Change[], error: unknown): void {
    const failed = this.#refuse(changes, error);
    this.#flush();
    this.#settle(queue, failed);
  }

  #refuse(changes: readonly Change[], error: unknown): readonly Change[] {
    const failed = changes.filter(({ remaining }) => remaining.size);
    for (const change of failed) {
      change.fail(error);
      change.refuseRemaining();
      this.#ledger.drop(change);
    }
    return failed;
  }

  #dropAll({ changes }: CollectionQueue, error: unknown): readonly Change[] {
    const all = [...changes];
    for (const change of all) {
      change.fail(error);
      this.#ledger.drop(change);
    }
    return all;
  }

  #rejectOrphans(orphans: readonly Change[], cause: unknown): void {
    const error = new ScenarioError('The collection that this change is for could not be created.', { cause });
    this.#deferreds.reject(orphans, error);
  }

  #settle({ id }: CollectionQueue, done: readonly Change[], answer?: Collection): void {
    const copy = answer ?? this.#ledger.entities.confirmed(id);
    for (const change of done) {
      const { applied: appliedIds, refused: refusedIds, error, kind } = change;
      if (error === undefined) this.#deferreds.of(change).resolve(kind === 'delete' ? undefined : copy);
      else if (appliedIds.length && refusedIds.length)
        this.#deferreds.reject(
          [change],
          new PartialFailureError({ appliedIds, refusedIds, collection: copy, cause: error }),
        );
      else this.#deferreds.reject([change], error);
    }
  }
}
