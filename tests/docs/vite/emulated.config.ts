import { text } from 'node:stream/consumers';
import react from '@vitejs/plugin-react';
import { createScenarioEmulator } from 'scenario-react/testing';
import { defineConfig, type Plugin } from 'vite';

const emulator = createScenarioEmulator({ seed: 1, latency: [100, 400] });

const scenarioEmulator: Plugin = {
  name: 'scenario-emulator',
  configureServer: ({ middlewares }) => {
    middlewares.use('/api/scenario', async (request, response, next) => {
      try {
        const body = (await text(request)) || null;
        const answer = await emulator.fetch(request.url ?? '/', { method: request.method ?? 'GET', body });
        response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
      } catch (error) {
        next(error);
      }
    });
  },
};

export default defineConfig({ plugins: [react(), scenarioEmulator] });
