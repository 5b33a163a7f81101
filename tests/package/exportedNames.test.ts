import { expect, test } from 'vitest';
import { ENTRIES, type Entry, read, runNode, specifier } from './dist.ts';

/** The names that exist at run time. */
async function values(entry: Entry, load: 'import' | 'require'): Promise<string[]> {
  const name = JSON.stringify(specifier(entry));
  const loaded = load === 'import' ? `await import(${name})` : `require(${name})`;
  const type = load === 'import' ? 'module' : 'commonjs';
  const names: string[] = JSON.parse(
    await runNode(`console.log(JSON.stringify(Object.keys(${loaded})))`, `--input-type=${type}`),
  );
  return names.filter((found) => found !== 'default' && found !== '__esModule').sort();
}

/** The names that the declarations give away: values and types. */
function declared(file: string): string[] {
  const clauses = [...read(file).matchAll(/^export (?:type )?\{([^}]*)\}/gm)].map((match) => match[1] ?? '');
  const names = clauses.flatMap((clause) => clause.split(','));
  return names
    .map((name) =>
      name
        .trim()
        .replace(/^type /, '')
        .replace(/^.* as /, ''),
    )
    .filter((name) => name !== '')
    .sort();
}

test.each(ENTRIES)('%s exports these names and no others', async (entry) => {
  const atRuntime = await values(entry, 'import');
  const types = declared(`${entry}.d.ts`).filter((name) => !atRuntime.includes(name));
  const list = [...atRuntime, '', ...types.map((name) => `type ${name}`), ''].join('\n');
  await expect(list).toMatchFileSnapshot(`names/${entry}.txt`);
});

test.each(ENTRIES)('%s gives CJS what it gives ESM, in values and in types', async (entry) => {
  expect(await values(entry, 'require')).toEqual(await values(entry, 'import'));
  expect(declared(`${entry}.d.cts`)).toEqual(declared(`${entry}.d.ts`));
});

test('the React entry holds all of the client', async () => {
  const index = await values('index', 'import');
  expect((await values('client', 'import')).filter((name) => !index.includes(name))).toEqual([]);
});
