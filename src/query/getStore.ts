import type { QueryClient } from '@tanstack/react-query';
import type { Scenario } from '../api/Scenario.ts';
import { ScenarioStore } from './ScenarioStore.ts';

const stores = new WeakMap<QueryClient, Map<string, ScenarioStore>>();

/**
 * The one store of a QueryClient and scope, made when it is first asked for by a provider, a query or a mutation. It lives as long as
 * the QueryClient.
 */
export function getStore(queryClient: QueryClient, { scope }: Scenario): ScenarioStore {
  let scopes = stores.get(queryClient);
  if (!scopes) {
    scopes = new Map();
    stores.set(queryClient, scopes);
  }
  let store = scopes.get(scope);
  if (!store) {
    store = new ScenarioStore(queryClient, scope);
    scopes.set(scope, store);
  }
  return store;
}
