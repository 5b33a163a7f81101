import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { internalNames } from '../../scripts/internal-names.mjs';
import { ROOT, read } from './dist.ts';

/** The names of all members that the package's declarations tell of. */
function declaredMembers(): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const isMember = ts.isClassElement(node) || ts.isTypeElement(node);
    if (isMember && node.name && ts.isIdentifier(node.name)) names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  for (const file of readdirSync(join(ROOT, 'dist')).filter((name) => name.endsWith('.d.ts')))
    visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest));
  return names;
}

/** The names of the members of each class in a file. A getter and its setter are one. */
function membersOf(file: string): string[][] {
  const classes: string[][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node))
      classes.push(node.members.flatMap(({ name, kind }) => (name && !isSetter(kind) ? name.getText() : [])));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true));
  return classes;
}

const isSetter = (kind: ts.SyntaxKind): boolean => kind === ts.SyntaxKind.SetAccessor;

const names = Object.keys(internalNames());

const chunks = (): string[] => readdirSync(join(ROOT, 'dist')).filter((name) => /^chunk.*\.js$/.test(name));

test('no member that the types tell of has a shorter name in the package', () => {
  const declared = declaredMembers();
  expect(declared).toContain('collections');
  expect(names.filter((name) => declared.has(name))).toEqual([]);
});

test('a member of a class that no user sees has a shorter name, so that no bundle carries the long one', () => {
  expect(names).toContain('releaseDeferredRead');
  expect(chunks().filter((file) => read(file).includes('releaseDeferredRead'))).toEqual([]);
});

test('no class has two members of one name, though two classes may call theirs the same', () => {
  const classes = chunks().flatMap(membersOf);
  expect(classes.filter((members) => new Set(members).size < members.length)).toEqual([]);
  const short = Object.values(internalNames());
  expect(new Set(short).size).toBeLessThan(short.length / 2);
});

test('the source maps hold the sources as they are written, so that an error is found in them', () => {
  for (const file of chunks())
    expect(
      (JSON.parse(read(`${file}.map`)) as { sourcesContent: string[] }).sourcesContent.every((source) => source),
    ).toBe(true);
});
