// Members that are never read: public methods and fields of classes, members of interfaces and of object
// types. The type checker decides, since two members with one name are two things.
// A member counts as read if code that is not a test
// - names it, in `a.b`, `a['b']`, `{ b } = a`, `'b' in a` or `A['b']`, and does more than write to it;
// - names it on a type that its owner can be assigned to, such as an interface that a class implements;
// - passes a whole value on: as JSON, to a package, as `unknown`, by a spread, by `keyof`.
import path from 'node:path';
import {
  type Expression,
  isCallExpression,
  isClassDeclaration,
  SyntaxKind as Kind,
  type Node,
} from 'typescript/unstable/ast';
import {
  API,
  type Checker,
  type Project,
  type Type,
  TypeFlags,
  type TypeReference,
  type Symbol as TypeSymbol,
} from 'typescript/unstable/sync';
import { listSpoken, type Member, type Reading } from './member-syntax.ts';

export interface MemberSources {
  /** The absolute path of a `tsconfig.json`. */
  project: string;
  /** Whether a file, by its path from the project folder, contains members and readers that count. */
  isSource(file: string): boolean;
}

export interface DeadMember {
  /** From the project folder. */
  file: string;
  line: number;
  /** `Owner.member`. */
  member: string;
}

/** Names that JavaScript itself calls. */
const CALLED_BY_LANGUAGE = new Set(['toJSON', 'toString', 'valueOf', 'then']);
const OPEN = TypeFlags.Any | TypeFlags.Unknown | TypeFlags.NonPrimitive;

/**
 * The interface of TypeScript 7.0 fails if a type in its answer is a tuple of some kinds: then there is no
 * answer.
 */
function orNothing<Answer>(ask: () => Answer, nothing: Answer): Answer {
  try {
    return ask();
  } catch (error) {
    if (!String(error).includes('TupleType')) throw error;
    return nothing;
  }
}

/** Types of nodes. A failing request is halved until the node that it fails for is alone, and has no type. */
function typesAt(checker: Checker, nodes: readonly Node[]): readonly (Type | undefined)[] {
  if (nodes.length === 0) return [];
  const types = orNothing(() => checker.getTypeAtLocation(nodes), undefined);
  if (types || nodes.length === 1) return types ?? [undefined];
  const half = Math.ceil(nodes.length / 2);
  return [...typesAt(checker, nodes.slice(0, half)), ...typesAt(checker, nodes.slice(half))];
}

class MemberReader {
  readonly #checker: Checker;
  readonly #isSource: (file: string) => boolean;
  /** Declarations of members that are read. */
  readonly #read = new Set<string>();
  readonly #takenWhole = new Set<number>();
  readonly #isOurs = new Map<number, boolean>();
  readonly #isOpen = new Map<number, boolean>();

  constructor(checker: Checker, isSource: (file: string) => boolean) {
    this.#checker = checker;
    this.#isSource = isSource;
  }

