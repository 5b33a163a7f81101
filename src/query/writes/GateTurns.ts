import type { RequestGate } from '../../http/RequestGate.ts';
import { PRIORITY, type Turn } from '../../http/Turn.ts';
import { Wait } from '../../http/Wait.ts';
import type { Change } from '../../ledger/Change.ts';
import type { CollectionQueue } from '../../ledger/CollectionQueue.ts';
import type { Ledger } from '../../ledger/Ledger.ts';
import { HOOK_MAX_WAIT } from './maxWait.ts';
import type { QueueEvents } from './QueueEvents.ts';

/** The turn of a request that is not sent yet, and the ledger's time from which it is waited for. */
interface TakenTurn {
  readonly gate: RequestGate;
  readonly turn: Turn;
  readonly since: number;
}

/** The turns of the writes at the gates of their clients, one for each collection: what the limit turns away keeps its turn. */
export class GateTurns {
  readonly #ledger: Ledger;
  readonly #events: QueueEvents;
  readonly #taken = new Map<CollectionQueue, TakenTurn>();
  /** Another tab's wait for a limit. */
  #toldLimit: Wait | undefined;

  constructor(ledger: Ledger, events: QueueEvents) {
    this.#ledger = ledger;
    this.#events = events;
  }

  /** When the limit that a change waits for is over, in ms since 1970. */
  resumesAt({ collectionId, isShared }: Change): number | undefined {
    const queue = this.#ledger.queues.get(collectionId);
    if (queue?.inFlight) return undefined;
    if (isShared && this.#toldLimit?.left) return this.#toldLimit.end;
    return queue && this.#taken.get(queue)?.gate.resumesAt;
  }

  /** Another tab waits for a limit. */
  waitElsewhere(resumesAt: number): void {
    this.#toldLimit = new Wait(resumesAt);
  }

  /** A collection's turn: the one that it has, or its next at a gate. */
  take(queue: CollectionQueue, gate: RequestGate): TakenTurn {
    const known = this.#taken.get(queue);
    if (known) return known;
    const turn = gate.turn({ priority: PRIORITY.change, maxWait: gate.maxWait ?? HOOK_MAX_WAIT });
    const taken = { gate, turn, since: this.#ledger.entities.clock.tick() };
    this.#taken.set(queue, taken);
    return taken;
  }

  /** Takes a place at the gate. Undefined, and not a promise: it has one at once. Rejects when the limit was waited for as long as it may be. */
  enter({ gate, turn }: TakenTurn): Promise<void> | undefined {
    const entering = turn.enter();
    if (!entering) return undefined;
    const stop = gate.subscribe(() => this.#events.notify());
    this.#events.notify();
    return entering.finally(() => {
      stop();
      this.#events.notify();
    });
  }

  /** Gives the place back, and the turn with it unless the limit has refused the request. */
  leave(queue: CollectionQueue, { turn }: TakenTurn): void {
    turn.leave();
    if (!turn.isRefused) this.#taken.delete(queue);
  }
}
