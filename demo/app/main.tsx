import { PersistQueryClientProvider } from '@tanstack/react-query-persist-client';
import { createRoot } from 'react-dom/client';
import { ScenarioProvider } from 'scenario-react';
import { App } from './App.tsx';
import { client, maxAge, outbox, persister, queryClient } from './client.ts';
import { followWeather } from './panel/followWeather.ts';
import './styles/index.css';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root');

// First: a page that does not know yet that it is offline would send what waits.
const weather = import.meta.env.VITE_EMULATED ? await followWeather() : undefined;

// No StrictMode: it mounts everything twice, and the log would count reads that a page in production never sends.
createRoot(root).render(
  // An emulator that was started anew has forgotten what an earlier one has said.
  <PersistQueryClientProvider
    client={queryClient}
    persistOptions={{ persister, maxAge, buster: weather?.run ?? '' }}
    // The cache is persisted a second late, and may be of before the last change.
    onSuccess={() => queryClient.invalidateQueries()}
  >
    <ScenarioProvider client={client} outbox={outbox}>
      <App />
    </ScenarioProvider>
  </PersistQueryClientProvider>,
);
