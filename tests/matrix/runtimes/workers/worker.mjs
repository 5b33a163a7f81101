import * as query from '@tanstack/react-query';
import react from 'react';
import { check, serve } from '../checks.mjs';
import * as entries from '../entries.mjs';
import { mount } from '../renderer.mjs';

/** Once for all visitors, as users do it. */
const handle = serve(entries);

/** Made where a Worker's clock still stands at 0. */
const early = entries.testing.createScenarioEmulator({ seed: 1 });

async function datesItsItems() {
  const scenario = new entries.client.Scenario({ baseURL: 'https://api.test/v1', fetch: early.fetch });
  const { collections } = await scenario.collections.list();
  const dates = collections.map(({ createdAt }) => Date.parse(createdAt));
  if (!dates.length || dates.some((date) => !(date > Date.UTC(2020)))) throw new Error(`Dated ${dates}`);
}

/** A Worker has no `process.env`: what its owner has set elsewhere the proxy cannot see, and asks nothing without it. */
async function missesCredentials() {
  let calls = 0;
  const handle = entries.server.createScenarioProxy({
    basePath: '/api/scenario',
    authorize: () => true,
    fetch: async () => {
      calls++;
      return new Response('{}');
    },
  });
  const answer = await handle(new Request('https://app.test/api/scenario/collections'));
  const { message } = await answer.json();
  const says = answer.status === 500 && message.includes('SCENARIO_SDK_API_KEY');
  if (!says || calls) throw new Error(`${answer.status} ${message}, after ${calls} calls`);
}

export default {
  async fetch(request) {
    const { origin, pathname } = new URL(request.url);
    if (pathname.startsWith('/api/scenario')) return handle(request);
    try {
      const done = await check({ entries, react, query, mount, proxy: `${origin}/api/scenario` });
      await datesItsItems();
      await missesCredentials();
      return new Response(`${done} datesItsItems missesCredentials`);
    } catch (error) {
      return new Response(String(error.stack), { status: 500 });
    }
  },
};
