import type { Collection } from '../api/types.ts';
import { adds, type Change, type ItemKind } from './Change.ts';
import { Copies } from './Copies.ts';
import { type Line, newLine } from './Line.ts';
import { merge, type Plan, type WriteRequest } from './merge.ts';
import { PENDING } from './News.ts';
import { Wishes } from './Wishes.ts';

/**
 * What is asked of the server, and what it is known to hold: the pending changes in order, over the confirmed copies.
 *
 * Law: what is shown is always the confirmed copy with the pending changes applied. To begin, settle or drop a change is to change
 * the ledger; there is no earlier state to restore.
 */
export class Ledger {
  /** What is pending, by collection. */
  readonly lines: Map<string, Line> = new Map();
  readonly copies: Copies;
  readonly #wishes = new Wishes();

  constructor(clock: () => number) {
    this.copies = new Copies(clock, this.lines, this.#wishes);
  }

  line(id: string): Line {
    let line = this.lines.get(id);
    if (!line) {
      line = newLine(id);
      this.lines.set(id, line);
    }
    return line;
  }

  /** Lets go of a line that nothing is pending on. */
  tidy(line: Line): void {
    if (!line.changes.length && !line.flying && this.lines.get(line.id) === line) this.lines.delete(line.id);
  }

  /** A change is asked for: from here on it is shown. */
  begin(change: Change): void {
    const { collectionId: id, kind, item, shown, left } = change;
    const { copies } = this;
    const line = this.line(id);
    line.changes.push(change);
    if (kind === 'create') {
      copies.names.add(id);
      copies.collections.row(id);
      if (shown) copies.bring({ field: 'collections', id, of: undefined, at: PENDING });
    }
    if (item)
      for (const itemId of left) {
        const assumed = line.assumed[item];
        if (!assumed.has(itemId)) assumed.set(itemId, copies.known.wasIn(line, item, itemId) ?? !adds(kind));
        this.#wishes.add(change, item, itemId);
        if (adds(kind) && shown) copies.bring({ field: item, id: itemId, of: id, at: PENDING });
      }
    // The fold stays: this change is the only one that is new to it.
    this.#touch(change);
  }

  /** What is to be done for a collection next. A change that is not ready yet is waited for: order is kept. */
  plan(line: Line): Plan {
    const { changes, id } = line;
    const { copies } = this;
    const until = changes.findIndex(({ ready }) => !ready);
    return merge(
      until < 0 ? changes : changes.slice(0, until),
      (item, itemId) => copies.known.isIn(item, itemId, id),
      (item, itemId) => copies.counts(line, item, itemId),
    );
  }

  /** A request leaves: from here on a read of that collection may or may not hold it. */
  depart(line: Line, request: WriteRequest): void {
    this.copies.time.tick();
    line.flying = request;
    line.since = this.copies.suspects.newest;
  }

  /** The server has accepted a request, and this is its copy after it. Gives the changes that are settled by it. */
  accept(line: Line, request: WriteRequest, copy: Collection | undefined): Change[] {
    const { copies } = this;
    const at = copies.time.tick();
    const { kind, ids, covers } = request;
    this.#land(line);
    if (kind === 'create' && copy) {
      this.#name(line, copy.id);
      copies.bring({ field: 'collections', id: line.id, of: undefined, at });
    }
    copies.notice(line.id, copy, at, request);
    copies.confirm(line.id, copy, at);
    if (kind === 'delete') copies.unlist(line.id);
    for (const id of ids) {
      const item = covers[0]?.item as ItemKind;
      copies.members.learn(item, id, line.id, adds(kind), at);
      if (adds(kind)) copies.bring({ field: item, id, of: line.id, at });
      if (line.assumed[item].has(id)) line.assumed[item].set(id, adds(kind));
    }
    for (const change of covers) {
      change.doubts = 0;
      this.#strikeAll(change, request, change.kind === kind ? change.applied : undefined);
    }
    return this.#settle(line, covers);
  }

  /** The server has refused a request, and so has done nothing. Gives the callers that have nothing left to hope for. */
  refuse(line: Line, request: WriteRequest, error: unknown): Change[] {
    const { callers } = request;
    for (const change of callers) {
      change.error ??= error;
      this.#strikeAll(change, request, change.refused);
    }
    return this.#settle(line, callers);
  }

  /** A request has come to nothing: what was read meanwhile counts again. */
  undo(line: Line): void {
    const { held } = line;
    this.#land(line);
    if (held) this.copies.receive(line.id, held.copy, held.sent);
  }

  /** A request has ended without an answer: what was read until now may hold it or not, and counts no more. Gives the time after. */
  endInDoubt(line: Line): number {
    const { collections, time } = this.copies;
    const row = collections.find(line.id);
    if (row) row.asOf = time.tick();
    return time.tick();
  }

  /** What was asked after a request without an answer: the truth. */
  settleDoubt(line: Line, copy: Collection | undefined, sent: number): void {
    const row = this.copies.collections.find(line.id);
    this.#land(line);
    if (!row || sent >= row.asOf) this.copies.confirm(line.id, copy, sent);
  }

  /** Nobody can tell what a request has done that ended at a time: what was known of its ids before says nothing any more. */
  doubtMembers(line: Line, { before, callers }: WriteRequest, at: number): void {
    const { members } = this.copies;
    for (const [id, was] of before) members.learn(callers[0]?.item as ItemKind, id, line.id, undefined, at, was);
  }

  /** The server says that it does not have a collection. */
  lose(line: Line): void {
    this.copies.confirm(line.id, undefined, this.copies.time.tick());
  }

  /** Wishes that come to nothing. Gives the changes that are settled by it. */
  settleIdle(line: Line, idle: Plan['idle']): Change[] {
    const { copies } = this;
    const at = copies.time.tick();
    for (const { change, id } of idle) {
      const { item, kind } = change;
      if (item && adds(kind) && copies.known.isIn(item, id, line.id))
        copies.bring({ field: item, id, of: line.id, at });
      this.#strike(change, id, change.applied);
    }
    return this.#settle(line, [...new Set(idle.map(({ change }) => change))]);
  }

  /** Takes a change out, settled or not. */
  drop(change: Change): void {
    const line = this.lines.get(change.collectionId);
    const at = line ? line.changes.indexOf(change) : -1;
    if (!line || at < 0) return;
    this.#touch(change);
    line.fold = undefined;
    line.changes.splice(at, 1);
    for (const id of change.left) this.#strike(change, id, undefined);
    if (change.kind === 'create') this.#endCreate(change);
    this.tidy(line);
  }

  #land(line: Line): void {
    line.flying = line.held = undefined;
    line.blind = false;
    this.copies.touch(line.id);
  }

