import ts from 'typescript';
import { partsOf } from './members.mjs';

/** What a member may be called, in the order in which minifiers give names to all else: what is often repeated compresses well. */
const LETTERS = [...'etnriaosclufdpmhgvybxwkjzqABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const SHORT = [...LETTERS, ...LETTERS.flatMap((a) => LETTERS.map((b) => a + b))];

/**
 * Gives each name the first short one that nothing beside it has, in any class, type or object.
 *
 * @param {string[]} names
 * @param {ts.TypeChecker} checker
 * @param {ts.SourceFile[]} files
 */
export function shorten(names, checker, files) {
  const neighbours = neighboursIn(checker, files);
  /** @type {Record<string, string>} */
  const short = {};
  for (const name of names) {
    const used = new Set([...(neighbours.get(name) ?? [])].map((other) => short[other] ?? other));
    short[name] = SHORT.find((one) => !used.has(one));
  }
  return short;
}

/**
 * For each name those that some object has beside it.
 *
 * @param {ts.TypeChecker} checker
 * @param {ts.SourceFile[]} files
 */
function neighboursIn(checker, files) {
  /** @type {Map<string, Set<string>>} */
  const neighbours = new Map();
  /** @param {ts.Type} type */
  const add = (type) => {
    for (const part of partsOf(type)) {
      const names = part.getProperties().map(({ name }) => name);
      for (const name of names) neighbours.set(name, new Set([...(neighbours.get(name) ?? []), ...names]));
    }
  };
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isClassLike(node)) {
      const { symbol } = checker.getTypeAtLocation(node);
      add(checker.getDeclaredTypeOfSymbol(symbol));
      add(checker.getTypeOfSymbol(symbol));
    } else if (
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeLiteralNode(node) ||
      ts.isIntersectionTypeNode(node) ||
      ts.isObjectLiteralExpression(node) ||
      ts.isCallExpression(node)
    )
      add(checker.getTypeAtLocation(node));
    ts.forEachChild(node, visit);
  };
  for (const file of files) visit(file);
  return neighbours;
}
