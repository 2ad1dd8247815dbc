// Reads a query or a body by the schema that documents it: each field in its type, every fault in one answer, a sentence
// for each. It is the only check of a request apart from the body of a create, whose input has the schema of its model.
// A keyword of JSON Schema that is not in `Rule` is not checked; `openapi.test.ts` refuses a schema that has one.
import type { FastifyRequest } from 'fastify';
import type { Static, TObject, TProperties } from 'typebox';
import { refuseFaults } from '../errors.ts';
import { isUuid } from '../lib/ids.ts';
import { isObject, type Json, type JsonObject } from '../lib/json.ts';
import { describeUnknownName, findNearName, findSlips } from '../lib/near-name.ts';
import { isDay, isMoment } from '../lib/time.ts';
import { bodyOf } from './body.ts';
import { DAY_FORMAT, ID_FORMAT, MOMENT_FORMAT, TIME_FORMAT } from './fields.ts';

const PARAMETER_CHARACTERS_MAX = 300;
const NAME_CHARACTERS_MAX = 100;

/** What a schema says of a value, as far as it is checked. */
interface Rule {
  type?: string;
  format?: string;
  enum?: readonly Json[];
  const?: Json;
  anyOf?: readonly Rule[];
  default?: Json;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: Rule;
  properties?: Record<string, Rule>;
  required?: readonly string[];
  /** Of a record: the rule of each value. */
  patternProperties?: Record<string, Rule>;
  additionalProperties?: boolean;
}

type Filled<Properties extends TProperties> = {
  [Name in keyof Properties as Properties[Name] extends { default: Json } ? Name : never]: Static<
    Properties[Name]
  >;
};

/** What was read: the fields of the schema, and those with a default always. */
export type Read<Schema extends TObject> = Static<Schema> & Filled<Schema['properties']>;

/**
 * The parameters of a query. Each is text that is read in the type of its field; one that is empty was not given. Names
 * that the schema does not know are ignored, since pollers and proxies add some against caches.
 * @throws AppError `validation_failed` with a sentence for each parameter that is at fault.
 */
export function readQuery<Schema extends TObject>(
  request: Pick<FastifyRequest, 'query'>,
  schema: Schema,
): Read<Schema> {
  const given = request.query as Record<string, unknown>;
  const { properties = {}, required = [] } = schema as Rule;
  const read: JsonObject = {};
  const faults: string[] = [];
  for (const [name, rule] of Object.entries(properties)) {
    const text = given[name] === '' ? undefined : given[name];
    const fault = faultOfText(text, required.includes(name));
    if (fault !== undefined) faults.push(`${name}: ${fault}`);
    else if (typeof text === 'string') {
      const value = parseText(rule, text);
      faults.push(...findFaults(rule, value, name));
      read[name] = value;
    } else fill(read, name, rule.default);
  }
  if (faults.length > 0) throw refuseFaults(faults);
  return read as Read<Schema>;
}

/**
 * The body, which must be an object. Nothing is coerced, and null is taken only where the schema has it. A name that is
 * not known is refused where the schema says `additionalProperties: false`; elsewhere it is left out, and named if it may
 * be a slip of one that is missing.
 * @throws AppError `validation_failed` with a sentence for each fault, or `body_unreadable` when there is no body.
 */
export function readBody<Schema extends TObject>(
  request: Pick<FastifyRequest, 'body'>,
  schema: Schema,
): Read<Schema> {
  const { value } = bodyOf(request);
  const body = isObject(value) ? value : {};
  const faults = findFieldFaults(schema as Rule, body, '');
  if (!isObject(value) && faults.length === 0) faults.push('body: must be a JSON object');
  if (faults.length > 0) throw refuseFaults(faults);
  const read: JsonObject = {};
  for (const [name, rule] of Object.entries((schema as Rule).properties ?? {})) {
    fill(read, name, body[name] === undefined ? rule.default : body[name]);
  }
  return read as Read<Schema>;
}

function fill(read: JsonObject, name: string, value: Json | undefined): void {
  if (value !== undefined) read[name] = value;
}

/** What is against the text of a parameter, whatever it is read as; undefined is one that was not given. */
function faultOfText(text: unknown, isRequired: boolean): string | undefined {
  if (text === undefined) return isRequired ? 'is required' : undefined;
  if (typeof text !== 'string') return 'is given more than once';
  const isValid = text.length <= PARAMETER_CHARACTERS_MAX && !/\p{Cc}/u.test(text);
  return isValid ? undefined : 'is not a valid text';
}

