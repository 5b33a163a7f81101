import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactElement, type ReactNode, useContext, useInsertionEffect, useState } from 'react';
import type { Scenario } from '../api/Scenario.ts';
import { need } from '../http/errors.ts';
import { getStore } from '../query/getStore.ts';
import type { Outbox } from '../query/Outbox.ts';
import type { ScenarioStore } from '../query/ScenarioStore.ts';
import { network, onFirstOnline } from './network.ts';

const ScenarioContext = createContext<Scenario | undefined>(undefined);

/** What `ScenarioProvider` takes. */
export interface ScenarioProviderProps {
  client: Scenario;
  /** Keeps what is pending on the device: see `createOutbox` of `scenario-react/outbox`. The first one of a QueryClient and scope stays. */
  outbox?: Outbox | undefined;
  children?: ReactNode;
}

/**
 * Gives the client to the hooks below it. Stands inside the app's own `QueryClientProvider`.
 *
 * @example
 * ```tsx
 * <QueryClientProvider client={queryClient}>
 *   <ScenarioProvider client={client}>
 *     <App />
 *   </ScenarioProvider>
 * </QueryClientProvider>
 * ```
 */
export function ScenarioProvider({ client, outbox, children }: ScenarioProviderProps): ReactElement {
  need(client?.collections, 'client must be a Scenario.');
  const store = useStoreOf(client);
  const { queryClient } = store;
  // Before any effect of a component below, which may ask for something.
  useInsertionEffect(() => {
    store.keepIn(outbox);
    return store.mount(client, network);
  }, [store, client, outbox]);
  // What could not be read is read then, as after any time without a network.
  useInsertionEffect(() => onFirstOnline(() => queryClient.getQueryCache().onOnline()), [queryClient]);
  // TanStack Query's hooks keep the QueryClient that they were mounted with: with another one they are mounted anew.
  const [mounted, setMounted] = useState({ queryClient, key: 0 });
  if (mounted.queryClient !== queryClient) setMounted({ queryClient, key: mounted.key + 1 });
  return (
    <ScenarioContext.Provider key={mounted.key} value={client}>
      {children}
    </ScenarioContext.Provider>
  );
}

/**
 * The client of the nearest provider.
 *
 * Throws an `Error` that says what is missing where there is none.
 */
export function useScenario(): Scenario {
  const client = useContext(ScenarioContext);
  if (!client) throw new Error('No Scenario client: put <ScenarioProvider client={client}> around this component.');
  return client;
}

/** The store of the nearest QueryClient and provider. Made when it is first asked for, and the same ever after. */
export function useStore(): ScenarioStore {
  return useStoreOf(useScenario());
}

function useStoreOf(client: Scenario): ScenarioStore {
  return getStore(useQueryClient(), client);
}
