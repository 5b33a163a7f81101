import ts from 'typescript';
import { partsOf } from './flows.mjs';

/** What a member may be called, in the order in which minifiers give names to all else: what is often repeated compresses well. */
const LETTERS = [...'etnriaosclufdpmhgvybxwkjzqABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const SHORT = [...LETTERS, ...LETTERS.flatMap((a) => LETTERS.map((b) => a + b))];

/**
 * Gives each name the first short one that nothing beside it has.
 *
 * @param {string[]} names
 * @param {ts.TypeChecker} checker
 * @param {Set<ts.SourceFile>} files
 * @param {ReturnType<typeof import('./flows.mjs').flowsIn>} flows
 */
export function shorten(names, checker, files, flows) {
  const neighbours = neighboursIn(checker, files, flows);
  /** @type {Record<string, string>} */
  const short = {};
  for (const name of names) {
    const used = new Set([...(neighbours.get(name) ?? [])].map((other) => short[other] ?? other));
    short[name] = SHORT.find((one) => !used.has(one));
  }
  return short;
}

/**
 * For each name those that some object has beside it, or may be asked for beside it: by whoever takes it for one of another type, or has got
 * it from somebody who does.
 *
 * @param {ts.TypeChecker} checker
 * @param {Set<ts.SourceFile>} files
 * @param {ReturnType<typeof import('./flows.mjs').flowsIn>} flows
 */
function neighboursIn(checker, files, flows) {
  /** Types whose values are taken for one another, and the names of all their members. */
  const groups = new Map();

  /** @param {ts.Type} type */
  const groupOf = (type) => {
    if (!groups.has(type))
      groups.set(type, { types: [type], names: new Set(type.getProperties().map(({ name }) => name)) });
    return groups.get(type);
  };

  /** @param {ts.Type} type */
  const isOurs = ({ symbol, flags }) =>
    !!(flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) &&
    (!symbol?.declarations || symbol.declarations.some((each) => files.has(each.getSourceFile())));

  for (const [given, asked] of flows) {
    if (!isOurs(given) || !isOurs(asked) || groupOf(given) === groupOf(asked)) continue;
    const [small, large] = [groupOf(given), groupOf(asked)].sort((a, b) => a.types.length - b.types.length);
    large.types.push(...small.types);
    for (const name of small.names) large.names.add(name);
    for (const type of small.types) groups.set(type, large);
  }

  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isClassLike(node)) {
      const { symbol } = checker.getTypeAtLocation(node);
      groupOf(checker.getDeclaredTypeOfSymbol(symbol));
      groupOf(checker.getTypeOfSymbol(symbol));
    } else if (
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeLiteralNode(node) ||
      ts.isIntersectionTypeNode(node) ||
      ts.isObjectLiteralExpression(node)
    )
      for (const part of partsOf(checker.getTypeAtLocation(node))) groupOf(part);
    ts.forEachChild(node, visit);
  };
  for (const file of files) visit(file);

  /** @type {Map<string, Set<string>>} */
  const neighbours = new Map();
  for (const { names } of new Set(groups.values()))
    for (const name of names) {
      const its = neighbours.get(name) ?? new Set();
      for (const other of names) its.add(other);
      neighbours.set(name, its);
    }
  return neighbours;
}
