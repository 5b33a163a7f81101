import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serve } from '../checks.mjs';
import * as entries from '../entries.mjs';
import { listen } from './listen.mjs';

const TYPES = { html: 'text/html', js: 'text/javascript' };
const [, , folder] = process.argv;
const handle = serve(entries);

/** A back end with the proxy and, where a folder is named, its pages. Runs until it is killed. */
const { url } = await listen(async (request) => {
  const { pathname } = new URL(request.url);
  if (!folder || pathname.startsWith('/api/')) return handle(request);
  const file = pathname === '/' ? 'index.html' : pathname;
  try {
    const type = TYPES[file.split('.').pop()] ?? 'application/octet-stream';
    return new Response(await readFile(join(folder, file)), { headers: { 'content-type': type } });
  } catch {
    return new Response(null, { status: 404 });
  }
});
console.log(url);