  /** A create has got its id: whatever bore the provisional one bears the server's. */
  #name(line: Line, id: string): void {
    const { copies } = this;
    const key = line.id;
    copies.names.add(key, id);
    this.lines.delete(key);
    this.lines.set(id, line);
    line.id = id;
    for (const change of line.changes) change.collectionId = id;
    copies.news.rename(key, id);
    copies.unlist(key, id);
    copies.collections.forget(key);
    for (const kind of ['assets', 'models'] as const)
      for (const itemId of this.#wishes.ids(kind)) copies[kind].touch(itemId);
  }

  #endCreate({ collectionId: id, variables }: Change): void {
    const { copies } = this;
    if (copies.names.isProvisional(id)) {
      copies.names.forget(id);
      copies.unlist(id);
      copies.collections.forget(id);
    }
    for (const free of copies.suspects.clear(variables.name)) copies.touch(free);
  }

  /** The ids of a change that a request has named are settled. */
  #strikeAll(change: Change, { before }: WriteRequest, where: string[] | undefined): void {
    for (const id of change.left) if (before.has(id)) this.#strike(change, id, where);
  }

  /** One id of a change is settled, and is written down in `where`. */
  #strike(change: Change, id: string, where: string[] | undefined): void {
    const { item, left, collectionId } = change;
    if (!item || !left.delete(id)) return;
    where?.push(id);
    const here = this.#wishes.remove(change, item, id).filter((other) => other.collectionId === collectionId);
    if (!here.some(({ shown, kind }) => shown && adds(kind)))
      this.copies.news.forget({ field: item, id, of: collectionId }, true);
    if (!here.length) this.lines.get(collectionId)?.assumed[item].delete(id);
    this.copies.shelf(item).touch(id);
  }

  #settle(line: Line, changes: readonly Change[]): Change[] {
    this.copies.touch(line.id);
    const done = changes.filter(({ left }) => !left.size);
    for (const change of done) this.drop(change);
    return done;
  }

  #touch({ collectionId, item, left }: Change): void {
    this.copies.collections.touch(collectionId);
    if (item) for (const id of left) this.copies.shelf(item).touch(id);
  }
}
