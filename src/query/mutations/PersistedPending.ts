import type { Ledger } from '../../ledger/Ledger.ts';
import { isRow } from '../cache/isPaged.ts';

type Create = readonly [submittedAt: number, clientKey: string, wasInFlight: boolean];
type Part = readonly [submittedAt: number, kind: string, remaining: readonly string[]];

const arrays = (found: unknown): readonly (readonly unknown[])[] =>
  Array.isArray(found) ? found.filter((each) => Array.isArray(each)) : [];

/**
 * What a page of an earlier version of this library has left in its cache beside its pending mutations, so that they are taken over.
 *
 * Those caches held what was shown. This says what the numbers were without what was pending, and which create had which id.
 */
export class PersistedPending {
  static readonly part = 'ledger';
  readonly #ledger: Ledger;
  #creates: readonly Create[] = [];
  #parts: readonly Part[] = [];

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** The provisional id of a create of an earlier page, and whether it was being sent when that page ended. */
  takeCreate(submittedAt: number): { clientKey: string; wasInFlight: boolean } | undefined {
    const found = this.#creates.find(([at]) => at === submittedAt);
    this.#creates = this.#creates.filter((create) => create !== found);
    return found && { clientKey: found[1], wasInFlight: found[2] };
  }

  /** The ids that remain of a change of an earlier page, if a part of it was confirmed. */
  takePart(submittedAt: number, kind: string): readonly string[] | undefined {
    const found = this.#parts.find(([at, its]) => at === submittedAt && its === kind);
    this.#parts = this.#parts.filter((part) => part !== found);
    return found?.[2];
  }

  /** Takes over what an earlier page has left, as far as it can be read. */
  restore(data: unknown): void {
    const { confirmed, names, creates, parts } = Object(data) as Record<string, unknown>;
    this.#creates = arrays(creates).filter((create): create is Create => typeof create[1] === 'string');
    this.#parts = arrays(parts).filter((part): part is Part => Array.isArray(part[2]));
    const { ids } = this.#ledger.entities;
    for (const [key, id] of arrays(names)) if (typeof key === 'string' && typeof id === 'string') ids.add(key, id);
    for (const copy of Array.isArray(confirmed) ? confirmed : [])
      if (isRow('collections', copy)) this.#ledger.reads.restore(copy);
  }
}
