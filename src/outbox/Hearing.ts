import type { Collection } from '../api/types.ts';
import { keysOf, update } from './EntryTable.ts';
import type { Message, Results, SentMessage } from './messages.ts';
import type { OutboxHost, SentRequest } from './OutboxHost.ts';
import type { SharedChanges } from './SharedChanges.ts';

/** Does in this page what the messages of the other tabs say. */
export class Hearing {
  readonly #host: OutboxHost;
  readonly #shared: SharedChanges;
  /** The messages that came before the storage was read. Undefined: it was read. */
  #unheard: Message[] | undefined = [];

  constructor(host: OutboxHost, shared: SharedChanges) {
    this.#host = host;
    this.#shared = shared;
  }

  /** The storage is about to be read: it holds what the messages until now have said. */
  pause(): void {
    this.#unheard = [];
    this.#host.pause();
  }

  /** The storage was read, or cannot be. */
  start(): void {
    const unheard = this.#unheard ?? [];
    this.#unheard = undefined;
    this.#host.resume();
    for (const message of unheard) this.hear(message, true);
    this.#shared.releaseUnkept();
  }

  /** `isLate`: it was told before the storage was read, so that what the page has read since may include it. */
  hear(message: Message, isLate = false): void {
    const shared = this.#shared;
    const { entries } = shared;
    const isEarly = this.#unheard?.push(message);
    const isHeard = !!shared.open && !isEarly;
    // What is unwritten is dropped at once: what is asked for next comes after the sign-out. What is written first hears what was told before it.
    if (message.type === 'dropped' && message.at) shared.signOut(message.at, { isKept: isHeard, isNow: true });
    if (!isHeard) {
      // This page may have woken between the two messages of a sign-out: without a storage it finds that nowhere else.
      if (message.type === 'dropped' && message.before && !isEarly) shared.signOut(message.before);
      return;
    }
    switch (message.type) {
      case 'added':
        shared.adopt(message.records, { isFound: isLate });
        break;
      case 'sent':
        this.#host.markSent({ ...this.#requestOf(message.request), isFound: isLate });
        break;
      case 'accepted':
        this.#accepted(message.request, message.value);
        break;
      case 'cleared':
        this.#host.clearSent(this.#known(message.results));
        break;
      case 'settled':
        this.#settled(message.results);
        break;
      case 'taken':
        // What this page has inherited is still written under the ended tab's id. That tab was only asleep, and has taken it back.
        shared.adopt(
          message.records.filter(({ key }) => entries.known([key]).some(({ record }) => shared.inherits(record))),
          { isNow: true },
        );
        for (const { key, error } of message.records)
          for (const entry of entries.known([key])) {
            const { record } = entry;
            // This page may have taken it over from that tab since: the message is late.
            if (!shared.isSender(record)) update(entry, { tab: message.tab });
            // That tab was not told, and would send it.
            if (record.error && !error)
              shared.open?.post({ type: 'settled', results: [[key, { error: record.error }]] });
          }
        shared.watch(message.tab);
        shared.adopt(message.records, { isFound: isLate });
        break;
      case 'here':
        shared.watch(message.tab);
        if (message.isNew) void shared.answer();
        break;
      case 'dropped':
        // This page may have taken some over since from who has told so, and could not write it down.
        shared.drop(...keysOf(entries.known(message.keys).filter(({ record }) => shared.isSender(record))));
        shared.end(...message.keys);
        // The tab that has told so may have no storage to remove it from.
        if (message.before) shared.signOut(message.before, { isKept: true });
    }
  }

  /** Something was done before this page could hear of it: what it has read may be from before. What is told of it says more, by its date. */
  #readUnknown(results: Results): void {
    const { entries } = this.#shared;
    const copies = results.flatMap(([key, result]) => {
      if ('error' in result || !entries.isNew(key)) return [];
      entries.end(key);
      return [result.value];
    });
    if (copies.length) this.#host.outdate(copies);
  }

  #accepted(request: SentMessage, copy: Collection | undefined): void {
    this.#readUnknown(request.keys.map((key) => [key, { value: copy, at: 0 }]));
    // The user has signed out meanwhile: no tab knows the change any more.
    if (!request.keys.length) this.#host.readAgain();
    const [create] = this.#shared.entries.known(request.keys);
    this.#host.accept(this.#requestOf(request), copy);
    if (request.kind === 'create' && create && copy)
      this.#shared.name(create, copy, this.#shared.isSender(create.record));
  }

  #settled(results: Results): void {
    const { entries } = this.#shared;
    this.#readUnknown(results);
    const settled = this.#known(results);
    // Taken over since from who has told so, and could not write it down: it is settled here as this page's own.
    for (const { entry, result } of settled)
      if (this.#shared.isSender(entry.record)) continue;
      else if ('error' in result) update(entry, { state: 'failed', error: result.error });
      else entries.forget(entry);
    this.#host.settle(settled);
  }

  #known(results: Results) {
    return results.flatMap(([key, result]) =>
      this.#shared.entries.known([key]).map((entry) => ({ entry, change: entry.change, result })),
    );
  }

  #requestOf({ kind, ids, keys }: SentMessage): SentRequest {
    return { kind, ids, changes: this.#shared.entries.known(keys).map(({ change }) => change) };
  }
}
