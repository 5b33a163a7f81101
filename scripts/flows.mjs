import ts from 'typescript';

/**
 * The types that a type is one of.
 *
 * @param {ts.Type} type
 */
export const partsOf = (type) => (type.isUnion() ? type.types : [type]);

/**
 * What an assertion is made of, or several, one after another.
 *
 * @param {ts.AsExpression} node
 */
export function assertedBy({ expression }) {
  return ts.isAsExpression(expression) ? assertedBy(expression) : expression;
}

/**
 * Each type that a value of another one is taken for, also within a value.
 *
 * @param {ts.TypeChecker} checker
 * @param {Set<ts.SourceFile>} files
 */
export function flowsIn(checker, files) {
  /** @type {(readonly [given: ts.Type, asked: ts.Type])[]} */
  const flows = [];
  /** @type {Map<ts.Type, Set<ts.Type>>} */
  const told = new Map();

  /**
   * @param {ts.Type} from
   * @param {ts.Type} to
   */
  const flow = (from, to) => {
    const known = told.get(from) ?? new Set();
    if (from === to || known.has(to)) return;
    told.set(from, known.add(to));
    for (const given of partsOf(from))
      for (const asked of partsOf(to)) {
        flows.push([given, asked]);
        const held = argumentsOf(given);
        const wanted = argumentsOf(asked);
        // A tuple is taken for an array.
        if (wanted.length) for (const [i, one] of held.entries()) flow(one, wanted[Math.min(i, wanted.length - 1)]);
        for (const property of asked.getProperties()) {
          const other = given.getProperty(property.name);
          // What others have declared is looked into by its type arguments.
          if (other && other !== property && isOfFiles(property) && isOfFiles(other))
            flow(checker.getTypeOfSymbol(other), checker.getTypeOfSymbol(property));
        }
        const [call] = given.getCallSignatures();
        const [expected] = asked.getCallSignatures();
        if (!call || !expected) continue;
        flow(call.getReturnType(), expected.getReturnType());
        call.getParameters().forEach((parameter, i) => {
          const what = expected.getParameters()[i];
          if (what) flow(checker.getTypeOfSymbol(what), checker.getTypeOfSymbol(parameter));
        });
      }
  };

  /** @param {ts.Type} type */
  const argumentsOf = (type) => (type.flags & ts.TypeFlags.Object ? checker.getTypeArguments(type) : []);

  /** @param {ts.Symbol} symbol */
  const isOfFiles = ({ declarations = [] }) => declarations.some((each) => files.has(each.getSourceFile()));

  /** @param {ts.Node} node */
  const visit = (node) => {
    const asked = ts.isExpression(node) && checker.getContextualType(node);
    if (asked) flow(checker.getTypeAtLocation(node), asked);
    if (ts.isAsExpression(node)) flow(checker.getTypeAtLocation(assertedBy(node)), checker.getTypeAtLocation(node));
    ts.forEachChild(node, visit);
  };
  for (const file of files) visit(file);
  return flows;
}
