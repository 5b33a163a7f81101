import type { Outbox } from '../query/Outbox.ts';
import { DeviceOutbox } from './DeviceOutbox.ts';
import { need } from './need.ts';
import type { OutboxStorage } from './RecordStore.ts';

/** Something that keeps the outbox from keeping changes. The app works on, as without an outbox. */
export type OutboxProblem = Error;

/** What `createOutbox` takes. */
export interface OutboxOptions {
  /** Of the database, the locks and the channel. Default: `scenario-react`. */
  name?: string | undefined;
  /**
   * A storage of your own in place of IndexedDB, for React Native and tests: one outbox at a time may use it.
   *
   * `load` gives what was put and not removed. A record is plain JSON, kept under its `key`, a number.
   */
  storage?: OutboxStorage | undefined;
  /** Told of every problem. Default: one `console.warn` for each kind. */
  onProblem?: ((problem: OutboxProblem) => void) | undefined;
}

/**
 * Makes an outbox: what is pending is kept on the device, shared by all tabs, and sent once.
 *
 * A change shows at once and leaves when the outbox has it. A tab that is closed at any instant leaves its changes to another one, or to
 * the next page. Where nothing can be kept (a private window, a full disk), the app works as without an outbox, and `outbox.status` and
 * `outbox.problem` say so. On a server it does nothing.
 *
 * Throws a `TypeError` for options of a wrong kind.
 *
 * @example
 * ```tsx
 * const outbox = createOutbox();
 *
 * <ScenarioProvider client={client} outbox={outbox}>
 * ```
 */
export function createOutbox(options: OutboxOptions = {}): Outbox {
  // Under the default name it would share what is kept with another app of the origin.
  need(typeof options === 'object' && options && !Array.isArray(options), '`options` has to be an object');
  const { name = 'scenario-react', storage, onProblem } = options;
  need(typeof name === 'string' && name, '`name` has to be a string that is not empty');
  need(onProblem === undefined || typeof onProblem === 'function', '`onProblem` has to be a function');
  for (const part of ['load', 'put', 'remove'] as const)
    need(
      storage === undefined || typeof Object(storage)[part] === 'function',
      `\`storage.${part}\` has to be a function`,
    );
  return new DeviceOutbox(name, storage, onProblem);
}
