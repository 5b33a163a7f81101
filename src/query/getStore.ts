import type { QueryClient } from '@tanstack/react-query';
import type { Scenario } from '../api/Scenario.ts';
import { ScenarioStore } from './ScenarioStore.ts';

/**
 * The one store of a QueryClient and scope, made when it is first asked for by a provider, a query or a mutation. It lives as long as
 * the QueryClient, which holds it. Throws where another copy of this library (two versions, ESM beside CJS, a module loaded anew) has
 * put one there.
 */
export function getStore(queryClient: QueryClient, { scope }: Scenario): ScenarioStore {
  const held = queryClient as object as { [name: symbol]: ScenarioStore | undefined };
  const name = Symbol.for(`scenario-react ${scope}`);
  held[name] ??= new ScenarioStore(queryClient, scope);
  // Each would take what the other writes into the cache for news, for ever.
  if (!(held[name] instanceof ScenarioStore))
    throw new Error('Two copies of scenario-react share a QueryClient: install one, or give one client another scope.');
  return held[name];
}
