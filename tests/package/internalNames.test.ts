import { readdirSync, readFileSync } from 'node:fs';
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

/** The names of the members of each class and object in a file. A getter and its setter are one; a class has those of its own, too. */
function membersOf(file: string): string[][] {
  const all: string[][] = [];
  const namesIn = (members: Iterable<ts.ClassElement | ts.ObjectLiteralElementLike>) =>
    [...members].flatMap(({ name, kind }) => (name && !isSetter(kind) ? name.getText() : []));
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node)) {
      all.push(namesIn(node.members.filter((member) => isStatic(member))));
      all.push(namesIn(node.members.filter((member) => !isStatic(member))));
    }
    if (ts.isObjectLiteralExpression(node)) all.push(namesIn(node.properties));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true));
  return all;
}

const isStatic = (member: ts.ClassElement): boolean =>
  ts.canHaveModifiers(member) && !!ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);

/** The names of all members of the types in a file of the source. */
function typedMembers(path: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeElement(node) && node.name) found.push(node.name.getText());
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ts.ScriptTarget.Latest, true));
  return found;
}

const isSetter = (kind: ts.SyntaxKind): boolean => kind === ts.SyntaxKind.SetAccessor;

const shortNames = internalNames();
const names = Object.keys(shortNames);

const chunks = (): string[] => readdirSync(join(ROOT, 'dist')).filter((name) => /^chunk.*\.js$/.test(name));

test('no member that the types tell of has a shorter name in the package', () => {
  const declared = declaredMembers();
  expect(declared).toContain('collections');
  expect(names.filter((name) => declared.has(name))).toEqual([]);
});

test('a member that no user sees has a shorter name, so that no bundle carries the long one', () => {
  // Of a class, and of a type.
  for (const name of ['releaseDeferredRead', 'contentsUnknown']) {
    expect(names).toContain(name);
    expect(chunks().filter((file) => new RegExp(`\\b${name}\\b`).test(read(file)))).toEqual([]);
  }
});

test('what tabs tell each other keeps its name: a tab may have loaded another version', () => {
  const told = typedMembers('src/outbox/messages.ts');
  expect(told).toContain('records');
  expect(names.filter((name) => told.includes(name))).toEqual([]);
});

test('what React and TanStack Query give and are given keeps the name that they know it by', () => {
  const known = [
    'children',
    'data',
    'meta',
    'onMutate',
    'pageParam',
    'pageParams',
    'pages',
    'queryHash',
    'signal',
    'state',
  ];
  expect(names.filter((name) => known.includes(name))).toEqual([]);
});

test('no class and no object has two members of one name, though two may call theirs the same', () => {
  const all = [...chunks(), 'index.js', 'outbox.js'].flatMap(membersOf);
  expect(all.filter((members) => new Set(members).size < members.length)).toEqual([]);
  const short = Object.values(shortNames);
  expect(new Set(short).size).toBeLessThan(short.length / 2);
});

test('a value that is taken for one of another type has nothing under the name of what that type may have besides', () => {
  // An entry of the outbox is handed on as a change that may have a result.
  const names = ['change', 'record', 'isOver', 'result'];
  const its = names.map((name) => shortNames[name] ?? name);
  expect(its).not.toEqual(names);
  expect(new Set(its).size).toBe(its.length);
});

test('the source maps hold the sources as they are written, so that an error is found in them', () => {
  for (const file of chunks())
    expect(
      (JSON.parse(read(`${file}.map`)) as { sourcesContent: string[] }).sourcesContent.every((source) => source),
    ).toBe(true);
});
