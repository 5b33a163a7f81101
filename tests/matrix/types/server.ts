// What a server of Node's uses, which has no DOM in its types.
import type { Scenario as SameScenario } from 'scenario-react';
import {
  type Collection,
  collectionKeys,
  collectionsQueryOptions,
  isScenarioError,
  Scenario,
} from 'scenario-react/client';
import { createScenarioProxy } from 'scenario-react/server';
import { createScenarioEmulator } from 'scenario-react/testing';

const emulator = createScenarioEmulator({ seed: 1 });
export const emulate = (seed: number | undefined, latency: number | undefined) =>
  createScenarioEmulator({ seed, latency });
const client: SameScenario = new Scenario({ fetch: emulator.fetch });
const ofTheRuntime = new Scenario({ fetch: globalThis.fetch, defaultHeaders: new Headers() });

export const handle: (request: Request) => Promise<Response> = createScenarioProxy({
  basePath: '/api/scenario',
  fetch: emulator.fetch,
  authorize: (request) => request.headers.get('authorization') === 'mine',
});

export async function names(signal: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of client.collections.list({}, { signal })) found.push(name);
  const answer: Response = await ofTheRuntime.collections.retrieve('c').asResponse();
  return [...found, String(answer.status)];
}

export const options = collectionsQueryOptions(client, { pageSize: 20 });
export const key: readonly unknown[] = collectionKeys.detail('c', client.scope);
export const status = (error: unknown): number | undefined =>
  isScenarioError(error) && 'status' in error ? (error.status as number | undefined) : undefined;

// @ts-expect-error A collection has no such field: the types are not `any`.
export const wrong = (collection: Collection): unknown => collection.nothing.of.that.kind;
