import { readdir, readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

/**
 * Makes CJS out of the built ESM, file by file, and puts 'use client' on the React entry.
 *
 * Not tsup's own CJS: with shared chunks it passes the code through Sucrase, which costs the classes their names.
 */

const files = (await readdir('dist')).filter((file) => /\.(js|d\.ts)$/.test(file));

const scripts = files.filter((file) => file.endsWith('.js'));
await build({
  entryPoints: scripts.map((file) => `dist/${file}`),
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  // Says which names a file exports, for the `import` of an ES module.
  platform: 'node',
  target: 'es2022',
  sourcemap: true,
  logLevel: 'warning',
});
for (const file of scripts) {
  const cjs = `dist/${file.replace(/\.js$/, '.cjs')}`;
  const code = await readFile(cjs, 'utf8');
  await writeFile(cjs, code.replace(/\brequire\("(\.\/[^"]+)\.js"\)/g, 'require("$1.cjs")'));
}

for (const file of files.filter((name) => name.endsWith('.d.ts'))) {
  const types = await readFile(`dist/${file}`, 'utf8');
  await writeFile(`dist/${file.replace(/ts$/, 'cts')}`, types.replace(/(['"])(\.\/[^'"]+)\.js\1/g, '$1$2.cjs$1'));
}

// Bundlers drop or move the directive (esbuild hoists imports over it), so it is put there after the build.
for (const file of ['dist/index.js', 'dist/index.cjs']) {
  await writeFile(file, `'use client';\n${await readFile(file, 'utf8')}`);
  const map = JSON.parse(await readFile(`${file}.map`, 'utf8'));
  // One line more in the code is one semicolon more in the map; without it every stack trace is a line off.
  await writeFile(`${file}.map`, JSON.stringify({ ...map, mappings: `;${map.mappings}` }));
}