  isRead(symbol: TypeSymbol): boolean {
    return keysOf(symbol).some((key) => this.#read.has(key));
  }

  markRead(symbol: TypeSymbol | undefined): void {
    if (symbol) for (const key of keysOf(symbol)) this.#read.add(key);
  }

  markReadings(readings: readonly Reading[]): void {
    const named = readings.flatMap(({ nameNode }) => nameNode ?? []);
    for (const symbol of this.#checker.getSymbolAtLocation(named)) this.markRead(symbol);
    const others = readings.filter(({ nameNode }) => nameNode === undefined);
    const types = typesAt(
      this.#checker,
      others.map(({ of }) => of),
    );
    for (const [at, { name }] of others.entries()) this.markNamed(types[at], name);
  }

  markNamed(type: Type | undefined, name: string): void {
    if (!type) return;
    const plain = this.#checker.getNonNullableType(type) ?? type;
    this.markRead(this.#checker.getPropertyOfType(plain, name));
  }

  /** The members of a type, not those of their types. */
  markMembers(type: Type | undefined): void {
    if (!type) return;
    for (const part of partsOf(type)) {
      if (!this.isOurs(part)) continue;
      for (const symbol of this.#fieldsOf(part)) this.markRead(symbol);
    }
  }

  /** Everything that can be reached from a value of this type. */
  markWhole(type: Type | undefined): void {
    if (!type || this.#takenWhole.has(type.id) || !this.isOurs(type)) return;
    this.#takenWhole.add(type.id);
    if (type.isUnionType() || type.isIntersectionType()) {
      for (const part of partsOf(type)) this.markWhole(part);
      return;
    }
    if (type.isTypeReference()) for (const part of this.#argumentsOf(type)) this.markWhole(part);
    if (!this.isDeclaredHere(type.getSymbol())) return;
    const fields = this.#fieldsOf(type);
    for (const symbol of fields) this.markRead(symbol);
    for (const symbol of fields) {
      this.markWhole(orNothing(() => this.#checker.getTypeOfSymbol(symbol), undefined));
    }
  }

  /** Whether members of sources can be reached from a value of this type. */
  isOurs(type: Type): boolean {
    const known = this.#isOurs.get(type.id);
    if (known !== undefined) return known;
    this.#isOurs.set(type.id, false);
    let isOurs = false;
    if (type.isUnionType() || type.isIntersectionType())
      isOurs = partsOf(type).some((part) => this.isOurs(part));
    else if ((type.flags & TypeFlags.Object) !== 0) {
      isOurs = this.isDeclaredHere(type.getSymbol());
      if (!isOurs && type.isTypeReference())
        isOurs = this.#argumentsOf(type).some((part) => this.isOurs(part));
    }
    this.#isOurs.set(type.id, isOurs);
    return isOurs;
  }

  /** Whether the names of a value that goes to this type may be read. */
  isOpen(type: Type): boolean {
    const known = this.#isOpen.get(type.id);
    if (known !== undefined) return known;
    // For a type that contains itself.
    this.#isOpen.set(type.id, false);
    const isOpen = this.#judgeOpen(type);
    this.#isOpen.set(type.id, isOpen);
    return isOpen;
  }

  #judgeOpen(type: Type): boolean {
    if ((type.flags & OPEN) !== 0) return true;
    if (type.isUnionType()) return partsOf(type).some((part) => this.isOpen(part));
    if ((type.flags & TypeFlags.Object) === 0) return false;
    const symbol = type.getSymbol();
    if (symbol && this.isDeclaredHere(symbol) && symbol.name !== '__type') return false;
    if (type.isTypeReference() && this.#argumentsOf(type).length > 0) {
      return this.#argumentsOf(type).some((part) => this.isOpen(part));
    }
    if (this.#checker.getIndexInfosOfType(type).length > 0) return true;
    if (this.#checker.getSignaturesOfType(type, 0).length > 0) return false;
    return !this.isDeclaredHere(symbol);
  }

  /** Without the methods of classes: those of a value that is passed on are still called by name. */
  #fieldsOf(type: Type): readonly TypeSymbol[] {
    const isMethod = ({ declarations }: TypeSymbol) => declarations[0]?.kind === Kind.MethodDeclaration;
    return this.#checker.getPropertiesOfType(type).filter((symbol) => !isMethod(symbol));
  }

  #argumentsOf(type: TypeReference): readonly Type[] {
    return orNothing(() => this.#checker.getTypeArguments(type), []);
  }

  isDeclaredHere(symbol: TypeSymbol | undefined): boolean {
    return symbol?.declarations.some(({ path }) => this.#isSource(path)) ?? false;
  }
}

/** The parts of a union or an intersection; otherwise the type itself. */
function partsOf(type: Type): readonly Type[] {
  return type.isUnionType() || type.isIntersectionType() ? orNothing(() => type.getTypes(), []) : [type];
}

function isGeneric(type: Type): boolean {
  return type.isClassOrInterface() && type.getTypeParameters().length > 0;
}

function keysOf({ declarations }: TypeSymbol): string[] {
  return declarations.map(({ path, index }) => `${path}#${index}`);
}

/** `Object.entries(x)` and the like read everything, whatever their types say. */
function isTakenByObject({ parent }: Node): boolean {
  return isCallExpression(parent) && /^(Object\.|structuredClone$)/.test(parent.expression.getText());
}

function markHandedOn(reader: MemberReader, checker: Checker, handedOn: readonly Node[]): void {
  const types = typesAt(checker, handedOn);
  for (const [at, node] of handedOn.entries()) {
    const type = types[at];
    if (!type || !reader.isOurs(type)) continue;
    const { parent } = node;
    const asked =
      parent.kind === Kind.AsExpression
        ? typesAt(checker, [parent])[0]
        : orNothing(() => checker.getContextualType(node as Expression), undefined);
    if (isTakenByObject(node) || (asked && reader.isOpen(asked))) reader.markWhole(type);
  }
}

/** Members that are read because their name occurs on a type that the owner can be assigned to. */
function markAssigned(
  reader: MemberReader,
  checker: Checker,
  { dead, readings }: { dead: readonly Member[]; readings: readonly Reading[] },
): void {
  const names = new Set(dead.map(({ name }) => name));
  const candidates = readings.filter(({ name }) => names.has(name));
  const types = typesAt(
    checker,
    candidates.map(({ of }) => of),
  );
  const asked = new Map<string, Map<number, Type>>();
  for (const [at, { name }] of candidates.entries()) {
    const type = types[at];
    if (!type) continue;
    const plain = checker.getNonNullableType(type) ?? type;
    const known = asked.get(name) ?? new Map<number, Type>();
    asked.set(name, known.set(plain.id, plain));
  }
  for (const { name, nameNode, ownerNode } of dead) {
    const symbol = checker.getSymbolAtLocation(nameNode);
    const own = typesAt(checker, [ownerNode])[0];
    if (!symbol || !own) continue;
    const readers = [...(asked.get(name)?.values() ?? [])];
    if (readers.some((type) => isGeneric(own) || checker.isTypeAssignableTo(own, type)))
      reader.markRead(symbol);
  }
}

/** Members of classes that are read through the name of an implemented type, or called by a package. */
function markImplemented(reader: MemberReader, checker: Checker, dead: readonly Member[]): void {
  for (const { name, nameNode, ownerNode } of dead) {
    if (!isClassDeclaration(ownerNode)) continue;
    const promised = (ownerNode.heritageClauses ?? [])
      .flatMap(({ types }) => typesAt(checker, types))
      .flatMap((type) => (type && checker.getPropertyOfType(type, name)) ?? []);
    const isCalled = promised.some((symbol) => reader.isRead(symbol) || !reader.isDeclaredHere(symbol));
    if (isCalled) reader.markRead(checker.getSymbolAtLocation(nameNode));
  }
}

function findIn({ program, checker }: Project, isSource: (file: string) => boolean): Member[] {
  const spoken = program
    .getSourceFileNames()
    .filter(isSource)
    .flatMap((file) => listSpoken(program.getSourceFile(file)!));
  const whole = spoken.flatMap((one) => one.whole);
  const handedOn = spoken.flatMap((one) => one.handedOn);
  const readings = spoken.flatMap((one) => one.readings);
  const members = spoken.flatMap((one) => one.members).filter(({ name }) => !CALLED_BY_LANGUAGE.has(name));
  const symbols = checker.getSymbolAtLocation(members.map(({ nameNode }) => nameNode));
  const reader = new MemberReader(checker, isSource);
  const listDead = () =>
    members.filter((_, at) => {
      const symbol = symbols[at];
      return symbol !== undefined && !reader.isRead(symbol);
    });
  reader.markReadings(readings);
  for (const type of typesAt(checker, whole)) reader.markMembers(type);
  markHandedOn(reader, checker, handedOn);
  markImplemented(reader, checker, listDead());
  markAssigned(reader, checker, { dead: listDead(), readings });
  return listDead();
}

/** Every dead member of a project, in the order of its files. */
export function findDeadMembers({ project, isSource }: MemberSources): DeadMember[] {
  const folder = `${path.dirname(project)}/`;
  const belowFolder = (file: string) => (file.startsWith(folder) ? file.slice(folder.length) : file);
  const api = new API();
  try {
    return api
      .updateSnapshot({ openProjects: [project] })
      .getProjects()
      .flatMap((opened) => findIn(opened, (file) => isSource(belowFolder(file))))
      .map(({ owner, name, nameNode }) => {
        const source = nameNode.getSourceFile();
        const { line } = source.getLineAndCharacterOfPosition(nameNode.getStart());
        return { file: belowFolder(source.fileName), line: line + 1, member: `${owner}.${name}` };
      });
  } finally {
    api.close();
  }
}