/** The text as a value of the type that is wanted; the text itself when it is none. */
function parseText({ type, format }: Rule, text: string): Json {
  const digits = format === TIME_FORMAT ? /^\d{1,10}$/ : /^\d{1,9}$/;
  if (type === 'integer' && digits.test(text)) return Number(text);
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

/** What is against a value: a sentence for each fault in it. */
function findFaults(rule: Rule, value: Json, path: string): string[] {
  const own = chooseRule(rule, value);
  if (!hasType(own, value)) return [`${path}: ${demandOf(own)}`];
  if (isObject(value)) return findFieldFaults(own, value, `${path}.`);
  const fault = Array.isArray(value) ? faultOfCount(own, value) : faultOfValue(own, value);
  const faults = fault === undefined ? [] : [`${path}: ${fault}`];
  const { items } = own;
  if (!Array.isArray(value) || !items) return faults;
  return [...faults, ...value.flatMap((item, at) => findFaults(items, item, `${path}[${at}]`))];
}

/** The same for the fields of an object. @param prefix what stands before the name of each. */
function findFieldFaults(rule: Rule, object: JsonObject, prefix: string): string[] {
  const { properties = {}, required = [] } = rule;
  const faults = Object.entries(properties).flatMap(([name, field]) => {
    const value = object[name];
    if (value === undefined && !required.includes(name)) return [];
    const own = chooseRule(field, value);
    const isGiven = value !== undefined && hasType(own, value);
    if (!isGiven && required.includes(name)) return [`${prefix}${name}: is required and ${demandOf(own)}`];
    return value === undefined ? [] : findFaults(own, value, `${prefix}${name}`);
  });
  return [...faults, ...findOtherFaults(rule, object, prefix)];
}

/** The same for the names that the schema does not have. */
function findOtherFaults(rule: Rule, object: JsonObject, prefix: string): string[] {
  const { properties = {}, required = [], patternProperties, additionalProperties } = rule;
  const others = Object.entries(object).filter(([name]) => !Object.hasOwn(properties, name));
  const [ofEach] = Object.values(patternProperties ?? {});
  if (ofEach)
    return others.flatMap(([name, value]) =>
      findFaults(ofEach, value, `${prefix}${name.slice(0, NAME_CHARACTERS_MAX)}`),
    );
  const unknown = others.map(([name]) => name);
  if (additionalProperties !== false) {
    const missing = required.filter((name) => object[name] === undefined);
    return findSlips(unknown, missing, prefix);
  }
  const known = Object.keys(properties);
  return unknown.map((name) => describeUnknownName(`${prefix}${name}`, findNearName(name, known)));
}

/** Of several rules the first one that takes a value of this type. */
function chooseRule(rule: Rule, value: Json | undefined): Rule {
  const { anyOf } = rule;
  if (!anyOf) return rule;
  return anyOf.find((one) => value !== undefined && hasType(one, value)) ?? anyOf[0];
}

function choicesOf(rule: Rule): readonly Json[] | undefined {
  return rule.const === undefined ? rule.enum : [rule.const];
}

function hasType(rule: Rule, value: Json): boolean {
  const choices = choicesOf(rule);
  if (choices) return choices.some((choice) => typeof choice === typeof value);
  switch (rule.type) {
    case undefined:
      return true;
    case 'integer':
      return Number.isInteger(value);
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'null':
      return value === null;
    default:
      return typeof value === rule.type;
  }
}

/** What a value has to be, as the end of a sentence. */
function demandOf(rule: Rule): string {
  const { type, format, minimum, maximum } = rule;
  const choices = choicesOf(rule);
  if (choices) return `must be one of ${choices.join(', ')}`;
  if (format === TIME_FORMAT) return 'must be a time in Unix seconds';
  if (format === ID_FORMAT) return 'must be an id as a list gives it';
  if (format === MOMENT_FORMAT) return 'must be a time such as 2026-11-30T12:00:00Z';
  if (format === DAY_FORMAT) return 'must be a day such as 2026-11-30';
  if (minimum === undefined && maximum === undefined) return `must be of type ${type}`;
  const kind = type === 'integer' ? 'a whole number' : 'a number';
  if (maximum === undefined) return `must be ${kind}, at least ${minimum}`;
  return minimum === undefined
    ? `must be ${kind}, at most ${maximum}`
    : `must be ${kind} from ${minimum} to ${maximum}`;
}

/** Whether a text has a format. */
const FORMS: Record<string, ((text: string) => boolean) | undefined> = {
  [ID_FORMAT]: isUuid,
  [MOMENT_FORMAT]: isMoment,
  [DAY_FORMAT]: isDay,
};

/** What is against a value of the right type. */
function faultOfValue(rule: Rule, value: Json): string | undefined {
  const { minimum = -Infinity, maximum = Infinity, format } = rule;
  const choices = choicesOf(rule);
  if (choices && !choices.includes(value)) return demandOf(rule);
  if (typeof value === 'number' && (value < minimum || value > maximum)) return demandOf(rule);
  if (typeof value !== 'string') return undefined;
  const hasForm = FORMS[format ?? ''];
  if (hasForm && !hasForm(value)) return demandOf(rule);
  return faultOfLength(rule, [...value].length);
}

function faultOfLength({ minLength = 0, maxLength = Infinity }: Rule, length: number): string | undefined {
  if (length > maxLength) return `must have at most ${maxLength} characters`;
  if (length >= minLength) return undefined;
  return length === 0 ? 'must not be empty' : `must have at least ${minLength} characters`;
}

function faultOfCount({ minItems = 0, maxItems = Infinity }: Rule, list: Json[]): string | undefined {
  if (list.length < minItems) return `must have at least ${minItems} items`;
  return list.length > maxItems ? `must have at most ${maxItems} items` : undefined;
}
