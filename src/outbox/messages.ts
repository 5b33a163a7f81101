import type { Collection } from '../api/types.ts';
import type { Result, SentRequest } from './OutboxHost.ts';
import type { OutboxRecord, VERSION } from './OutboxRecord.ts';

/** A request of another tab's, by the keys of its changes. */
export interface SentMessage {
  readonly kind: SentRequest['kind'];
  readonly ids: SentRequest['ids'];
  readonly keys: readonly number[];
}

/** What became of changes, by their keys. */
export type Results = readonly (readonly [key: number, result: Result])[];

/** What tabs tell each other. The messages of one tab arrive in order. */
export type Message =
  | { readonly type: 'added'; readonly records: readonly OutboxRecord[] }
  | { readonly type: 'sent'; readonly request: SentMessage }
  | { readonly type: 'accepted'; readonly request: SentMessage; readonly value: Collection | undefined }
  | { readonly type: 'cleared'; readonly results: Results }
  | { readonly type: 'settled'; readonly results: Results }
  | { readonly type: 'taken'; readonly records: readonly OutboxRecord[]; readonly tab: string }
  | { readonly type: 'here'; readonly tab: string; readonly isNew?: boolean }
  /**
   * With a time by the device's clock, a user has signed out then. `at`, told at once: all that a page knows as it hears that is dropped. `before`,
   * told when the storage has forgotten it, and to pages that come meanwhile: what was asked for before that time is dropped, and nothing else.
   */
  | { readonly type: 'dropped'; readonly keys: readonly number[]; readonly at?: number; readonly before?: number };

/** A message with the scope that it is for. Undefined: all scopes. */
export interface Envelope {
  /** Whoever else uses a channel of this name does not say this: the app, or a version of this library that says other things. */
  readonly outbox: typeof VERSION;
  readonly scope: string | undefined;
  readonly message: Message;
}
