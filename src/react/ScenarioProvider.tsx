import { onlineManager, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactElement, type ReactNode, useContext } from 'react';
import type { Scenario } from '../api/Scenario.ts';
import type { Attachment } from '../query/Attachment.ts';
import { attach } from '../query/attach.ts';

const ScenarioContext = createContext<Scenario | undefined>(undefined);

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
export function ScenarioProvider({ client, children }: { client: Scenario; children?: ReactNode }): ReactElement {
  useAttached(client);
  return <ScenarioContext.Provider value={client}>{children}</ScenarioContext.Provider>;
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

/** The ledger of the nearest QueryClient and provider. Made when it is first asked for, and the same ever after. */
export function useAttachment(): Attachment {
  return useAttached(useScenario());
}

function useAttached(client: Scenario): Attachment {
  return attach(useQueryClient(), client, onlineManager);
}
