// From what a person entered to the input of a task, for any model: what the model does not take stays out of it, and
// comes back when another model takes it.
import { type Input, wordForMade } from '../../api/models.ts';
import type { InputField, ModelDetail } from '../../api/wire.ts';

/** What was entered, by the names of fields; defaults are not in it. */
export type Values = Input;

export type Fields = readonly (readonly [name: string, field: InputField])[];

/** Fields that a request names even with their defaults: they decide the picture and the price. */
const SHAPING = ['resolution', 'duration', 'aspect_ratio'];

export function fieldsOf({ input_schema: { properties } }: ModelDetail): Fields {
  return Object.entries(properties);
}

function fitNumber({ minimum, maximum }: InputField, value: number): number {
  return Math.min(maximum ?? value, Math.max(minimum ?? value, value));
}

/** What a field can take of a value; undefined for nothing, which is the default. */
export function fit(field: InputField, value: unknown): unknown {
  if (value === undefined || value === null || value === '') return undefined;
  if (field.enum) return field.enum.includes(value) ? value : undefined;
  if (typeof value === 'number') return fitNumber(field, value);
  if (Array.isArray(value)) {
    const items = value.slice(0, field.maxItems);
    return items.length > 0 ? items : undefined;
  }
  return value;
}

/** What a control shows. */
export function shownValue(field: InputField, value: unknown): unknown {
  return fit(field, value) ?? field.default;
}

/** Whether a list that was entered says already what the field would. */
export function isSummed({ 'x-sum-of': list }: InputField, values: Values): boolean {
  return list !== undefined && values[list] !== undefined;
}

/** The input as it is sent. */
export function payloadOf(model: ModelDetail, values: Values): Input {
  const { required } = model.input_schema;
  const entries = fieldsOf(model).flatMap(([name, field]) => {
    if (isSummed(field, values)) return [];
    const value = shownValue(field, values[name]);
    const isNamed = required.includes(name) || SHAPING.includes(name) || value !== field.default;
    return value === undefined || !isNamed ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/**
 * The input with which a price can be asked for before everything is entered: what is missing is taken from the model's
 * example, since words and pictures change no price.
 */
export function pricedInput(model: ModelDetail, payload: Input): Input {
  const fields = fieldsOf(model);
  const hasShots = fields.some(
    ([name, { 'x-widget': widget }]) => widget === 'shots' && payload[name] !== undefined,
  );
  const missing = Object.entries(model.example.input).filter(([name]) => {
    const field = model.input_schema.properties[name];
    return !(hasShots && name === 'prompt') && !(field && isSummed(field, payload));
  });
  return { ...Object.fromEntries(missing), ...payload };
}

function sentenceForMissing({ 'x-widget': widget, title }: InputField, model: ModelDetail): string {
  switch (widget) {
    case 'prompt':
      return model.modality === 'audio'
        ? 'Say what is to be heard'
        : `Say what the ${wordForMade(model)} shows`;
    case 'pictures':
    case 'clips':
    case 'sounds':
      return `Add: ${title.toLowerCase()}`;
    case 'template':
      return 'Choose a template';
    default:
      return 'Is needed';
  }
}

/** A sentence for each field that is needed and empty. */
export function findMissing(model: ModelDetail, payload: Input): Record<string, string> {
  const { required, properties } = model.input_schema;
  const missing = required.filter((name) => payload[name] === undefined && properties[name] !== undefined);
  return Object.fromEntries(missing.map((name) => [name, sentenceForMissing(properties[name], model)]));
}

const OF_FIELD = /^input\.([A-Za-z0-9_]+)[^:]*: (.+)$/s;

/** The sentences of a refusal by field; those about no field are the rest. */
export function sortFaults(faults: readonly string[]): { byField: Record<string, string>; rest: string[] } {
  const byField: Record<string, string> = {};
  const rest: string[] = [];
  for (const fault of faults) {
    const [, name, words] = OF_FIELD.exec(fault) ?? [];
    if (name === undefined) rest.push(fault);
    else byField[name] = capitalize(words);
  }
  return { byField, rest };
}

function capitalize(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
