'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Scenario, ScenarioProvider } from 'scenario-react';

export function Providers({ children }: { children: ReactNode }) {
  // One for each visit: made outside, all visitors of the server would share it.
  // Fresh for a while: else the browser would read again what the server has just read.
  const [queryClient] = useState(() => new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } }));
  const [client] = useState(() => new Scenario({ baseURL: '/api/scenario' }));
  return (
    <QueryClientProvider client={queryClient}>
      <ScenarioProvider client={client}>{children}</ScenarioProvider>
    </QueryClientProvider>
  );
}
