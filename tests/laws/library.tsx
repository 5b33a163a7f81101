import { QueryClientProvider } from '@tanstack/react-query';
import * as scenario from '../../src/index.ts';
import type { Subject } from './Subject.ts';

/** The library, as its users import it. */
export const library: Subject = {
  ...scenario,
  name: 'scenario-react',
  Around: ({ client, queryClient, outbox, children }) => (
    <QueryClientProvider client={queryClient}>
      <scenario.ScenarioProvider client={client} outbox={outbox}>
        {children}
      </scenario.ScenarioProvider>
    </QueryClientProvider>
  ),
};
