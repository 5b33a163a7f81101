import type { QueryClient } from '@tanstack/react-query';
import type { Scenario } from '../api/Scenario.ts';
import { ScenarioStore } from './ScenarioStore.ts';

const stores = new WeakMap<QueryClient, Map<string, ScenarioStore>>();

/**
 * The one store of a QueryClient and scope, made when it is first asked for by a provider, a query or a mutation. It lives as long as
 * the QueryClient. Throws where another copy of this library (two versions, ESM beside CJS, a module loaded anew) has made one already.
 */
export function getStore(queryClient: QueryClient, { scope }: Scenario): ScenarioStore {
  let scopes = stores.get(queryClient);
  if (!scopes) {
    scopes = new Map();
    stores.set(queryClient, scopes);
  }
  let store = scopes.get(scope);
  if (!store) {
    const owners = queryClient as object as { [copy: symbol]: unknown };
    const copy = Symbol.for(`scenario-react ${scope}`);
    owners[copy] ??= stores;
    // Each would take what the other writes into the cache for news, for ever.
    if (owners[copy] !== stores)
      throw new Error(
        'Two copies of scenario-react share a QueryClient and scope: have one installed, or give one client another `scope`.',
      );
    store = new ScenarioStore(queryClient, scope);
    scopes.set(scope, store);
  }
  return store;
}
