// The schema of a model's input as a form reads it: with titles, units, an order, controls and words for the values, all
// from field-words.json and the model's own data. The schema that inputs are checked against has none of them.
import { isObject, type Json, type JsonObject } from '../lib/json.ts';
import { type FieldWords, knownWordsOf } from './field-words.ts';
import type { InputSchema, Model } from './models.ts';

const ORDER_OF_UNKNOWN = 900;

function asWords(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function wordOf(value: Json, { words, unit }: FieldWords): string {
  const own = words?.[String(value)];
  if (own !== undefined) return own;
  if (typeof value === 'number') return unit === undefined ? String(value) : `${value} ${unit}`;
  const text = String(value);
  return /^\d+k$/.test(text) ? text.toUpperCase() : asWords(text);
}

function widgetOfType({ type, items }: JsonObject): string {
  switch (type) {
    case 'boolean':
      return 'switch';
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return isObject(items) && items.format === 'http-url' ? 'pictures' : 'text';
    default:
      return 'text';
  }
}

/** A control that fits what the model takes: a choice needs an enum, and a slider two ends. */
function widgetOf(field: JsonObject, { widget }: FieldWords): string {
  if (Array.isArray(field.enum)) return widget === 'ratio' ? widget : 'choice';
  const hasEnds = field.minimum !== undefined && field.maximum !== undefined;
  if (widget === 'slider' && !hasEnds) return 'number';
  return widget === undefined || widget === 'choice' ? widgetOfType(field) : widget;
}

/** The names of a list that has so many items at most; none for a list whose items are alike. */
function slotsOf({ maxItems }: JsonObject, { slots }: FieldWords): JsonObject {
  if (slots === undefined || typeof maxItems !== 'number' || maxItems > slots.length) return {};
  return { 'x-slots': slots.slice(0, maxItems) };
}

/** What the model says of a field itself comes before the words of the table. */
function wordsOf(model: Model, name: string): FieldWords {
  return { ...knownWordsOf(name, model.operations), ...model.words?.[name] };
}

function titleOf(name: string, field: JsonObject, words: FieldWords): string {
  const slots = slotsOf(field, words)['x-slots'];
  if (Array.isArray(slots)) {
    const [first, ...others] = slots.map(String);
    return [first, ...others.map((other) => other.toLowerCase())].join(' and ');
  }
  return words.title ?? asWords(name);
}

function describeField(model: Model, name: string): JsonObject {
  const field = model.input_schema.properties[name];
  const words = wordsOf(model, name);
  return {
    title: titleOf(name, field, words),
    ...(words.description === undefined ? {} : { description: words.description }),
    ...field,
    'x-order': words.order ?? ORDER_OF_UNKNOWN,
    'x-widget': widgetOf(field, words),
    ...(words.unit === undefined ? {} : { 'x-unit': words.unit }),
    ...(Array.isArray(field.enum)
      ? {
          'x-enum-words': Object.fromEntries(
            field.enum.map((value) => [String(value), wordOf(value, words)]),
          ),
        }
      : {}),
    ...slotsOf(field, words),
    ...(model.adds_up?.[name] === undefined ? {} : { 'x-sum-of': model.adds_up[name] }),
  };
}

/** The schema of a model's input with the words of its fields, which stand in the order in which a form shows them. */
export function describeInput(model: Model): InputSchema {
  const { properties, ...rest } = model.input_schema;
  const fields = Object.keys(properties).map((name) => [name, describeField(model, name)] as const);
  fields.sort(([, one], [, other]) => Number(one['x-order']) - Number(other['x-order']));
  return { ...rest, properties: Object.fromEntries(fields) } as InputSchema;
}

/**
 * Fields that an example names beside the required ones: those that decide the picture and the price, and pictures that
 * only a condition of the schema demands.
 */
const SHOWN_FIELDS = ['prompt', 'reference_images', 'resolution', 'duration', 'aspect_ratio'];

function exampleValue(field: JsonObject, { example }: FieldWords): Json | undefined {
  if (Array.isArray(example)) return example.slice(0, Math.max(1, Number(field.minItems ?? 1)));
  if (Array.isArray(field.enum)) return field.default ?? field.enum[0];
  return example ?? field.default;
}

/** An input that the model takes, to begin with. Its pictures are the samples of test mode. */
export function exampleInputOf(model: Model): JsonObject {
  const { properties, required } = describeInput(model);
  const names = Object.keys(properties).filter(
    (name) => required.includes(name) || SHOWN_FIELDS.includes(name),
  );
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = exampleValue(properties[name], wordsOf(model, name));
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

const MEDIA = { pictures: 'image', clips: 'video', sounds: 'audio' } as const;

/** What a model takes beside words: kinds of files. */
export function inputMediaOf(model: Model): ('image' | 'video' | 'audio')[] {
  const widgets = Object.values(describeInput(model).properties).map((field) => field['x-widget']);
  return Object.entries(MEDIA).flatMap(([widget, medium]) => (widgets.includes(widget) ? [medium] : []));
}
