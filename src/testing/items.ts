import type { Asset, Item, Model } from '../api/types.ts';
import { type CollectionStore, type ItemKind, OWNER } from './CollectionStore.ts';
import type { StoredItem } from './ItemShelf.ts';
import { hash } from './random.ts';
import { SortedBy, type SortKey } from './SortedBy.ts';

/** An order of items. */
export interface ItemOrder {
  by: 'createdAt' | 'updatedAt' | 'score';
  direction: 'asc' | 'desc';
}

/** Where an item stands in that order. One order is the other one backwards. */
function sortKeyOf(item: StoredItem, { by, direction }: ItemOrder): SortKey {
  // How well an item fits is the API's secret. Here its id decides, so that the order is another one and stays the same.
  const value = by === 'score' ? hash(item.id) : item[by];
  return direction === 'asc' ? [value, -item.index] : [-value, item.index];
}

/** A page of the items of one kind: of one collection, or all. A collection that does not exist holds none. */
export function pageOfItems(
  store: CollectionStore,
  kind: ItemKind,
  filter: { collectionId: string | undefined; privacy: string | undefined },
  order: ItemOrder,
  size: number,
  after: SortKey | undefined,
): { items: Item[]; next: SortKey | undefined } {
  const shelf = store[kind];
  const stored =
    filter.collectionId === undefined
      ? [...shelf.all()]
      : [...shelf.members(filter.collectionId)].flatMap((id) => shelf.get(id) ?? []);
  const { privacy } = filter;
  const wanted =
    privacy === undefined ? stored : stored.filter((item) => (item.given.privacy ?? 'private') === privacy);
  const { entries, next } = new SortedBy(wanted, (item) => sortKeyOf(item, order)).page(size, after);
  return { items: entries.map((item) => answerItem(store, kind, item)), next };
}

/** Those of the ids that exist, in the order in which they were asked for. */
export function itemsInBulk(
  store: CollectionStore,
  kind: ItemKind,
  ids: ReadonlySet<string>,
): Partial<Asset & Model>[] {
  const items = [...ids].flatMap<Partial<Asset & Model>>((id) => {
    const item = store[kind].get(id);
    return item === undefined ? [] : [answerItem(store, kind, item)];
  });
  if (kind === 'assets' || !store.bulkModelsAreBare) return items;
  return items.map((item) =>
    Object.fromEntries(Object.entries(item).filter(([field]) => ['id', 'privacy', 'type'].includes(field))),
  );
}

function answerItem(store: CollectionStore, kind: ItemKind, item: StoredItem): Asset | Model {
  const name = item.given.name ?? item.id;
  const common: Item = {
    name,
    ownerId: OWNER,
    privacy: 'private',
    status: kind === 'assets' ? 'success' : 'trained',
    tags: [],
    ...item.given,
    id: item.id,
    collectionIds: store[kind].collectionsOf(item.id),
    createdAt: new Date(item.createdAt).toISOString(),
    updatedAt: new Date(item.updatedAt).toISOString(),
  };
  if (kind === 'assets') {
    return { url: store.picture(item.id, name), mimeType: 'image/png', kind: 'image', ...common };
  }
  return { type: 'flux.1-lora', ...common };
}
