import { readdir, readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

/**
 * Makes of the built ESM what a user's tools need beside it: CommonJS, an entry for server components, and a file for each entry.
 *
 * Not tsup's own CJS: with shared chunks it passes the code through Sucrase, which costs the classes their names.
 */

const manifest = JSON.parse(await readFile('package.json', 'utf8'));

await writeReactServer();
const files = (await readdir('dist')).filter((file) => /\.(js|d\.ts)$/.test(file));
await writeCommonJS(files);
await writeOfetch();
for (const file of ['dist/index.js', 'dist/index.cjs']) await markAsClient(file);
await writeFiles();

/**
 * The package as a server component sees it: all of the client, and in place of each hook a function that says where hooks work.
 *
 * Without them a bundler says that the package has no such export.
 */
async function writeReactServer() {
  const [index, client] = await Promise.all(['index', 'client'].map((entry) => import(`../dist/${entry}.js`)));
  const names = Object.keys(index).filter((name) => !(name in client));
  const code = `export * from './client.js';
const inClientComponents = (name) => () => {
  throw new Error(
    name + ' of scenario-react works in client components only. Put "use client" on the first line of the file that uses it. ' +
      'A server component reads through a Scenario client or its query options; docs/server-rendering.md shows how.',
  );
};
${names.map((name) => `export const ${name} = inClientComponents('${name}');`).join('\n')}
`;
  await writeFile('dist/react-server.js', code);
}

async function writeCommonJS(files) {
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
    const local = code.replace(/\brequire\("(\.\/[^"]+)\.js"\)/g, 'require("$1.cjs")');
    await writeFile(cjs, local.replaceAll('require("ofetch")', 'require("./ofetch.cjs")'));
  }
  for (const file of files.filter((name) => name.endsWith('.d.ts'))) {
    const types = await readFile(`dist/${file}`, 'utf8');
    await writeFile(`dist/${file.replace(/ts$/, 'cts')}`, types.replace(/(['"])(\.\/[^'"]+)\.js\1/g, '$1$2.cjs$1'));
  }
}

/**
 * The CommonJS files' own copy of ofetch, with its licences.
 *
 * ofetch gives ES modules to whoever asks for the `browser` or the `react-native` condition, a `require` too. So Jest with jsdom and
 * React Native's preset fail on it: "Must use import to load ES Module".
 */
async function writeOfetch() {
  const outfile = 'dist/ofetch.cjs';
  const { metafile } = await build({
    stdin: { contents: "export { createFetch } from 'ofetch';", resolveDir: '.' },
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'browser',
    target: 'es2022',
    metafile: true,
    logLevel: 'warning',
  });
  const inputs = Object.keys(metafile.inputs).map((input) => /.*node_modules\/[^/]+/.exec(input)?.[0]);
  const packages = [...new Set(inputs.filter((folder) => folder))];
  const licences = packages.map(async (folder) => {
    const { name, version } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
    return `${name} ${version}\n\n${(await readFile(`${folder}/LICENSE`, 'utf8')).trim()}`;
  });
  const notice = `/*!\n${(await Promise.all(licences)).join('\n\n---\n\n')}\n*/\n`;
  await writeFile(outfile, notice + (await readFile(outfile, 'utf8')));
}

/** Bundlers drop or move the directive (esbuild hoists imports over it), so it is put there after the build. */
async function markAsClient(file) {
  await writeFile(file, `'use client';\n${await readFile(file, 'utf8')}`);
  const map = JSON.parse(await readFile(`${file}.map`, 'utf8'));
  // One line more in the code is one semicolon more in the map; without it every stack trace is a line off.
  await writeFile(`${file}.map`, JSON.stringify({ ...map, mappings: `;${map.mappings}` }));
}

/**
 * A file for each entry beside package.json, which is the entry.
 *
 * Parcel by default, React Native up to 0.78 and TypeScript's `node10` do not read `exports`: for them `scenario-react/client` is a file.
 * Not a folder with a package.json of its own: Metro looks there before it looks at `exports`, and would load a second copy.
 */
async function writeFiles() {
  for (const [path, conditions] of Object.entries(manifest.exports)) {
    if (path === '.' || typeof conditions === 'string') continue;
    const code = `export * from '${conditions.import.default}';\n`;
    await writeFile(`${path}.js`, code);
    await writeFile(`${path}.d.ts`, code);
  }
}
