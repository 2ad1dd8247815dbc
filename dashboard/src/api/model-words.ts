// Words for the facts of models: prices, limits of fields.

import { wordForValue } from './models.ts';
import type { InputField, ModelPrice, ModelSummary } from './wire.ts';

const NUMBER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });

/** What an amount of a price is for: "a second". */
export function unitWords(per: ModelPrice['per']): string {
  return per === 'thousand_characters' ? 'for 1,000 characters' : `a ${per}`;
}

/** A price in a few words: "from 4.86 a second". */
export function priceWords({ per, credits, by_resolution: prices }: ModelPrice): string {
  switch (per) {
    case 'task':
      return credits === 0 ? 'free' : `${NUMBER.format(credits ?? 0)} a task`;
    case 'second':
    case 'picture':
    case 'song':
    case 'thousand_characters': {
      const unit = unitWords(per);
      if (prices.length === 0) return `${NUMBER.format(credits ?? 0)} ${unit}`;
      const least = Math.min(...prices.map((price) => price.credits));
      return `${prices.length > 1 ? 'from ' : ''}${NUMBER.format(least)} ${unit}`;
    }
    case 'template':
      return 'by template';
  }
}

const MEDIA = { image: 'pictures', video: 'clips', audio: 'sounds' } as const;

/** What a model takes: "text, pictures". */
export function takesWords({ input_media: media, operations }: ModelSummary): string {
  const files = media.map((medium) => MEDIA[medium]);
  const isTemplate = operations.includes('template-to-video');
  return [isTemplate ? 'a template' : 'text', ...files].join(', ');
}

const LISTS: { [widget: string]: string | undefined } = {
  pictures: 'list of picture addresses',
  shots: 'list of prompt and duration',
};

/** Type of a field in words of JSON. */
export function typeWords({ type, enum: values, 'x-widget': widget }: InputField): string {
  if (type === 'array') return LISTS[widget] ?? 'list of addresses';
  if (type === 'integer') return 'whole number';
  if (type === 'boolean') return 'yes or no';
  return values && type === 'string' ? 'one of' : (type ?? 'text').replace('string', 'text');
}

function range(min: number | undefined, max: number | undefined, unit: string): string | undefined {
  if (min === undefined && max === undefined) return undefined;
  if (min === max) return `${NUMBER.format(min ?? 0)}${unit}`;
  if (max === undefined) return `from ${NUMBER.format(min ?? 0)}${unit}`;
  return `${NUMBER.format(min ?? 0)} to ${NUMBER.format(max)}${unit}`;
}

/** What a field allows, in words; undefined where all of its type is. */
export function limitWords(field: InputField): string | undefined {
  const unit = field['x-unit'] ? ` ${field['x-unit']}` : '';
  if (field.enum) return undefined;
  if (field.type === 'array') return range(field.minItems, field.maxItems, ' items');
  if (field.type === 'string') return range(field.minLength, field.maxLength, ' characters');
  return range(field.minimum, field.maximum, unit);
}

/** The default of a field in words; undefined where there is none. */
export function defaultWords(field: InputField): string | undefined {
  if (field.default === undefined) return undefined;
  if (typeof field.default === 'boolean') return field.default ? 'yes' : 'no';
  const unit = field['x-unit'] && !field.enum ? ` ${field['x-unit']}` : '';
  return `${wordForValue(field, field.default)}${unit}`;
}
