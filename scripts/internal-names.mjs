import ts from 'typescript';

/** The floors whose classes no user ever sees. */
const INTERNAL = /\/src\/(ledger|outbox|query|react)\//;

/** What a member may be called, in the order in which minifiers give names to all else: what is often repeated compresses well. */
const SHORT = [...'etnriaosclufdpmhgvybxwkjzqABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/**
 * The names that the build may shorten, members of classes that no entry exports, and what they are called then.
 *
 * A minifier shortens `#private` names and local ones by itself, but cannot know that nobody outside calls `ledger.releaseDeferredRead`.
 * Law: a name is among them only if all that bears it in `src` is such a member. So nothing that a user can read, that is stored, sent
 * or looked up by a text has another name in the package than here.
 *
 * Members of two classes may get the same name, as `#private` ones do. Law: no object has two members of one name.
 *
 * @returns {Record<string, string>}
 */
export function internalNames() {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent({ ...config, include: ['src'] }, ts.sys, '.');
  const program = ts.createProgram(fileNames, options);
  const checker = program.getTypeChecker();
  const found = new Set();
  const taken = new Set();
  /** The names of all members, by class. */
  const classes = [];
  const uses = new Map();

  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isStringLiteralLike(node)) taken.add(node.text);
    if (ts.isClassLike(node)) {
      const { symbol } = checker.getTypeAtLocation(node);
      const sides = [checker.getDeclaredTypeOfSymbol(symbol), checker.getTypeOfSymbol(symbol)];
      classes.push(sides.flatMap((side) => side.getProperties().map(({ name }) => name)));
    }
    if (ts.isIdentifier(node) && isMemberName(node)) {
      const declarations = declarationsOf(node);
      const isInternal = declarations.length > 0 && declarations.every(isInternalMember);
      (isInternal ? found : taken).add(node.text);
      uses.set(node.text, (uses.get(node.text) ?? 0) + 1);
    }
    ts.forEachChild(node, visit);
  };

  /** @param {ts.Identifier} name */
  const declarationsOf = (name) => {
    const { parent } = name;
    // What is taken apart is a member of what it is taken out of. An index signature has no such member.
    const symbol = ts.isBindingElement(parent)
      ? checker.getTypeAtLocation(parent.parent).getProperty(name.text)
      : ts.isShorthandPropertyAssignment(parent)
        ? checker.getContextualType(parent.parent)?.getProperty(name.text)
        : checker.getSymbolAtLocation(name);
    return symbol?.declarations ?? [];
  };

  for (const file of program.getSourceFiles()) if (fileNames.some((name) => file.fileName.endsWith(name))) visit(file);
  for (const name of taken) found.delete(name);
  return shorten(
    [...found].sort((a, b) => uses.get(b) - uses.get(a)),
    classes,
  );
}

/** What has esbuild shorten them. */
export function shortening() {
  const mangleCache = internalNames();
  return { mangleProps: new RegExp(`^(${Object.keys(mangleCache).join('|')})$`), mangleCache };
}

/**
 * Gives each name the first short one that nothing beside it has.
 *
 * @param {string[]} names
 * @param {string[][]} classes
 */
function shorten(names, classes) {
  /** @type {Record<string, string>} */
  const short = {};
  for (const name of names) {
    const beside = classes.filter((members) => members.includes(name)).flat();
    const used = new Set(beside.map((other) => short[other] ?? other));
    short[name] = SHORT.find((one) => !used.has(one));
  }
  return short;
}

/**
 * Whether a name is that of a property, a method or an accessor.
 *
 * @param {ts.Identifier} node
 */
function isMemberName(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent))
    return (parent.propertyName ?? parent.name) === node;
  return (
    (ts.isClassElement(parent) || ts.isTypeElement(parent) || ts.isObjectLiteralElement(parent)) && parent.name === node
  );
}

/** @param {ts.Declaration} declaration */
function isInternalMember(declaration) {
  return ts.isClassElement(declaration) && INTERNAL.test(declaration.getSourceFile().fileName);
}
