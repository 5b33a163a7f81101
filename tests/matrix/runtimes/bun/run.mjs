import * as query from '@tanstack/react-query';
import react from 'react';
import { check, serve } from '../checks.mjs';
import * as entries from '../entries.mjs';
import { mount } from '../renderer.mjs';

const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: serve(entries) });
console.log(await check({ entries, react, query, mount, proxy: `${server.url.origin}/api/scenario` }));
await server.stop(true);
