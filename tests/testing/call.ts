import type { Asset, Collection, Model } from '../../src/api/types.ts';
import type { ScenarioEmulator } from '../../src/testing.ts';

/** Every field that some answer has. A test reads those that its call promises. */
export interface Body {
  collection: Collection;
  collections: Collection[];
  assets: Asset[];
  models: Model[];
  nextPaginationToken?: string;
  reason?: string;
}

/** Sends `'PUT /collections/c1'` with a body, and reads the answer. */
export async function call(
  emulator: Pick<ScenarioEmulator, 'fetch'>,
  what: string,
  body?: unknown,
): Promise<{ status: number; body: Body; headers: Headers }> {
  const [method = '', path = ''] = what.split(' ');
  const init: RequestInit = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await emulator.fetch(`https://api.example.test/v1${path}`, init);
  return { status: response.status, body: await response.json(), headers: response.headers };
}

/** `count` ids: `a1`, `a2`, … */
export function ids(count: number, prefix = 'a'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
}
