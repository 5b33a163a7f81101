import type { Scenario } from '../../api/Scenario.ts';
import type { Collection, Item } from '../../api/types.ts';
import type { TracedOptions } from '../../http/RequestOptions.ts';
import type { MemberKind } from '../../ledger/changeKinds.ts';

type Ids = readonly string[];
type MemberCall = (
  client: Scenario,
  id: string,
  ids: Ids,
  options: TracedOptions,
) => Promise<{ collection: Collection }>;

interface MemberCalls {
  readonly add: MemberCall;
  readonly remove: MemberCall;
  /** Reads items by their ids, at most 200. */
  readonly getBulk: (client: Scenario, ids: Ids, options: TracedOptions) => PromiseLike<readonly Item[]>;
  /** What a collection holds, by its largest pages. */
  readonly list: (client: Scenario, collectionId: string, options: TracedOptions) => AsyncIterable<Item>;
}

/** The calls of the API for each kind of members. */
export const MEMBER_CALLS: Readonly<Record<MemberKind, MemberCalls>> = {
  assets: {
    add: ({ collections }, id, assetIds, options) => collections.assets.add(id, { assetIds }, options),
    remove: ({ collections }, id, assetIds, options) => collections.assets.remove(id, { assetIds }, options),
    getBulk: (client, assetIds, options) => client.assets.getBulk({ assetIds }, options).then(({ assets }) => assets),
    list: ({ assets }, collectionId, options) => assets.list({ collectionId, pageSize: 100 }, options),
  },
  models: {
    add: ({ collections }, id, modelIds, options) => collections.models.add(id, { modelIds }, options),
    remove: ({ collections }, id, modelIds, options) => collections.models.remove(id, { modelIds }, options),
    getBulk: (client, modelIds, options) => client.models.getBulk({ modelIds }, options).then(({ models }) => models),
    list: ({ models }, collectionId, options) => models.list({ collectionId, pageSize: 500 }, options),
  },
};
