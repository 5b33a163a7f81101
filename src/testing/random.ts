/**
 * A seeded generator of numbers from 0 up to 1.
 *
 * The same seed gives the same numbers on every machine, so that a studio, its ids and its delays can be had again.
 */
export type Random = () => number;

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from `from` to `to`, both included. */
export function between(random: Random, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1));
}

/** One of the list, which is not empty. */
export function pick<T>(random: Random, list: readonly [T, ...T[]]): T {
  return list[Math.floor(random() * list.length)] ?? list[0];
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** An id as the API makes them: the kind, then 22 letters and digits. */
export function randomId(random: Random, kind: 'asset' | 'model' | 'collection' | 'team'): string {
  let id = `${kind}_`;
  for (let i = 0; i < 22; i++) id += LETTERS[Math.floor(random() * LETTERS.length)];
  return id;
}

/** A number that stands for a text: the same text, the same number. */
export function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  state = Math.imul(state ^ (state >>> 15), 0x735a2d97);
  return (state ^ (state >>> 13)) >>> 0;
}
