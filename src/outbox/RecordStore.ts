import type { NewStored, Stored } from './OutboxRecord.ts';

/** What a transaction does to the records that it has found. */
export interface Edit {
  /** A record without a key is a new one. */
  readonly put?: readonly NewStored[];
  readonly remove?: readonly number[];
}

/** Where records are kept. */
export interface RecordStore {
  /**
   * Reads all there is and edits it, with nobody's writes in between. Resolves when it is kept, to the keys of what was put.
   *
   * What was found may be anything: `edit` looks at what it can read.
   */
  transact(edit: (found: readonly unknown[]) => Edit | undefined): Promise<readonly number[]>;
  /** Edits without a look at what there is: begun at once, so that a page which is closed right after has done it. */
  write(edit: Edit): Promise<unknown>;
}

/** A storage of the user's own, for one outbox at a time. */
export interface OutboxStorage {
  /** All that was put and not removed. */
  load(): Promise<readonly unknown[]> | readonly unknown[];
  /** Keeps a record, plain JSON, under `record.key`. One of the same key is replaced. */
  put(record: Stored): Promise<unknown> | unknown;
  remove(key: number): Promise<unknown> | unknown;
}
