import * as query from '@tanstack/react-query';
import react from 'react';
import { check, serve } from '../checks.mjs';
import * as entries from '../entries.mjs';
import { mount } from '../renderer.mjs';

/** Once for all visitors, as users do it. */
const handle = serve(entries);

export default {
  async fetch(request) {
    const { origin, pathname } = new URL(request.url);
    if (pathname.startsWith('/api/scenario')) return handle(request);
    try {
      return new Response(await check({ entries, react, query, mount, proxy: `${origin}/api/scenario` }));
    } catch (error) {
      return new Response(String(error.stack), { status: 500 });
    }
  },
};
