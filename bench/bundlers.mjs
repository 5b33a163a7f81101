import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { rspack } from '@rspack/core';
import * as esbuild from 'esbuild';
import { rollup } from 'rollup';
import * as vite from 'vite';
import webpack from 'webpack';

/**
 * What the two hooks that most pages use cost in each bundler: of the built package, found as a user's app finds it, minified by the
 * bundler's own means, without what the app has already. Writes the table into the README.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const README = join(ROOT, 'README.md');
const MARKED = /(?<=<!-- bundlers -->\n)[\s\S]*?(?=<!-- \/bundlers -->)/;
// Elsewhere: some bundlers read the `paths` of a tsconfig.json above, and would find the sources.
const APP = mkdtempSync(join(tmpdir(), 'scenario-react-bundlers-'));
const ENTRY = join(APP, 'entry.mjs');
const OUTSIDE = ['react', 'react/jsx-runtime', '@tanstack/react-query', 'ofetch'];

for (const part of ['dist', 'package.json'])
  cpSync(join(ROOT, part), join(APP, 'node_modules/scenario-react', part), { recursive: true });
writeFileSync(ENTRY, "export { useAddAssets, useCollection } from 'scenario-react';\n");

/** Webpack and Rspack take the same options. */
const packed = (bundle) =>
  new Promise((resolve, reject) => {
    const output = { path: join(APP, 'out'), filename: 'packed.mjs', module: true, library: { type: 'module' } };
    const options = { mode: 'production', context: APP, entry: ENTRY, output, externalsType: 'module' };
    const experiments = { outputModule: true };
    bundle({ ...options, experiments, externals: OUTSIDE, performance: false }, (error, stats) => {
      if (error || stats?.hasErrors()) reject(error ?? new Error(stats?.toString()));
      else resolve(readFileSync(join(APP, 'out/packed.mjs')));
    });
  });

const BUNDLERS = {
  esbuild: async () => {
    const options = { bundle: true, minify: true, write: false, format: 'esm', platform: 'browser', target: 'es2022' };
    const define = { 'process.env.NODE_ENV': '"production"' };
    const { outputFiles } = await esbuild.build({ ...options, define, entryPoints: [ENTRY], external: OUTSIDE });
    return outputFiles[0].contents;
  },
  Rollup: async () => {
    const bundle = await rollup({
      input: ENTRY,
      external: OUTSIDE,
      plugins: [nodeResolve({ browser: true })],
      onLog: () => undefined,
    });
    const { output } = await bundle.generate({ format: 'esm', plugins: [terser({ module: true })] });
    return output[0].code;
  },
  Rspack: () => packed(rspack),
  Vite: async () => {
    const lib = { entry: ENTRY, formats: ['es'] };
    const build = { write: false, minify: true, lib, rolldownOptions: { external: OUTSIDE, output: { minify: true } } };
    const [{ output }] = await vite.build({ root: APP, configFile: false, logLevel: 'error', build });
    return output[0].code;
  },
  webpack: () => packed(webpack),
};

const versions = {
  esbuild: esbuild.version,
  Rspack: rspack.rspackVersion,
  Vite: vite.version,
  webpack: webpack.version,
};
versions.Rollup = JSON.parse(readFileSync(join(ROOT, 'bench/node_modules/rollup/package.json'), 'utf8')).version;

const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const rows = [];
for (const [name, bundle] of Object.entries(BUNDLERS)) {
  const code = Buffer.from(await bundle());
  const brotli = brotliCompressSync(code, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  if (!/useSyncExternalStore/.test(code.toString())) throw new Error(`${name} has left the hooks out`);
  rows.push(`| ${name} ${versions[name]} | ${kB(code.length)} | ${kB(brotli.length)} |`);
}
rmSync(APP, { recursive: true, force: true });
const table = ['| `useCollection` and `useAddAssets`, by | minified | brotli |', '| --- | ---: | ---: |', ...rows];
console.log(table.join('\n'));
const readme = readFileSync(README, 'utf8');
if (!MARKED.test(readme)) throw new Error('The README has no place for the table');
writeFileSync(README, readme.replace(MARKED, `${table.join('\n')}\n`));
