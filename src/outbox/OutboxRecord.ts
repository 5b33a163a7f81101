import type { Collection } from '../api/types.ts';
import type { KeptChange } from '../query/OutboxLink.ts';

/** The version of the records. A record of another version is left where it is, unread. */
export const VERSION = 1;

/** One pending or failed change, as it is kept on the device. Plain JSON. */
export interface OutboxRecord extends KeptChange {
  readonly version: typeof VERSION;
  /** Given by the storage, and growing: the order in which all tabs asked. */
  readonly key: number;
  readonly scope: string;
  /** The tab that sends it. */
  readonly tab: string;
  /** `sent`: its request may have left, so that the server is asked before anything is sent. */
  readonly state: 'queued' | 'sent' | 'failed';
  /** The newest `createdAt` that was known when it was sent. */
  readonly since?: string;
  /** The ids that the server was found to hold as the change wants them: a page that slept meanwhile learns it here. */
  readonly found?: readonly string[];
  /** The server's copy when `found` was found out, or when all but `left` was done. */
  readonly value?: Collection | undefined;
  /** With the state `sent`: the ids that its request names, if not all. */
  readonly sentIds?: readonly string[] | undefined;
  /** A tab knows of it that may only be asleep: its outcome is written down, for that tab to read when it wakes. */
  readonly needsOutcome?: boolean;
}

/** What a change has come to, for a tab that slept or was closed before it had heard. */
export interface OutcomeRecord {
  readonly version: typeof VERSION;
  readonly key: number;
  readonly scope: string;
  /** The key of the change. */
  readonly of: number;
  /** What the server held after it. */
  readonly value?: Collection | undefined;
  /** Of a create: the id that others may know its collection by. */
  readonly provisional?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Stands in `of` in place of a change's key: the user has signed out. What was asked for before that is dropped. */
export const SIGN_OUT = 0;

/** Stands there, too: the browser has lost the database and all that it held. What is older than this record was taken back by nobody. */
export const LOST = -1;

/** The scope of a sign-out from all scopes. No client has it: in a client's scope something stands before the slash. */
export const ANY_SCOPE = '/';

type WithoutKey<T> = T extends unknown ? Omit<T, 'key'> & { readonly key?: number } : never;

/** What a storage holds. */
export type Stored = OutboxRecord | OutcomeRecord;

/** The same before the storage has given it a key. */
export type NewStored = WithoutKey<Stored>;

const STATES: readonly unknown[] = ['queued', 'sent', 'failed'];
const TEXTS = ['tab', 'kind', 'collectionId'] as const;
const LISTS = ['left', 'found', 'sentIds'] as const;

/** Whether something out of a storage can be read. What cannot may be of a newer version of the app, and is left where it is. */
export function isStored(found: unknown): found is Stored {
  const record = Object(found) as Partial<OutboxRecord & OutcomeRecord>;
  const { version, key, scope, variables } = record;
  if (version !== VERSION || !Number.isSafeInteger(key) || typeof scope !== 'string') return false;
  if ('of' in record) return record.provisional === undefined || typeof record.value?.id === 'string';
  return (
    TEXTS.every((field) => typeof record[field] === 'string') &&
    typeof variables === 'object' &&
    variables !== null &&
    Number.isFinite(record.submittedAt) &&
    STATES.includes(record.state) &&
    LISTS.every((field) => record[field] === undefined || Array.isArray(record[field]))
  );
}

export const isChange = (stored: Stored | NewStored): stored is OutboxRecord => 'kind' in stored;
