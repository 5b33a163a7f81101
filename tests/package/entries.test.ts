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
    server: ['ofetch'],
    testing: [],
  };

  test.each(FILES)('%s loads only what it may', (file) => {
    const allowed = ALLOWED[file.split('.')[0] as Entry];
    expect(imports(file).filter((name) => !allowed.includes(name))).toEqual([]);
  });

  test.each(FORMATS)('the scan finds imports: index.%s needs its peers', (format) => {
    expect(imports(`index.${format}`)).toEqual(expect.arrayContaining(['@tanstack/react-query', 'ofetch', 'react']));
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
  const names = (loaded: string, type: string): Promise<string> =>
    runNode(`console.log(Object.keys(${loaded}).sort().join())`, `--input-type=${type}`, '--conditions=react-server');

  test.each([
    ['ESM', 'module', 'await import'],
    ['CJS', 'commonjs', 'require'],
  ])('%s: the package is the client alone, without hooks', async (_, type, load) => {
    const index = await names(`${load}('scenario-react')`, type);
    expect(index).toBe(await names(`${load}('scenario-react/client')`, type));
    expect(index.split(',')).toContain('Scenario');
    expect(index.split(',')).not.toContain('useCollection');
  });
});
