import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { ScenarioProvider } from 'scenario-react';
import { App } from './App.tsx';
import { client, queryClient } from './client.ts';
import './styles/index.css';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root');

// No StrictMode: it mounts everything twice, and the log would count reads that a page in production never sends.
createRoot(root).render(
  <QueryClientProvider client={queryClient}>
    <ScenarioProvider client={client}>
      <App />
    </ScenarioProvider>
  </QueryClientProvider>,
);
