import { build } from 'esbuild';
import { Miniflare } from 'miniflare';

const [, , compatibilityDate] = process.argv;

// As Wrangler bundles it.
const { outputFiles } = await build({
  entryPoints: ['workers/worker.mjs'],
  bundle: true,
  write: false,
  format: 'esm',
  target: 'es2022',
  conditions: ['workerd', 'worker', 'browser'],
  // `global` is what the renderer asks for; nothing of the package does.
  define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  logLevel: 'warning',
});
const worker = new Miniflare({
  modules: true,
  script: outputFiles[0].text,
  compatibilityDate,
  host: '127.0.0.1',
  port: 0,
});
const origin = await worker.ready;
const answer = await fetch(origin);
console.log(await answer.text());
await worker.dispose();
if (!answer.ok) process.exitCode = 1;
