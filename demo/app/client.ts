import { createAsyncStoragePersister } from '@tanstack/query-async-storage-persister';
import { QueryClient } from '@tanstack/react-query';
import { Scenario } from 'scenario-react';
import { createOutbox } from 'scenario-react/outbox';
import { RequestLog } from './panel/RequestLog.ts';

/** Every request that the client sends. */
export const requestLog = new RequestLog();

// The page has one address either way: what was asked of the emulator must not be sent to somebody's account later on.
const scope = import.meta.env.VITE_EMULATED ? 'emulator' : 'account';

/** Talks to the server that the page came from, which holds the credentials. */
export const client = new Scenario({ baseURL: '/api', scope, fetch: requestLog.fetch });

const DAY = 24 * 60 * 60 * 1000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 30_000, gcTime: DAY },
    // What the panel knows is of this moment, and the picker reads anew each time.
    dehydrate: {
      shouldDehydrateQuery: ({ queryKey, state }) => queryKey[0] === 'scenario' && state.status === 'success',
    },
  },
});

/** Keeps what the server said. */
export const persister = createAsyncStoragePersister({ storage: localStorage });
export const maxAge: number = DAY;

/** Keeps what was asked for, and tells the other tabs. */
export const outbox = createOutbox();
