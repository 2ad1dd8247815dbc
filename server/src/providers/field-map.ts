// Puts the inputs of a model where a provider wants them, as the params of an offer say. Providers that serve
// any model through one API share it: a new model is data and not code. Only what the map names is sent; what
// an offer cannot do is reported, never silently left out. Pure.
import { type Static, Type } from 'typebox';
import type { Json, JsonObject } from '../lib/json.ts';

const nameSchema = Type.String({ minLength: 1, maxLength: 100 });
const valueSchema = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);
/** What a provider may want in place of a value: also an object, such as a width and a height. */
const sentSchema = Type.Union([valueSchema, Type.Record(Type.String(), valueSchema)]);

const ruleSchema = Type.Object(
  {
    /** The provider's name. */
    to: nameSchema,
    /** Only this item of a list, counted from 0. A missing item is not sent. */
    item: Type.Optional(Type.Integer({ minimum: 0, maximum: 99 })),
    /** A number that the provider wants as text. */
    as: Type.Optional(Type.Literal('text')),
    /** The provider's value for each of Reelay's; an unlisted value is one that the offer cannot do. */
    values: Type.Optional(Type.Record(Type.String(), sentSchema)),
    /** Further inputs that decide, too: the names of `values` are then all of their values, joined by a blank. */
    by: Type.Optional(Type.Array(nameSchema, { minItems: 1, maxItems: 3 })),
    /** Values that mean "none", such as -1 for a seed. */
    omit: Type.Optional(Type.Array(valueSchema, { minItems: 1 })),
  },
  { additionalProperties: false },
);

/** For inputs that the provider has no field for: the values that are true of its results anyway. */
const onlySchema = Type.Object(
  { only: Type.Array(valueSchema, { minItems: 1 }) },
  { additionalProperties: false },
);

/** A name, a rule, or several rules for one input. */
const targetSchema = Type.Union([
  nameSchema,
  ruleSchema,
  onlySchema,
  Type.Array(ruleSchema, { minItems: 1, maxItems: 10 }),
]);

/** What an input has to be for an offer to be the right one: there, not there, or one of these values. */
const conditionSchema = Type.Union([
  Type.Literal('given'),
  Type.Literal('absent'),
  Type.Array(valueSchema, { minItems: 1 }),
]);

/** Members of the params of an offer; spread them into a schema that forbids further members. */
export const fieldMapMembers = {
  /**
   * By Reelay's names: which inputs the offer is for, where the provider has several endpoints for what is one model here.
   */
  when: Type.Optional(Type.Record(Type.String(), conditionSchema, { minProperties: 1 })),
  /** By Reelay's names. */
  fields: Type.Record(Type.String(), targetSchema, { minProperties: 1 }),
  /** Sent with every start, by the provider's names. */
  constants: Type.Optional(Type.Record(Type.String(), valueSchema)),
};

const fieldMapSchema = Type.Object(fieldMapMembers);

export type FieldMap = Static<typeof fieldMapSchema>;
type FieldRule = Static<typeof ruleSchema>;
type Only = Static<typeof onlySchema>;

/** The members for the wire, or what the offer cannot do: a sentence, and the field it is about. */
export type MappedFields = { fields: JsonObject } | { unable: string; field: string };

function rulesOf(target: FieldMap['fields'][string]): FieldRule[] {
  if (typeof target === 'string') return [{ to: target }];
  if (Array.isArray(target)) return target;
  return 'to' in target ? [target] : [];
}

function isOnly(target: FieldMap['fields'][string]): target is Only {
  return typeof target === 'object' && 'only' in target;
}

/**
 * What is wrong with a map beyond its schema: two inputs that would be sent under one name, or further inputs that decide
 * nothing.
 */
export function faultsOfFieldMap({ fields, constants = {} }: FieldMap): string[] {
  const rules = Object.values(fields).flatMap(rulesOf);
  const names = [...rules, ...Object.keys(constants).map((to) => ({ to }))];
  const seen = new Set<string>();
  const twice = names.filter(({ to }) => seen.size === seen.add(to).size);
  const idle = rules.filter(({ by, values }) => by !== undefined && values === undefined);
  return [
    ...twice.map(({ to }) => `params: "${to}" would be sent twice`),
    ...idle.map(({ to }) => `params: "${to}" has "by" without "values"`),
  ];
}

