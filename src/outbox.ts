export { createOutbox, type OutboxOptions, type OutboxProblem } from './outbox/createOutbox.ts';
export type { OutboxRecord, OutcomeRecord, Stored } from './outbox/OutboxRecord.ts';
export type { OutboxStorage } from './outbox/RecordStore.ts';
export type { KeptChange, KeptError, Outbox } from './query/Outbox.ts';
