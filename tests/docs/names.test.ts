import { expect, test } from 'vitest';
import * as library from '../../src/index.ts';
import { readPage } from './pages.ts';

const exported = Object.keys(library);

/** Whether a text names something as a word of its own: `useCollections` does not name `useCollection`. */
const names = (text: string, name: string) => new RegExp(`(?<!\\w)${name}(?!\\w)`).test(text);

test('a name that is a part of another is missed', () => {
  expect(names('`useCollections(params)` and `useSuspenseCollection`', 'useCollection')).toBe(false);
  expect(names('`useCollection(id)`', 'useCollection')).toBe(true);
});

test.each(['README.md', 'llms.txt'])('%s names every hook', (page) => {
  const { text } = readPage(page);
  const hooks = exported.filter((name) => name.startsWith('use'));
  expect(hooks.length).toBeGreaterThan(10);
  expect(hooks.filter((name) => !names(text, `\`${name}`))).toEqual([]);
});

test('llms.txt and the guide on errors name every error', () => {
  const errors = exported.filter((name) => /^[A-Z].*Error$/.test(name));
  expect(errors.length).toBeGreaterThan(10);
  for (const page of ['llms.txt', 'docs/errors.md']) {
    const { text } = readPage(page);
    expect(errors.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  }
});

test('llms.txt names every function that is exported', () => {
  const { text } = readPage('llms.txt');
  const functions = exported.filter((name) => /^[a-z]/.test(name));
  expect(functions.filter((name) => !names(text, name))).toEqual([]);
});

test('the guide on testing and the types name the same points as open, and have a row for every option', () => {
  const { text } = readPage('docs/testing.md');
  const types = readPage('src/testing/EmulatorOptions.ts').text.replace(/^ *\* ?/gm, '');
  const open = (words: string) => /No source of the API settles ([^.]+)\./.exec(words)?.[1]?.match(/`\w+`/g);
  expect(open(types)).toHaveLength(6);
  expect(open(text)).toEqual(open(types));
  const declared = /interface ScenarioEmulatorOptions \{[\s\S]*?^\}/m.exec(types)?.[0] ?? '';
  const options = [...declared.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name);
  const rows = [...text.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, names = '']) => names.match(/\w+/g));
  expect(options.length).toBeGreaterThan(10);
  expect(rows).toEqual(expect.arrayContaining(options));
});
