// @vitest-environment node
import { expect, test } from 'vitest';
import * as library from '../../src/index.ts';
import { readPage } from './pages.ts';

const exported = Object.keys(library);

test.each(['README.md', 'llms.txt'])('%s names every hook', (page) => {
  const { text } = readPage(page);
  const hooks = exported.filter((name) => name.startsWith('use'));
  expect(hooks.length).toBeGreaterThan(10);
  expect(hooks.filter((name) => !text.includes(`\`${name}`))).toEqual([]);
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
  expect(functions.filter((name) => !text.includes(name))).toEqual([]);
});
