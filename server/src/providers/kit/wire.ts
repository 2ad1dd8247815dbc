// How the JSON of providers is read: strictly where a field decides, leniently elsewhere. A schema marks by
// `incidental` which fields do not decide. Such a field is left out and its name kept if it has another type
// than documented, so that an odd figure never makes a whole answer unreadable. Nothing is guessed: only a
// value with one meaning (a number written as text, an id given as a number) is read as the wanted type.
import { type Static, type TOptional, type TSchema, Type } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { Json } from '../../lib/json.ts';
import { isObject } from '../../lib/json.ts';
import type { UnreadFields } from '../contract.ts';

/** The keywords of Reelay's schemas. */
interface Marked {
  isIncidental?: true;
  /** Of a list. */
  readsItemsApart?: true;
}

/** The parts of a JSON schema that are read. */
interface Parts extends Marked {
  type?: string;
  properties?: Record<string, TSchema>;
  items?: TSchema;
  anyOf?: TSchema[];
}

/** A field that does not decide: absent, null and unreadable mean the same. */
export function incidental<Schema extends TSchema>(schema: Schema): TOptional<Schema> {
  const marked: Schema & Marked = { ...schema, isIncidental: true };
  return Type.Optional(marked) as TOptional<Schema>;
}

/** A field that decides: it may be absent or null, and otherwise must be readable. */
export function orNull<Schema extends TSchema>(schema: Schema) {
  return Type.Optional(Type.Union([schema, Type.Null()]));
}

/** A list whose items are read one by one: an unreadable item is left out. */
export function eachOf<Schema extends TSchema>(items: Schema) {
  return Type.Array(items, { readsItemsApart: true } satisfies Marked);
}

/**
 * Schemas are constants of the adapters; a compiled one checks sixty times as fast, which every look benefits
 * from.
 */
const compiled = new WeakMap<TSchema, Validator>();

function fits(schema: TSchema, value: Json | undefined): boolean {
  let validator = compiled.get(schema);
  if (!validator) {
    validator = Compile(schema);
    compiled.set(schema, validator);
  }
  return validator.Check(value);
}

/**
 * Reads one of Reelay's own values (params, references) by its schema and allows further names; undefined
 * when it does not fit.
 */
export function readAs<Schema extends TSchema>(
  schema: Schema,
  value: Json | undefined,
): Static<Schema> | undefined {
  return fits(schema, value) ? (value as Static<Schema>) : undefined;
}

/** What was left out of a value that was read. */
const leftOut = new WeakMap<object, UnreadFields>();

/**
 * Reads a value of a provider. Undefined when a field that decides is missing or unreadable; any other
 * unreadable field is left out, and `unreadOf` names it.
 */
export function readWire<Schema extends TSchema>(
  schema: Schema,
  value: Json | undefined,
): Static<Schema> | undefined {
  if (value === undefined) return undefined;
  if (fits(schema, value)) return value as Static<Schema>;
  const unread: string[] = [];
  const repaired = repair(schema, value, { path: '', unread });
  if (!fits(schema, repaired)) return undefined;
  if (isObject(repaired) && unread.length > 0) leftOut.set(repaired, unread);
  return repaired as Static<Schema>;
}

/** The readable items of a list. */
export function readEach<Schema extends TSchema>(
  schema: Schema,
  items: readonly unknown[],
): Static<Schema>[] {
  const read = items.map((item) => readWire(schema, item as Json));
  return read.filter((item): item is Static<Schema> => item !== undefined);
}

/** Names of what `readWire` left out of a value, for an outcome to carry. */
export function unreadOf(value: object): { unread?: UnreadFields } {
  const unread = leftOut.get(value);
  return unread ? { unread } : {};
}

interface Place {
  /** With dots, from the root of the value. */
  path: string;
  unread: string[];
}

/** The value, brought as near to the schema as possible; the caller checks whether that is near enough. */
function repair(schema: TSchema, value: Json, place: Place): Json {
  const { type, properties, items, anyOf } = schema as Parts;
  if (fits(schema, value)) return value;
  if (anyOf) return repairChoice(anyOf, value, place);
  if (properties && isObject(value)) return repairFields(properties, value, place);
  if (items && Array.isArray(value)) return repairItems(schema, value, place);
  return type === undefined ? value : repairText(type, value);
}

function repairChoice(choices: readonly TSchema[], value: Json, { path }: Place): Json {
  for (const choice of choices) {
    const repaired = repair(choice, value, { path, unread: [] });
    if (fits(choice, repaired)) return repaired;
  }
  return value;
}

function repairFields(
  properties: Record<string, TSchema>,
  value: Readonly<Record<string, Json>>,
  { path, unread }: Place,
): Json {
  const copy: Record<string, Json> = { ...value };
  for (const [name, schema] of Object.entries(properties)) {
    if (!Object.hasOwn(copy, name)) continue;
    const inner = { path: path === '' ? name : `${path}.${name}`, unread };
    const isIncidental = (schema as Marked).isIncidental === true;
    // Some services send an empty text for "nothing".
    if (isIncidental && (copy[name] === null || (copy[name] === '' && !fits(schema, '')))) {
      delete copy[name];
      continue;
    }
    copy[name] = repair(schema, copy[name], inner);
    if (!isIncidental || fits(schema, copy[name])) continue;
    delete copy[name];
    unread.push(inner.path);
  }
  return copy;
}

function repairItems(schema: TSchema, value: readonly Json[], { path, unread }: Place): Json {
  const { items, readsItemsApart } = schema as Parts;
  if (!items) return [...value];
  const inner = { path: `${path}[]`, unread };
  const repaired = value.map((item) => repair(items, item, inner));
  if (!readsItemsApart) return repaired;
  const readable = repaired.filter((item) => fits(items, item));
  if (readable.length < repaired.length) unread.push(inner.path);
  return readable;
}

/** A figure given as text in a header; undefined unless it is a plain number that is not negative. */
export function readAmount(text: string): number | undefined {
  return readWire(amountSchema, text.trim());
}

const amountSchema = Type.Number({ minimum: 0 });

/** A plain decimal; an exponent, a unit or another sign could mean anything. */
const DECIMAL = /^-?\d{1,15}(?:\.\d{1,15})?$/;

/** Text and number, if one can be read as the other without loss; `true` and `false` as words. */
function repairText(type: string, value: Json): Json {
  switch (type) {
    case 'string':
      return typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? String(value) : value;
    case 'number':
    case 'integer':
      return typeof value === 'string' && DECIMAL.test(value.trim()) ? Number(value) : value;
    case 'boolean':
      return value === 'true' || value === 'false' ? value === 'true' : value;
    default:
      return value;
  }
}
