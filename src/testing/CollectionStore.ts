import type { Collection, Item } from '../api/types.ts';
import type { GivenCollection, GivenItem, ScenarioEmulatorOptions } from './EmulatorOptions.ts';
import { ItemShelf, readDate } from './ItemShelf.ts';
import { badRequest, notFound, Refusal } from './Refusal.ts';
import { type Random, randomId } from './random.ts';
import type { ServerClock } from './ServerClock.ts';
import { SortedBy, type SortKey } from './SortedBy.ts';
import { signedPicture } from './signedPicture.ts';

export type ItemKind = 'assets' | 'models';

/** A collection as the server holds it. Its counts are never stored: they are the sizes of its sets. */
interface StoredCollection {
  readonly id: string;
  readonly ownerId: string;
  readonly createdAt: number;
  /** The later it was made, the larger. */
  readonly made: number;
  name: string;
  updatedAt: number;
  /** The later it was changed, the larger. */
  changed: number;
  thumbnail: { assetId: string; url: string | undefined } | undefined;
}

const MINUTE = 60_000;

/** Whose studio it is, unless a collection says otherwise. */
export const OWNER: string = 'team_emulatedStudio0000000000';

/**
 * What the server holds, and the laws of its writes.
 *
 * A write is applied whole or refused whole, and what it answers is what stands after it. Nothing here knows of requests, waiting
 * or faults.
 */
export class CollectionStore {
  readonly assets: ItemShelf;
  readonly models: ItemShelf;
  readonly #options: ScenarioEmulatorOptions;
  readonly #random: Random;
  readonly #clock: ServerClock;
  readonly #byId = new Map<string, StoredCollection>();
  readonly #sorted: SortedBy<StoredCollection>;
  #writes = 0;

  /** `newest` is the moment that everything given without a date counts back from. */
  constructor(options: ScenarioEmulatorOptions, random: Random, newest: number, clock: ServerClock) {
    this.#options = options;
    this.#random = random;
    this.#clock = clock;
    this.assets = new ItemShelf('asset', options.assets, newest);
    this.models = new ItemShelf('model', options.models, newest);
    options.collections?.forEach((given, index) => {
      this.#begin(given, -1 - index, newest - (index + 1) * MINUTE);
    });
    this.#enrol(this.assets, options.assets);
    this.#enrol(this.models, options.models);
    this.#sorted = new SortedBy(this.#byId.values(), (entry) => this.#sortKeyOf(entry));
  }

  /** In list order. */
  get collections(): Collection[] {
    return this.#sorted.all.map((entry) => this.#answer(entry));
  }

  /** A token that was made at another version has outlived a write. */
  get version(): number {
    return this.#options.cursorsAfterWrite === 'refused' ? this.#writes : 0;
  }

