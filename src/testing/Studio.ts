import type { Asset, Model } from '../api/types.ts';
import type { GivenCollection } from './EmulatorOptions.ts';
import { between, createRandom, pick, type Random, randomId } from './random.ts';

/** A game studio's work, as the emulator begins with it. */
export interface Studio {
  collections: GivenCollection[];
  assets: (Partial<Asset> & { id: string })[];
  models: (Partial<Model> & { id: string })[];
}

type Words = readonly [string, ...string[]];

const ADJECTIVES: Words = [
  'Frost',
  'Ember',
  'Hollow',
  'Gilded',
  'Rusted',
  'Moonlit',
  'Feral',
  'Clockwork',
  'Sunken',
  'Thorn',
];
const SUBJECTS: Words = [
  'Golem',
  'Lantern Keeper',
  'Dragon',
  'Harbour',
  'Ranger',
  'Citadel',
  'Tavern',
  'Airship',
  'Witch',
  'Mushroom Forest',
  'Knight',
  'Bazaar',
];
const WORKS: Words = [
  'idle sprites',
  'concept art',
  'key art',
  'tileset',
  'portraits',
  'item icons',
  'turnarounds',
  'loading screens',
  'textures',
  'UI mock-ups',
];
const STYLES: Words = ['Pixel', 'Watercolour', 'Cel-shaded', 'Isometric', 'Low-poly', 'Inked', 'Painterly'];
const MODEL_SUBJECTS: Words = ['creatures', 'environments', 'props', 'characters', 'icons', 'vehicles'];
const MODEL_TYPES: Words = ['flux.1-lora', 'sd-xl-lora', 'flux.1-composition'];

const COLLECTIONS = 240;
const ASSETS = 3000;
const MODELS = 400;
const HOUR = 3_600_000;

/** A believable studio: the same for the same seed. Nothing in it is younger than `newest`. Some collections are empty, most are small, a few are large. */
export function createStudio(seed: number, newest: number): Studio {
  const random = createRandom(seed);
  const assets = Array.from({ length: ASSETS }, (_, index) => createAsset(random, index));
  const models = Array.from({ length: MODELS }, () => createModel(random));
  const collections = Array.from({ length: COLLECTIONS }, (_, index) => {
    const createdAt = newest - index * 9 * HOUR - between(random, 1, 8 * HOUR);
    const updatedAt = Math.min(newest, createdAt + between(random, 0, 20 * 24 * HOUR));
    const dates = { createdAt: new Date(createdAt).toISOString(), updatedAt: new Date(updatedAt).toISOString() };
    return { ...createCollection(random, assets, models), ...dates };
  });
  return { collections, assets, models };
}

function createAsset(random: Random, index: number): Partial<Asset> & { id: string } {
  const subject = pick(random, SUBJECTS);
  const work = pick(random, WORKS);
  const name = `${pick(random, ADJECTIVES)} ${subject}, ${work} ${String((index % 48) + 1).padStart(2, '0')}`;
  return { id: randomId(random, 'asset'), name, tags: [subject.toLowerCase(), work] };
}

function createModel(random: Random): Partial<Model> & { id: string } {
  const name = `${pick(random, STYLES)} ${pick(random, MODEL_SUBJECTS)} v${between(random, 1, 6)}`;
  return { id: randomId(random, 'model'), name, type: pick(random, MODEL_TYPES) };
}

function createCollection(random: Random, assets: Studio['assets'], models: Studio['models']): GivenCollection {
  const name = `${pick(random, ADJECTIVES)} ${pick(random, SUBJECTS)} — ${pick(random, WORKS)}`;
  const id = randomId(random, 'collection');
  const assetIds = run(random, assets, size(random, 160));
  const modelIds = run(random, models, size(random, 24));
  const [first] = assetIds;
  const pictured = first !== undefined && random() < 0.8;
  return { id, name, assetIds, modelIds, ...(pictured ? { thumbnail: { assetId: first, url: '' } } : {}) };
}

/** Small mostly: the cube of an even draw. */
function size(random: Random, most: number): number {
  return Math.floor(random() ** 3 * most);
}

/** So many neighbours, from anywhere in the list: what was made together is collected together. */
function run(random: Random, items: readonly { id: string }[], count: number): string[] {
  const start = between(random, 0, items.length - 1);
  return Array.from({ length: count }, (_, index) => items[(start + index) % items.length]?.id ?? '');
}
