import { type Change, newChange } from '../../src/ledger/Change.ts';
import type { WriteRequest } from '../../src/ledger/WriteRequest.ts';
import type { OutboxHost } from '../../src/outbox/OutboxHost.ts';
import type { Outbox } from '../../src/query/Outbox.ts';
import type { OutboxLink } from '../../src/query/OutboxLink.ts';
import type { FakeTab } from './FakeBrowser.ts';

interface Shown {
  readonly change: Change;
  readonly name: string;
  isSent: boolean;
}

/** What the server was asked to do, and by which page. */
export interface Sent {
  readonly name: string;
  readonly page: FakePage;
}

const newUpdate = (variables: { collectionId: string; name: string }): Change =>
  newChange({ kind: 'update', variables, collectionId: variables.collectionId, submittedAt: 1, isOptimistic: true });

/** The core of a page as an outbox sees it, without a network and a cache: changes in order, sent one after another. */
export class FakePage implements OutboxHost {
  readonly scope = 'default';
  readonly tab: FakeTab;
  readonly link: OutboxLink;
  shown: Shown[] = [];
  readonly failed: string[] = [];
  readonly #outcomes = new Map<
    Change,
    { promise: Promise<undefined>; resolve(): void; reject(error: unknown): void }
  >();
  readonly #sent: Sent[];

  constructor(outbox: Outbox, tab: FakeTab, sent: Sent[]) {
    this.tab = tab;
    this.#sent = sent;
    this.link = (outbox as unknown as { connectHost(host: OutboxHost): OutboxLink }).connectHost(this);
  }

  /** The names of what is shown, in order. */
  get names(): string[] {
    return this.shown.map(({ name }) => name);
  }

  /** A user asks for a change. */
  ask(name: string): Promise<void> {
    const change = newUpdate({ collectionId: 'c', name });
    this.shown.push({ change, name, isSent: false });
    this.link.keep(change, undefined, false);
    return this.link.written.then(() => change.markReady());
  }

  /** Sends the first change, if it is this page's to send and has not been sent. Rejects never. */
  async send(isAnswered: boolean): Promise<void> {
    const [first] = this.shown;
    if (!first?.change.isReady || first.isSent || this.tab.isClosed) return;
    first.isSent = true;
    // What may have been sent is asked about first.
    const { mayHaveBeenSent } = first.change;
    first.change.markMayHaveBeenSent(false);
    const request = { kind: 'update', body: {}, callers: [first.change], settles: [first.change] } as WriteRequest;
    const isOurs = await this.link.beforeSend(request, '').catch((error) => {
      if (!this.tab.isClosed) throw error;
    });
    if (this.tab.isClosed) return;
    if (!isOurs) {
      first.isSent = false;
      return;
    }
    if (!mayHaveBeenSent || !this.#sent.some(({ name }) => name === first.name))
      this.#sent.push({ name: first.name, page: this });
    if (!isAnswered) return;
    this.link.accepted(request, undefined);
    this.#end(first.change);
    this.#outcome(first.change).resolve();
  }

  begin(kept: Parameters<OutboxHost['begin']>[0], isAfter: (other: Change) => boolean): Change {
    const variables = kept.variables as { collectionId: string; name: string };
    const change = newUpdate(variables);
    const at = this.shown.findIndex((other) => isAfter(other.change));
    const shown = { change, name: variables.name, isSent: false };
    if (!kept.error) this.shown.splice(at < 0 ? this.shown.length : at, 0, shown);
    else this.failed.push(shown.name);
    return change;
  }

  newestKnownIfNext(change: Change): string | undefined {
    return this.shown[0]?.change === change ? '' : undefined;
  }

  markStored(): void {}

  release(change: Change): void {
    change.markReady();
    for (const shown of this.shown) if (shown.change === change) shown.isSent = false;
  }

  markSent(): void {}

  accept({ changes }: Parameters<OutboxHost['accept']>[0]): void {
    for (const change of changes) this.#end(change);
  }

  acceptMissed(change: Change): void {
    this.#end(change);
  }

  clearSent(): void {}

  settle(settled: Parameters<OutboxHost['settle']>[0]): void {
    for (const { change } of settled) this.#end(change);
  }

  discard(changes: readonly Change[]): void {
    for (const change of changes) {
      this.#end(change);
      this.#outcome(change).reject(Object.assign(new Error('discarded'), { name: 'APIUserAbortError' }));
    }
  }

  pause(): void {}

  catchUp(): void {}

  resume(): void {}

  readAgain(): void {}

  outdate(): void {}

  name(): void {}

  serverState(): ReturnType<OutboxHost['serverState']> {
    return { value: undefined, at: 0 };
  }

  outcome(change: Change): Promise<undefined> {
    return this.#outcome(change).promise;
  }

  #outcome(change: Change) {
    const known = this.#outcomes.get(change);
    if (known) return known;
    let resolve: () => void = () => undefined;
    let reject: (error: unknown) => void = () => undefined;
    const promise = new Promise<undefined>((yes, no) => {
      resolve = () => yes(undefined);
      reject = no;
    });
    promise.catch(() => undefined);
    const outcome = { promise, resolve, reject };
    this.#outcomes.set(change, outcome);
    return outcome;
  }

  #end(change: Change): void {
    this.shown = this.shown.filter((shown) => shown.change !== change);
  }
}
