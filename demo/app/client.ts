import { QueryClient } from '@tanstack/react-query';
import { Scenario } from 'scenario-react';
import { RequestLog } from './panel/RequestLog.ts';

/** Every request that the client sends. */
export const requestLog = new RequestLog();

/** Talks to the server that the page came from, which holds the credentials. */
export const client = new Scenario({ baseURL: '/api', fetch: requestLog.fetch });

export const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000 } } });
