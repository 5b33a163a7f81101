import { badRequest } from './Refusal.ts';

/** A page size in a query: a whole number from 1 to the maximum. */
export function readPageSize(query: Readonly<Record<string, string>>, usual: number, maximum: number): number {
  const text = query.pageSize;
  if (text === undefined) return usual;
  const size = /^\d+$/.test(text) ? Number(text) : 0;
  if (size < 1 || size > maximum) throw badRequest(`pageSize must be a whole number from 1 to ${maximum}`);
  return size;
}

/** One of a few words in a query. */
export function readWord<T extends string>(
  query: Readonly<Record<string, string>>,
  name: string,
  words: readonly T[],
): T | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) throw badRequest(`${name} must be one of ${words.join(', ')}`);
  return word;
}

/** A JSON object with no fields but these. */
export function readObject(body: unknown, fields: readonly string[]): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badRequest('The body must be a JSON object');
  const unknown = Object.keys(body).find((field) => !fields.includes(field));
  if (unknown !== undefined) throw badRequest(`Unknown field: ${unknown}`);
  return body as Record<string, unknown>;
}

/** A text with something in it. */
export function readText(value: unknown, name: string): string {
  if (typeof value !== 'string' || value.trim() === '') throw badRequest(`${name} must be a text that is not empty`);
  return value;
}

/** 1 to `maximum` ids. They are counted before what is named twice is taken as once. */
export function readIds(value: unknown, name: string, maximum: number): Set<string> {
  if (!Array.isArray(value) || value.length === 0) throw badRequest(`${name} must name at least one id`);
  if (value.length > maximum) throw badRequest(`${name} must name at most ${maximum} ids`);
  return new Set(value.map((id) => readText(id, name)));
}
