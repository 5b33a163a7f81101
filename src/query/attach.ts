import type { QueryClient } from '@tanstack/react-query';
import type { Scenario } from '../api/Scenario.ts';
import { Attachment } from './Attachment.ts';
import type { Network } from './Network.ts';

const attachments = new WeakMap<QueryClient, Map<string, Attachment>>();

/**
 * The one ledger of a QueryClient and scope, made when it is first asked for.
 *
 * Whoever comes first makes it: a provider, a query function, a mutation function. It lives as long as the QueryClient. When another
 * client of the same scope comes (a token was renewed, say), requests go through the newer one from then on.
 *
 * `network` comes from the React floor: this one imports nothing of TanStack Query at run time.
 */
export function attach(queryClient: QueryClient, scenario: Scenario, network?: Network): Attachment {
  let scopes = attachments.get(queryClient);
  if (!scopes) {
    scopes = new Map();
    attachments.set(queryClient, scopes);
  }
  let attachment = scopes.get(scenario.scope);
  if (!attachment) {
    attachment = new Attachment(queryClient, scenario);
    scopes.set(scenario.scope, attachment);
  }
  attachment.queue.scenario = scenario;
  if (network) attachment.queue.network = network;
  return attachment;
}
