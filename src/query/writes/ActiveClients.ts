import type { Scenario } from '../../api/Scenario.ts';
import type { Change } from '../../ledger/Change.ts';

/**
 * Which client sends what is asked for in one scope.
 *
 * A change is sent by the client that it was asked for with, as long as that one is in use. A client whose last provider has left the
 * screen is not (its token was renewed, say): what waits goes through the one that came last. A client comes into use when React has
 * committed its provider, not while it renders: a render that is given up sends nothing.
 */
export class ActiveClients {
  readonly #providers = new Map<Scenario, number>();
  readonly #retired = new WeakSet<Scenario>();
  readonly #waiting = new Set<(asked?: Change) => void>();
  #latest: Scenario | undefined;

  /** A provider of this client is on the screen. Gives what is to be called when it is not any more. */
  mount(client: Scenario): () => void {
    if (this.#latest !== client) this.trust();
    this.#latest = client;
    this.#retired.delete(client);
    this.#providers.set(client, (this.#providers.get(client) ?? 0) + 1);
    return () => {
      const left = (this.#providers.get(client) ?? 1) - 1;
      if (left) this.#providers.set(client, left);
      else this.#retire(client);
    };
  }

  /** A client that is used without a provider. */
  use(client: Scenario): void {
    this.#latest ??= client;
  }

  /** The server has answered, so that the credentials are good. `asked`: nobody knows yet, and whom that concerns is to find out. */
  trust(asked?: Change): void {
    for (const goOn of [...this.#waiting]) goOn(asked);
  }

  /**
   * The server has turned a client away: waits until another one may send in its place, or anything that is asked is answered, or its user
   * asks for something that `concerns` the one that waits.
   */
  untilTrusted(concerns: (asked: Change) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (asked?: Change) => {
        if (asked && !concerns(asked)) return;
        this.#waiting.delete(goOn);
        resolve();
      };
      this.#waiting.add(goOn);
    });
  }

  /** Who sends what was asked for with a client, or by an earlier page. Undefined: nobody can yet. */
  senderFor(client: Scenario | undefined): Scenario | undefined {
    return client && !this.#retired.has(client) ? client : this.#latest;
  }

  #retire(client: Scenario): void {
    this.#providers.delete(client);
    this.#retired.add(client);
    // The others are still on the screen.
    if (this.#latest === client) this.#latest = [...this.#providers.keys()].at(-1) ?? client;
    this.trust();
  }
}
