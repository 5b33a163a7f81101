import type { Scenario } from '../../api/Scenario.ts';
import type { Collection } from '../../api/types.ts';
import type { TracedOptions } from '../../http/RequestOptions.ts';
import { hasFields } from '../../ledger/updateFields.ts';
import type { WriteRequest } from '../../ledger/WriteRequest.ts';
import { sendMembers } from './memberCalls.ts';

/** The collection in an answer. */
export const collectionIn = (answer: Promise<{ collection: Collection }>): Promise<Collection> =>
  answer.then(({ collection }) => collection);

/** Sends one request. Gives the collection after it; nothing for a delete. */
export function sendRequest(
  client: Scenario,
  id: string,
  request: WriteRequest,
  options: TracedOptions,
): Promise<Collection | undefined> {
  const { collections } = client;
  if (request.memberKind) return collectionIn(sendMembers(client, id, request, options));
  switch (request.kind) {
    case 'create':
      return collectionIn(collections.create({ name: request.callers[0].variables.name }, options));
    case 'update':
      return collectionIn(collections.update(id, request.body, options));
    case 'delete':
      return collections.delete(id, options).then(() => undefined);
  }
}

/** Whether a collection that was read back proves that a request was carried out, where the collection alone can prove it. */
export function provesApplied(request: WriteRequest, copy: Collection | undefined): boolean {
  if (!copy) return request.kind === 'delete';
  return request.kind === 'update' && hasFields(copy, request.body);
}
