import ts from 'typescript';
import { assertedBy, partsOf } from './flows.mjs';

const ENTRIES = /(^|\/)src\/\w+\.ts$/;

/**
 * The names that somebody outside of the library may see or give: a user, a storage, another tab, the runtime, or a text.
 *
 * @param {ts.TypeChecker} checker
 * @param {Set<ts.SourceFile>} files
 * @param {ReturnType<typeof import('./flows.mjs').flowsIn>} flows
 */
export function namesSeenOutside(checker, files, flows) {
  /** @type {Set<string>} */
  const names = new Set();
  const seen = new Set();

  /** @param {ts.Declaration | undefined} declaration */
  const isOurs = (declaration) => !!declaration && files.has(declaration.getSourceFile());

  /**
   * All of a value goes outside, or comes from there.
   *
   * @param {ts.Type} type
   */
  const show = (type) => {
    if (seen.has(type)) return;
    seen.add(type);
    if (type.isUnionOrIntersection()) return type.types.forEach(show);
    for (const argument of checker.getTypeArguments(type)) show(argument);
    for (const argument of type.aliasTypeArguments ?? []) show(argument);
    const constraint = type.isTypeParameter() ? type.getConstraint() : undefined;
    if (constraint) show(constraint);
    for (const signature of [...type.getCallSignatures(), ...type.getConstructSignatures()]) {
      show(signature.getReturnType());
      for (const parameter of signature.getParameters()) show(checker.getTypeOfSymbol(parameter));
    }
    for (const index of checker.getIndexInfosOfType(type)) show(index.type);
    for (const property of type.getProperties()) {
      if (property.valueDeclaration && ts.isPrivateIdentifierClassElementDeclaration(property.valueDeclaration))
        continue;
      names.add(property.name);
      // What others have declared leads to nothing of ours but by its type arguments.
      if (!property.declarations || property.declarations.some(isOurs)) show(checker.getTypeOfSymbol(property));
    }
  };

  /**
   * A value of one type is taken for one of another: what others have declared of the one is known by that name of the other too.
   *
   * @param {ts.Type} given
   * @param {ts.Type} asked
   */
  const compare = (given, asked) => {
    if (given.flags & ts.TypeFlags.Any) show(asked);
    for (const property of asked.getProperties()) {
      const other = given.getProperty(property.name);
      // The runtime has more than its types tell of.
      if (given.symbol?.name === 'globalThis') names.add(property.name);
      if (!other || other === property || isForeign(other) === isForeign(property)) continue;
      names.add(property.name);
      show(checker.getTypeOfSymbol(isForeign(other) ? property : other));
    }
  };

  /** @param {ts.Symbol} symbol */
  const isForeign = ({ declarations = [] }) => declarations.length > 0 && !declarations.some(isOurs);

  /**
   * Nothing is known of it but that it is something.
   *
   * @param {ts.Type} type
   */
  const isAnything = (type) =>
    !!(type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) ||
    (!!(type.flags & ts.TypeFlags.Object) && !type.getProperties().length && !type.getCallSignatures().length);

  /** @param {ts.Type} type */
  const isBoolean = (type) => !!(type.flags & ts.TypeFlags.BooleanLike);

  /**
   * What is believed to be of a type, and was not known to be.
   *
   * @param {ts.Type} from
   * @param {ts.Type} to
   */
  const believe = (from, to) => {
    if (partsOf(to).some(isAnything)) return show(from);
    if (partsOf(from).some(isAnything)) return show(to);
    for (const part of partsOf(to))
      for (const { name } of part.getProperties())
        if (!partsOf(from).some((each) => each.getProperty(name))) names.add(name);
    for (const given of partsOf(from)) for (const asked of partsOf(to)) compare(given, asked);
  };

  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isTypeNode(node) && !ts.isTypePredicateNode(node)) return;
    if (ts.isStringLiteralLike(node)) names.add(node.text);
    if (ts.isAsExpression(node) && !ts.isAsExpression(node.parent))
      believe(checker.getTypeAtLocation(assertedBy(node)), checker.getTypeAtLocation(node));
    if (ts.isTypePredicateNode(node) && node.type) {
      const parameter = node.parent.parameters.find(({ name }) => name.getText() === node.parameterName.getText());
      if (parameter) believe(checker.getTypeAtLocation(parameter), checker.getTypeFromTypeNode(node.type));
    }
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const signature = checker.getResolvedSignature(node);
      // Who only says yes or no tells no name.
      const isForeignCall = !isOurs(signature?.declaration) && !(signature && isBoolean(signature.getReturnType()));
      for (const argument of node.arguments ?? []) {
        const asked = checker.getContextualType(argument);
        if (!isForeignCall || !asked || !partsOf(asked).some(isAnything)) continue;
        const given = checker.getTypeAtLocation(argument);
        // These tell the names that a value has itself, as texts; what it holds keeps its type.
        if (/^Object\.(keys|values|entries)$/.test(node.expression.getText()))
          for (const { name } of given.getProperties()) names.add(name);
        else show(given);
      }
    }
    ts.forEachChild(node, visit);
  };

  for (const [given, asked] of flows) compare(given, asked);
  for (const file of files) {
    if (ENTRIES.test(file.fileName))
      for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(file))) {
        const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
        show(checker.getTypeOfSymbol(symbol));
        show(checker.getDeclaredTypeOfSymbol(symbol));
      }
    visit(file);
  }
  return names;
}
