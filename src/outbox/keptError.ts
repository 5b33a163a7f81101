import type { KeptError } from '../query/OutboxLink.ts';

/** What is written down of an error: nothing of its request, its headers or its cause. */
export function keptError(error: unknown): KeptError {
  const {
    name = 'Error',
    message = String(error),
    status,
    appliedIds,
    refusedIds,
  } = Object(error) as Partial<KeptError>;
  return { name: String(name), message: String(message), status, appliedIds, refusedIds };
}

/** An error that was written down, as one that can be thrown. Its `name` is that of its class. */
export const revivedError = ({ message, ...fields }: KeptError): Error => Object.assign(new Error(message), fields);
