import { createAsyncStoragePersister } from '@tanstack/query-async-storage-persister';
import { QueryClient } from '@tanstack/react-query';
import { PersistQueryClientProvider } from '@tanstack/react-query-persist-client';
import type { ReactNode } from 'react';
import { type Scenario, ScenarioProvider } from 'scenario-react';
import { createOutbox } from 'scenario-react/outbox';

const DAY = 24 * 60 * 60 * 1000;
export const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000, gcTime: DAY } } });
export const persister = createAsyncStoragePersister({ storage: window.localStorage });
export const outbox = createOutbox();

export function Offline({ client, children }: { client: Scenario; children: ReactNode }) {
  return (
    <PersistQueryClientProvider
      client={queryClient}
      persistOptions={{ persister, maxAge: DAY }}
      onSuccess={() => queryClient.invalidateQueries()}
    >
      <ScenarioProvider client={client} outbox={outbox}>
        {children}
      </ScenarioProvider>
    </PersistQueryClientProvider>
  );
}
