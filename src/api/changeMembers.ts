import { APIPromise, readJSON } from '../http/APIPromise.ts';
import type { RequestOptions } from '../http/RequestOptions.ts';
import type { Send } from '../http/transport.ts';
import { checkEnvelope } from './answers.ts';
import { idsBody, segment } from './requests.ts';
import type { Collection } from './types.ts';

/**
 * Adds to a collection or removes from it.
 *
 * An add is not sent twice by itself: if the first one arrived, the second is an error for all of its ids.
 */
export function changeMembers(
  send: Send,
  change: 'add' | 'remove',
  kind: 'asset' | 'model',
  collectionId: string,
  body: object,
  options: RequestOptions | undefined,
): APIPromise<{ collection: Collection }> {
  const add = change === 'add';
  const answer = send(
    () => ({
      method: add ? 'PUT' : 'DELETE',
      path: `/collections/${segment('collectionId', collectionId)}/${kind}s`,
      body: idsBody(`${kind}Ids`, body, 49),
      once: add,
    }),
    options,
  );
  return new APIPromise(answer, readJSON(checkEnvelope));
}
