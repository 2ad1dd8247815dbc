// What one source says about members: which it declares, which it names, and which values it passes on as a
// whole. By syntax alone; `members.ts` asks for the types.
import {
  type BinaryExpression,
  type BindingElement,
  type ElementAccessExpression,
  type IndexedAccessTypeNode,
  isArrayLiteralExpression,
  isArrowFunction,
  isAsExpression,
  isBinaryExpression,
  isBindingElement,
  isBlock,
  isCallExpression,
  isClassDeclaration,
  isElementAccessExpression,
  isIdentifier,
  isIndexedAccessTypeNode,
  isInterfaceDeclaration,
  isLiteralTypeNode,
  isMappedTypeNode,
  isNewExpression,
  isObjectBindingPattern,
  isPropertyAccessExpression,
  isPropertyAssignment,
  isReturnStatement,
  isShorthandPropertyAssignment,
  isSpreadAssignment,
  isStringLiteral,
  isTypeAliasDeclaration,
  isTypeLiteralNode,
  isTypeOperatorNode,
  isVariableDeclaration,
  isYieldExpression,
  SyntaxKind as Kind,
  type Node,
  type SourceFile,
} from 'typescript/unstable/ast';

export interface Member {
  name: string;
  nameNode: Node;
  /** The name of the class, interface or type. */
  owner: string;
  ownerNode: Node;
}

/** A member that is named on a value. */
export interface Reading {
  name: string;
  /** The name itself, if the type checker knows it as the member. */
  nameNode: Node | undefined;
  /** A node whose type has the member. */
  of: Node;
}

export interface Spoken {
  members: Member[];
  readings: Reading[];
  /** Nodes whose type is read completely: by a spread, a rest, or `keyof`. */
  whole: Node[];
  /** Values that go where another type may be expected. */
  handedOn: Node[];
}

const MEMBERS: ReadonlySet<Kind> = new Set([
  Kind.PropertySignature,
  Kind.MethodSignature,
  Kind.PropertyDeclaration,
  Kind.MethodDeclaration,
  Kind.GetAccessor,
]);

function hasModifier(node: Node, kind: Kind): boolean {
  const { modifiers } = node as Node & { modifiers?: readonly Node[] };
  return modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}

function addMembers(
  spoken: Spoken,
  { owner, ownerNode, within }: { owner: string; ownerNode: Node; within: Node },
) {
  within.forEachChild((child) => {
    const { name: nameNode, type } = child as Node & { name?: Node; type?: Node };
    // The compiler judges what begins with `#`; an overriding member is called through what it overrides; and
    // an undefined member only says that one kind of a union lacks it.
    const isOurs = MEMBERS.has(child.kind) && nameNode !== undefined && isIdentifier(nameNode);
    if (!isOurs || hasModifier(child, Kind.OverrideKeyword) || type?.kind === Kind.UndefinedKeyword) return;
    spoken.members.push({ name: nameNode.text, nameNode, owner, ownerNode });
  });
}

function addDeclared(spoken: Spoken, node: Node): void {
  if (isInterfaceDeclaration(node) || isClassDeclaration(node)) {
    addMembers(spoken, { owner: node.name?.text ?? 'class', ownerNode: node, within: node });
  } else if (isTypeAliasDeclaration(node)) {
    const visit = (within: Node): void => {
      if (isTypeLiteralNode(within)) addMembers(spoken, { owner: node.name.text, ownerNode: within, within });
      within.forEachChild(visit);
    };
    node.type.forEachChild(visit);
    if (isTypeLiteralNode(node.type))
      addMembers(spoken, { owner: node.name.text, ownerNode: node.type, within: node.type });
  }
}

function isWrittenTo(node: Node): boolean {
  const { parent } = node;
  return isBinaryExpression(parent) && parent.left === node && parent.operatorToken.kind === Kind.EqualsToken;
}

function addBinding(spoken: Spoken, element: BindingElement): void {
  const pattern = element.parent;
  if (!isObjectBindingPattern(pattern)) return;
  if (element.dotDotDotToken) {
    spoken.whole.push(pattern);
    return;
  }
  const name = element.propertyName ?? element.name;
  if (!name) return;
  if (isIdentifier(name) || isStringLiteral(name))
    spoken.readings.push({ name: name.text, nameNode: undefined, of: pattern });
  else spoken.whole.push(pattern);
}

function addElement(spoken: Spoken, { argumentExpression: key, expression }: ElementAccessExpression): void {
  if (isStringLiteral(key)) spoken.readings.push({ name: key.text, nameNode: undefined, of: expression });
  else spoken.whole.push(expression);
}

function addIndexed(spoken: Spoken, { indexType, objectType }: IndexedAccessTypeNode): void {
  if (isLiteralTypeNode(indexType) && isStringLiteral(indexType.literal))
    spoken.readings.push({ name: indexType.literal.text, nameNode: undefined, of: objectType });
  else spoken.whole.push(objectType);
}

function addOperation(spoken: Spoken, { left, operatorToken, right }: BinaryExpression): void {
  if (operatorToken.kind === Kind.InKeyword && isStringLiteral(left))
    spoken.readings.push({ name: left.text, nameNode: undefined, of: right });
}

function addReadings(spoken: Spoken, node: Node): void {
  if (isPropertyAccessExpression(node)) {
    const { name: nameNode, expression: of } = node;
    if (isIdentifier(nameNode) && !isWrittenTo(node))
      spoken.readings.push({ name: nameNode.text, nameNode, of });
  } else if (isElementAccessExpression(node)) addElement(spoken, node);
  else if (isBindingElement(node)) addBinding(spoken, node);
  else if (isBinaryExpression(node)) addOperation(spoken, node);
  else if (isIndexedAccessTypeNode(node)) addIndexed(spoken, node);
  else if (isSpreadAssignment(node)) spoken.whole.push(node.expression);
  else if (isTypeOperatorNode(node) && node.operator === Kind.KeyOfKeyword) spoken.whole.push(node.type);
  else if (isMappedTypeNode(node)) spoken.whole.push(node);
}

/** The values in a node that go where another type may be expected. */
function listHandedOn(node: Node): readonly (Node | undefined)[] {
  if (isCallExpression(node) || isNewExpression(node)) return node.arguments ?? [];
  if (isReturnStatement(node) || isAsExpression(node) || isYieldExpression(node)) return [node.expression];
  if (isShorthandPropertyAssignment(node)) return [node.name];
  if (isPropertyAssignment(node) || (isVariableDeclaration(node) && node.type)) return [node.initializer];
  if (isArrayLiteralExpression(node)) return node.elements;
  if (isArrowFunction(node)) return isBlock(node.body) ? [] : [node.body];
  return isBinaryExpression(node) && isWrittenTo(node.left) ? [node.right] : [];
}

/** Reads a source once. */
export function listSpoken(source: SourceFile): Spoken {
  const spoken: Spoken = { members: [], readings: [], whole: [], handedOn: [] };
  const visit = (node: Node): void => {
    addDeclared(spoken, node);
    addReadings(spoken, node);
    spoken.handedOn.push(...listHandedOn(node).filter((value) => value !== undefined));
    node.forEachChild(visit);
  };
  source.forEachChild(visit);
  return spoken;
}