  page(size: number, after: SortKey | undefined): { collections: Collection[]; next: SortKey | undefined } {
    const { entries, next } = this.#sorted.page(size, after);
    return { collections: entries.map((entry) => this.#answer(entry)), next };
  }

  retrieve(id: string): Collection {
    return this.#answer(this.#find(id));
  }

  members(id: string, kind: ItemKind): string[] {
    this.#find(id);
    return [...this[kind].members(id)];
  }

  create(name: string): Collection {
    this.#writes++;
    const now = this.#clock.now();
    const made = this.#writes;
    const entry: StoredCollection = {
      id: this.#newId(),
      ownerId: OWNER,
      createdAt: now,
      made,
      name,
      updatedAt: now,
      changed: made,
      thumbnail: undefined,
    };
    this.#byId.set(entry.id, entry);
    this.#sorted.insert(entry);
    return this.#answer(entry);
  }

  /** A thumbnail of null unsets it. */
  update(id: string, fields: { name?: string; thumbnail?: string | null }): Collection {
    const entry = this.#find(id);
    const { name, thumbnail } = fields;
    if (typeof thumbnail === 'string' && this.assets.get(thumbnail) === undefined) {
      throw notFound(`No asset ${thumbnail}`);
    }
    this.#writes++;
    if (name !== undefined) entry.name = name;
    if (thumbnail !== undefined)
      entry.thumbnail = thumbnail === null ? undefined : { assetId: thumbnail, url: undefined };
    this.#touch(entry);
    return this.#answer(entry);
  }

  delete(id: string): void {
    const entry = this.#find(id);
    this.#writes++;
    this.assets.drop(id);
    this.models.drop(id);
    this.#sorted.remove(entry);
    this.#byId.delete(id);
  }

  /** One id that is in already, that does not exist, or that is another team's, refuses them all. */
  add(id: string, kind: ItemKind, ids: ReadonlySet<string>): Collection {
    const entry = this.#find(id);
    const shelf = this[kind];
    const members = shelf.members(id);
    for (const itemId of ids) {
      const item = shelf.get(itemId);
      if (item === undefined) throw notFound(`No such item: ${itemId}`);
      if (item.given.ownerId !== undefined && item.given.ownerId !== entry.ownerId) {
        throw new Refusal(403, 'forbidden', `${itemId} belongs to another team`);
      }
      if (members.has(itemId)) {
        throw new Refusal(this.#options.readdingStatus ?? 400, 'bad_request', `${itemId} is in the collection already`);
      }
    }
    this.#writes++;
    shelf.add(id, ids);
    this.#touchMembership(entry);
    return this.#answer(entry);
  }

  remove(id: string, kind: ItemKind, ids: ReadonlySet<string>): Collection {
    const entry = this.#find(id);
    const members = this[kind].members(id);
    const present = [...ids].filter((itemId) => members.has(itemId));
    if (present.length < ids.size && this.#options.removingAbsent === 'error') {
      const absent = [...ids].find((itemId) => !members.has(itemId));
      throw badRequest(`${absent} is not in the collection`);
    }
    if (present.length === 0) return this.#answer(entry);
    this.#writes++;
    this[kind].remove(id, present);
    const { thumbnail } = entry;
    if (this.#options.thumbnailOfRemoved === 'cleared' && kind === 'assets' && thumbnail !== undefined) {
      if (present.includes(thumbnail.assetId)) entry.thumbnail = undefined;
    }
    this.#touchMembership(entry);
    return this.#answer(entry);
  }

  /** The address of an item's picture, signed for now. */
  picture(id: string, name: string): string {
    return signedPicture(id, name, this.#clock.startedAt, this.#clock.now());
  }

  /** Whether a model that is asked for in bulk has only what is sure of it. */
  get bulkModelsAreBare(): boolean {
    return this.#options.bulkModels === 'bare';
  }

  #find(id: string): StoredCollection {
    const entry = this.#byId.get(id);
    if (entry === undefined) throw notFound(`No collection ${id}`);
    return entry;
  }

  #begin(given: GivenCollection, made: number, createdBefore: number): void {
    const id = given.id ?? this.#newId();
    if (this.#byId.has(id)) throw new TypeError(`createScenarioEmulator: two collections with the id ${id}`);
    const createdAt = given.createdAt === undefined ? createdBefore : readDate(given.createdAt);
    this.#byId.set(id, {
      id,
      ownerId: given.ownerId ?? OWNER,
      createdAt,
      made,
      name: given.name ?? `Collection ${-made}`,
      updatedAt: given.updatedAt === undefined ? createdAt : readDate(given.updatedAt),
      changed: made,
      thumbnail: given.thumbnail
        ? { assetId: given.thumbnail.assetId, url: given.thumbnail.url || undefined }
        : undefined,
    });
    if (given.assetIds === undefined) this.assets.makeUp(id, given.assetCount ?? 0);
    else this.assets.add(id, given.assetIds);
    if (given.modelIds === undefined) this.models.makeUp(id, given.modelCount ?? 0);
    else this.models.add(id, given.modelIds);
  }

  #enrol(shelf: ItemShelf, items: readonly GivenItem<Item>[] | undefined): void {
    for (const item of items ?? []) {
      if (typeof item === 'string') continue;
      for (const collectionId of item.collectionIds ?? []) {
        if (!this.#byId.has(collectionId)) {
          throw new TypeError(
            `createScenarioEmulator: ${item.id} is in ${collectionId}, which is not among the collections`,
          );
        }
        shelf.add(collectionId, [item.id]);
      }
    }
  }

  #newId(): string {
    let id = randomId(this.#random, 'collection');
    while (this.#byId.has(id)) id = randomId(this.#random, 'collection');
    return id;
  }

  #sortKeyOf(entry: StoredCollection): SortKey {
    if (this.#options.order === 'updatedAt') return [-entry.updatedAt, -entry.changed];
    // What was there from the beginning was made at -1, -2, …, the newest first, and is inserted in the order in which it was given.
    if (this.#options.order === 'inserted') return [entry.made < 0 ? 0 : 1, Math.abs(entry.made)];
    return [-entry.createdAt, -entry.made];
  }

  #touchMembership(entry: StoredCollection): void {
    if (this.#options.touchOnMembership !== false) this.#touch(entry);
  }

  #touch(entry: StoredCollection): void {
    const moves = this.#options.order === 'updatedAt';
    if (moves) this.#sorted.remove(entry);
    entry.updatedAt = this.#clock.now();
    entry.changed = this.#writes;
    if (moves) this.#sorted.insert(entry);
  }

  #answer(entry: StoredCollection): Collection {
    const assetCount = this.assets.count(entry.id);
    const modelCount = this.models.count(entry.id);
    const collection: Collection = {
      id: entry.id,
      name: entry.name,
      ownerId: entry.ownerId,
      createdAt: new Date(entry.createdAt).toISOString(),
      updatedAt: new Date(entry.updatedAt).toISOString(),
      assetCount,
      modelCount,
      itemCount: assetCount + modelCount,
    };
    if (entry.thumbnail !== undefined) {
      const { assetId, url } = entry.thumbnail;
      collection.thumbnail = {
        assetId,
        url: url ?? this.picture(assetId, this.assets.find(assetId)?.given.name ?? assetId),
      };
    }
    return collection;
  }
}
