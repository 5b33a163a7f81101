import type { Scenario } from '../../api/Scenario.ts';
import type { Collection, Item } from '../../api/types.ts';
import type { TracedOptions } from '../../http/RequestOptions.ts';
import { MEMBER_KINDS, type MemberKind } from '../../ledger/changeKinds.ts';
import type { MemberWrite } from '../../ledger/WriteRequest.ts';

/** How many items the largest page of a list has. Source: the vendor's documentation. */
const LARGEST_PAGE: Readonly<Record<MemberKind, number>> = { assets: 100, models: 500 };

// The API's calls are alike for each kind of members, but for the name of the ids.

interface Members {
  add(id: string, body: object, options: TracedOptions): Promise<{ collection: Collection }>;
  remove(id: string, body: object, options: TracedOptions): Promise<{ collection: Collection }>;
}

interface Items {
  getBulk(body: object, options: TracedOptions): Promise<{ readonly [K in MemberKind]?: readonly Item[] }>;
  list(query: object, options: TracedOptions): AsyncIterable<Item>;
}

const idsBody = (kind: MemberKind, ids: readonly string[]) => ({ [MEMBER_KINDS[kind].ids]: ids });

/** Puts items into a collection, or takes them out. */
export function sendMembers(
  { collections }: Scenario,
  id: string,
  { memberKind, isAdd, ids }: MemberWrite,
  options: TracedOptions,
): Promise<{ collection: Collection }> {
  const members: Members = collections[memberKind];
  return members[isAdd ? 'add' : 'remove'](id, idsBody(memberKind, ids), options);
}

/** Reads items by their ids, at most 200. */
export async function readItems(
  client: Scenario,
  kind: MemberKind,
  ids: readonly string[],
  options: TracedOptions,
): Promise<readonly Item[]> {
  const items: Items = client[kind];
  return (await items.getBulk(idsBody(kind, ids), options))[kind] as readonly Item[];
}

/** What a collection holds, by its largest pages. */
export function listItems(
  client: Scenario,
  kind: MemberKind,
  collectionId: string,
  options: TracedOptions,
): AsyncIterable<Item> {
  const items: Items = client[kind];
  return items.list({ collectionId, pageSize: LARGEST_PAGE[kind] }, options);
}
