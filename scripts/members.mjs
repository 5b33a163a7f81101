import ts from 'typescript';
import { partsOf } from './flows.mjs';

/**
 * Whether a name is that of a property, a method or an accessor.
 *
 * @param {ts.Identifier} node
 */
export function isMemberName(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent))
    return (parent.propertyName ?? parent.name) === node;
  return (
    (ts.isClassElement(parent) ||
      ts.isTypeElement(parent) ||
      ts.isObjectLiteralElement(parent) ||
      ts.isJsxAttribute(parent)) &&
    parent.name === node
  );
}

/**
 * Where the member is declared that a name is of. None: nobody knows.
 *
 * @param {ts.TypeChecker} checker
 * @param {ts.Identifier} name
 */
export function declarationsOf(checker, name) {
  const { parent } = name;
  // What is taken apart is a member of what it is taken out of. An index signature has no such member.
  if (ts.isBindingElement(parent)) return declared(checker.getTypeAtLocation(parent.parent), name.text);
  // What is put together is a member of what is asked for there.
  if (ts.isObjectLiteralExpression(parent.parent)) {
    const asked = checker.getContextualType(parent.parent);
    const found = asked ? declared(asked, name.text) : [];
    if (found.length) return found;
    return declared(checker.getTypeAtLocation(parent.parent), name.text);
  }
  return checker.getSymbolAtLocation(name)?.declarations ?? [];
}

/**
 * @param {ts.Type} type
 * @param {string} name
 */
const declared = (type, name) => partsOf(type).flatMap((part) => part.getProperty(name)?.declarations ?? []);
