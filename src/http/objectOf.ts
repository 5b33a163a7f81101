import { need } from './errors.ts';

/** What was given as an object of names and values; of nothing, none. A text, a function, a list or a Map would be taken apart, or come to nothing. */
export function objectOf<T extends object>(argument: string, given: T | null | undefined): T {
  const value = given ?? {};
  need(typeof value === 'object' && !(Symbol.iterator in value), `${argument} must be a plain object.`);
  return value as T;
}
