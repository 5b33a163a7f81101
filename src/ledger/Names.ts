/** Which provisional id got which of the server's: who holds the one means the other. */
export class Names {
  readonly #ids = new Map<string, string>();
  readonly #keys = new Map<string, string>();

  /** The server's id, where a provisional one has got it; any other id as it is. */
  idOf(id: string): string {
    return this.#ids.get(id) ?? id;
  }

  /** The provisional id of a collection that was made in this page. */
  keyOf(id: string): string | undefined {
    return this.#keys.get(id);
  }

  /** Whether a collection bears its provisional id still. */
  isProvisional(id: string): boolean {
    return this.#keys.get(id) === id;
  }

  /** A provisional id, which bears itself until the server gives another. */
  add(key: string, id: string = key): void {
    this.#keys.delete(key);
    this.#keys.set(id, key);
    if (id !== key) this.#ids.set(key, id);
  }

  forget(id: string): void {
    this.#ids.delete(this.#keys.get(id) ?? id);
    this.#keys.delete(id);
  }
}
