/** Which provisional id became which of the server's ids: both name the same collection. */
export class IdMap {
  readonly #serverIds = new Map<string, string>();
  readonly #clientKeys = new Map<string, string>();
  readonly #newSince = new Map<string, number>();

  /** The server's id, where a provisional one has got it; any other id as it is. */
  serverIdOf(id: string): string {
    return this.#serverIds.get(id) ?? id;
  }

  /** The provisional id of a collection that was made in this page. */
  clientKeyOf(id: string): string | undefined {
    return this.#clientKeys.get(id);
  }

  /** Whether the server has not named a collection yet. */
  isUnnamed(id: string): boolean {
    return this.#clientKeys.get(id) === id;
  }

  /** When a collection was heard of that may have been made a moment before; undefined for any other. */
  newSince(id: string): number | undefined {
    return this.#newSince.get(id);
  }

  /** A collection may have been made a moment before a time. */
  markNew(id: string, at: number): void {
    this.#newSince.set(id, at);
  }

  /** A provisional id, which stands for itself until the server gives another. `at`: when it has done so. */
  add(clientKey: string, id: string = clientKey, at?: number): void {
    if (at !== undefined) this.markNew(id, at);
    this.#clientKeys.delete(clientKey);
    this.#clientKeys.set(id, clientKey);
    if (id !== clientKey) this.#serverIds.set(clientKey, id);
  }

  forget(id: string): void {
    this.#serverIds.delete(this.#clientKeys.get(id) ?? id);
    this.#clientKeys.delete(id);
    this.#newSince.delete(id);
  }
}
