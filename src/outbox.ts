export { createOutbox, type OutboxOptions, type OutboxProblem } from './outbox/createOutbox.ts';
export type { OutboxRecord, OutcomeRecord, Stored } from './outbox/OutboxRecord.ts';
export type { OutboxStorage } from './outbox/RecordStore.ts';
export type { Outbox } from './query/Outbox.ts';
export type { KeptChange, KeptError } from './query/OutboxLink.ts';
