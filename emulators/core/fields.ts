// Strict checks of a JSON body against a table: what a provider's documentation says about each field, as
// data. Each emulator words the faults itself.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';

/** What one field may be. */
export interface FieldRule {
  /** `any` is a value that only `check` judges. */
  type: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object' | 'any';
  required?: boolean;
  values?: readonly (string | number | boolean)[];
  /** Of a number. */
  min?: number;
  max?: number;
  /** Of a text (in characters) or a list. */
  lengthMin?: number;
  lengthMax?: number;
  /** For each item of a list. */
  items?: FieldRule;
  /** For the members of an object; without it, an object may have any. */
  fields?: FieldRules;
  /** What is wrong with a value of the right type, as the end of a sentence; undefined if nothing is. */
  check?: (value: Json) => string | undefined;
}

export type FieldRules = Readonly<Record<string, FieldRule>>;

export interface FieldFault {
  /** Names and places joined by dots, such as `content.0.text`. */
  field: string;
  problem: 'missing' | 'unknown' | 'type' | 'value';
  /** The end of a sentence that begins with the field. */
  message: string;
}

/** Everything that is wrong with a body, in the order of its members, then what is missing. */
export function checkFields(body: JsonObject, rules: FieldRules, path = ''): FieldFault[] {
  const faults: FieldFault[] = [];
  for (const [name, value] of Object.entries(body)) {
    const field = path + name;
    if (!Object.hasOwn(rules, name)) faults.push({ field, problem: 'unknown', message: 'is not a field' });
    else faults.push(...checkValue(value, rules[name], field));
  }
  for (const [name, { required }] of Object.entries(rules)) {
    if (required && !Object.hasOwn(body, name)) {
      faults.push({ field: path + name, problem: 'missing', message: 'is missing' });
    }
  }
  return faults;
}

/** The same without members that are null, for services that treat null as left out. */
export function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}

function checkValue(value: Json, rule: FieldRule, field: string): FieldFault[] {
  if (!isOfType(value, rule.type))
    return [{ field, problem: 'type', message: `is not of type ${rule.type}` }];
  const message = judge(value, rule) ?? rule.check?.(value);
  if (message !== undefined) return [{ field, problem: 'value', message }];
  if (Array.isArray(value) && rule.items) {
    const { items } = rule;
    return value.flatMap((item, index) => checkValue(item, items, `${field}.${index}`));
  }
  return isObject(value) && rule.fields ? checkFields(value, rule.fields, `${field}.`) : [];
}

function isOfType(value: Json, type: FieldRule['type']): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'any') return true;
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function judge(value: Json, rule: FieldRule): string | undefined {
  if (rule.values && !rule.values.includes(value as string)) return `is not one of ${rule.values.join(', ')}`;
  if (typeof value === 'number') return judgeRange(value, rule.min, rule.max, '');
  if (typeof value === 'string')
    return judgeRange([...value].length, rule.lengthMin, rule.lengthMax, ' characters');
  return Array.isArray(value)
    ? judgeRange(value.length, rule.lengthMin, rule.lengthMax, ' items')
    : undefined;
}

function judgeRange(
  size: number,
  min = Number.NEGATIVE_INFINITY,
  max = Number.POSITIVE_INFINITY,
  unit: string,
): string | undefined {
  if (size < min) return `is below ${min}${unit}`;
  return size > max ? `is above ${max}${unit}` : undefined;
}