/** Reelay's names by the provider's, for the words of errors; only those that differ. */
export function namesOf({ fields }: FieldMap): Record<string, string> {
  const pairs = Object.entries(fields).flatMap(([own, target]) =>
    rulesOf(target).map(({ to }) => [to, own] as const),
  );
  return Object.fromEntries(pairs.filter(([theirs, own]) => theirs !== own));
}

function isGiven(value: Json | undefined): value is Json {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

/** Why an offer is not for an input. */
function findUnmet(
  { when = {} }: FieldMap,
  input: JsonObject,
): { unable: string; field: string } | undefined {
  for (const [field, wanted] of Object.entries(when)) {
    const value = Object.hasOwn(input, field) ? input[field] : undefined;
    const isMet = Array.isArray(wanted)
      ? wanted.some((one) => one === value)
      : isGiven(value) === (wanted === 'given');
    const needs = Array.isArray(wanted) ? `be one of ${wanted.join(', ')}` : `be ${wanted}`;
    if (!isMet) return { unable: `This offer needs "${field}" to ${needs}`, field };
  }
  return undefined;
}

/** Fills in the constants and every given input that the map names. */
export function mapFields(map: FieldMap, input: JsonObject): MappedFields {
  const unmet = findUnmet(map, input);
  if (unmet) return unmet;
  const { fields, constants = {} } = map;
  const mapped: JsonObject = { ...constants };
  for (const [name, target] of Object.entries(fields)) {
    const value = Object.hasOwn(input, name) ? input[name] : undefined;
    if (value === undefined) continue;
    const problem = isOnly(target)
      ? judgeOnly(target, value)
      : applyRules(mapped, { rules: rulesOf(target), value, input });
    if (problem !== undefined) {
      return { unable: `This offer cannot do what "${name}" asks for: ${problem}`, field: name };
    }
  }
  return { fields: mapped };
}

/** What a map cannot do with an input, as a sentence that begins with the field. */
export function findMapMisfit(map: FieldMap, input: JsonObject): string | undefined {
  const mapped = mapFields(map, input);
  if (!('unable' in mapped)) return undefined;
  return `input.${mapped.field}: ${mapped.unable}`;
}

function judgeOnly({ only }: Only, value: Json): string | undefined {
  return only.some((known) => known === value) ? undefined : `it takes only ${only.join(', ')}`;
}

/** Adds to `mapped`; returns what cannot be done, as the end of a sentence. */
function applyRules(
  mapped: JsonObject,
  { rules, value, input }: { rules: FieldRule[]; value: Json; input: JsonObject },
): string | undefined {
  const places = rules.map(({ item }) => item);
  const isWhole = places.includes(undefined);
  const most = Math.max(...places.map((item) => (item ?? -1) + 1));
  if (!isWhole && Array.isArray(value) && value.length > most) return `it takes at most ${most}`;
  for (const rule of rules) {
    const sent = valueFor(rule, value, input);
    if (sent === 'unknown') return `it takes only ${Object.keys(rule.values ?? {}).join(', ')}`;
    if (sent) mapped[rule.to] = sent.value;
  }
  return undefined;
}

/** Undefined for what is not sent. */
function valueFor(
  { item, as, values, by = [], omit }: FieldRule,
  given: Json,
  input: JsonObject,
): { value: Json } | 'unknown' | undefined {
  const value = item === undefined ? given : Array.isArray(given) ? given[item] : undefined;
  if (value === undefined || omit?.some((none) => none === value)) return undefined;
  if (values) {
    const name = [value, ...by.map((other) => input[other] ?? '')].join(' ');
    return Object.hasOwn(values, name) ? { value: values[name] } : 'unknown';
  }
  return { value: as === 'text' ? String(value) : value };
}
