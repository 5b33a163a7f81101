import { SourceMap, type SourceMapPayload } from 'node:module';
import { describe, expect, test } from 'vitest';
import { ENTRIES, type Entry, imports, read, runNode, specifier } from './dist.ts';

const FORMATS = ['js', 'cjs'] as const;
const FILES = ENTRIES.flatMap((entry) => FORMATS.map((format) => `${entry}.${format}`));

describe("'use client'", () => {
  test.each(FORMATS)('stands first in index.%s', (format) => {
    expect(read(`index.${format}`)).toMatch(/^'use client';\n/);
  });

  test.each(FILES.filter((file) => !file.startsWith('index.')))('stands nowhere in %s', (file) => {
    expect(read(file)).not.toMatch(/^\s*(['"])use client\1/m);
  });

  test.each(FORMATS)('leaves the source map of index.%s in step with the code', (format) => {
    const code = read(`index.${format}`).split('\n');
    const line = code.findIndex((text) => text.includes('function useCollection('));
    const map = JSON.parse(read(`index.${format}.map`)) as SourceMapPayload;
    const origin = new SourceMap(map).findEntry(line, 0);
    if (!('originalSource' in origin)) throw new Error(`The map says nothing of line ${line}`);
    const source = map.sourcesContent[map.sources.indexOf(origin.originalSource)] ?? '';
    expect(source.split('\n')[origin.originalLine]).toMatch(/function useCollection\b/);
  });
});

describe('what an entry loads', () => {
  const ALLOWED: Record<Entry, string[]> = {
    index: ['@tanstack/react-query', 'ofetch', 'react', 'react/jsx-runtime'],
    client: ['ofetch'],
    outbox: ['idb'],
    server: ['ofetch'],
    testing: [],
  };

  test.each(FILES)('%s loads only what it may', (file) => {
    const allowed = ALLOWED[file.split('.')[0] as Entry];
    expect(imports(file).filter((name) => !allowed.includes(name))).toEqual([]);
  });

  test.each(FORMATS)('the scan finds imports: index.%s needs its peers', (format) => {
    expect(imports(`index.${format}`)).toEqual(expect.arrayContaining(['@tanstack/react-query', 'react']));
  });

  test('CJS holds ofetch itself, since Jest meets ES modules there; with its licence', () => {
    expect(imports('index.js')).toContain('ofetch');
    expect(imports('index.cjs')).not.toContain('ofetch');
    expect(imports('ofetch.cjs')).toEqual([]);
    const [notice] = read('ofetch.cjs').split('*/');
    expect(notice).toMatch(/^ofetch [\d.]+\n\nMIT License\n\nCopyright/m);
    const bundled = [...read('ofetch.cjs').matchAll(/^\/\/ node_modules\/([^/]+)\//gm)].map((match) => match[1]);
    expect(bundled).toContain('ofetch');
    for (const name of bundled) expect(notice).toMatch(new RegExp(`^${name} [\\d.]+$`, 'm'));
  });
});

describe('classes are the same in every entry', () => {
  const compare =
    'console.log(index.NotFoundError === client.NotFoundError && client.InvalidInputError === server.InvalidInputError && new client.InvalidInputError("x") instanceof server.InvalidInputError)';

  test('in ESM', async () => {
    const load = (['index', 'client', 'server'] as const).map(
      (entry) => `import * as ${entry} from '${specifier(entry)}';`,
    );
    expect(await runNode([...load, compare].join('\n'), '--input-type=module')).toBe('true');
  });

  test('in CJS', async () => {
    const load = (['index', 'client', 'server'] as const).map(
      (entry) => `const ${entry} = require('${specifier(entry)}');`,
    );
    expect(await runNode([...load, compare].join('\n'), '--input-type=commonjs')).toBe('true');
  });
});

describe('under the react-server condition', () => {
  const run = (script: string, type: string): Promise<string> =>
    runNode(script, `--input-type=${type}`, '--conditions=react-server');

  describe.each([
    ['ESM', 'module', 'await import'],
    ['CJS', 'commonjs', 'require'],
  ])('in %s', (_, type, load) => {
    const entries = `const index = ${load}('scenario-react'), client = ${load}('scenario-react/client');`;

    test('the package holds the client itself, so that a server component can read', async () => {
      const same = 'Object.keys(client).every((name) => name === "default" || index[name] === client[name])';
      expect(await run(`${entries} console.log(${same}, typeof index.Scenario)`, type)).toBe('true function');
    });

    test('it has every name that it has elsewhere, and what needs a client component says so by name', async () => {
      const names = await runNode(
        `console.log(Object.keys(${load}('scenario-react')).sort().join())`,
        `--input-type=${type}`,
      );
      expect(await run(`${entries} console.log(Object.keys(index).sort().join())`, type)).toBe(names);
      const hooks = await run(
        `${entries}
        const said = Object.keys(index).filter((name) => !(name in client)).map((name) => {
          try { index[name]({}); return name + ' says nothing'; } catch (error) { return error.message; }
        });
        console.log(said.join('\\n'))`,
        type,
      );
      const expected = names.split(',').filter((name) => /^use[A-Z]|Provider$/.test(name));
      expect(expected).toContain('useCollection');
      expect(hooks.split('\n').map((line) => /^(\w+) of scenario-react .*"use client"/.exec(line)?.[1])).toEqual(
        expected,
      );
    });
  });
});
