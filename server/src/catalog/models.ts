// The models that clients can name, as data: the files of models/ hold what each takes, what it costs and who can make
// it. A new model of a known provider is one entry there, or in an operator's own file, and no code.
import { readdirSync, readFileSync } from 'node:fs';
import { isObject, type Json, type JsonObject, parseOwnJson } from '../lib/json.ts';
import type { FieldWords } from './field-words.ts';
import type { ChargeRule, PriceRule } from './prices.ts';

/** A model at a provider. */
export interface Offer {
  provider: string;
  /** Names of the accounts there that can make it; without them, all can. */
  accounts?: string[];
  /** Lower ones are tried first; those of the same order share the tasks by weight. Default: the place in the list. */
  order?: number;
  /** Default 1. */
  weight?: number;
  /** What the provider has to know of the model: its id there, its endpoint. */
  params?: JsonObject;
  /** How what was used becomes the charge; without it, the whole hold is charged. Never more than the hold. */
  charge?: ChargeRule;
  /** What the operator pays, from a page and a day: money of the provider in US dollars, by the unit that it reports. */
  cost?: { unit: string; usd: number; source: string; date: string };
  /** How long it takes as a rule, from start to end; the first looks are spaced by it. Default 60. */
  usual_seconds?: number;
}

/** An offer with its name among those of its model. */
export interface NamedOffer {
  id: string;
  offer: Offer;
}

/** Names the offers of a model: by provider, and with a number where a provider has several. */
export function nameOffers(offers: readonly Offer[]): NamedOffer[] {
  const counts = new Map<string, number>();
  return offers.map((offer) => {
    const count = (counts.get(offer.provider) ?? 0) + 1;
    counts.set(offer.provider, count);
    return { id: count === 1 ? offer.provider : `${offer.provider}-${count}`, offer };
  });
}

/**
 * Another name of a model, such as the one that the original's clients send. A task that is created under it is a task of
 * the model, at the price of the model.
 */
export interface Alias {
  name: string;
  /** Where several models share the name: a field that an input must have, or must not have, for this one to be meant. */
  with?: string;
  without?: string;
  /** Fields that only this name has: each says a field of the model, by words of its own. */
  fields?: { [name: string]: { field: string; values: { [word: string]: Json } } };
  /** What an input under this name leaves out, where that is another value than the default of the model. */
  defaults?: JsonObject;
  /** Values by fields that are taken under this name and ask for nothing. */
  ignores?: { [field: string]: Json[] };
}

/** Public facts of a model, as the Models endpoints show them, and what we need to run it. */
export interface Model {
  model: string;
  aliases?: Alias[];
  /** What people call it, such as `Seedance 1.0 Pro`; models of several kinds share one. */
  title: string;
  /** Words for its fields where those of field-words.json do not fit, or say nothing. */
  words?: { [field: string]: FieldWords };
  model_type: 'video' | 'tools' | 'image' | 'audio';
  modality: 'video' | 'image' | 'audio';
  operations: string[];
  quality_tier: string;
  speed_tier: string;
  supports_reference: boolean;
  supports_native_audio: boolean;
  family: string;
  description: string;
  /** JSON Schema of `input`; unknown names are found by us, so it does not forbid them. */
  input_schema: InputSchema;
  /** Fields in seconds, each with the list whose items' `duration` it is the sum of, where an input has that list. */
  adds_up?: { [field: string]: string };
  price: PriceRule;
  /** Minutes from create to `expired`. Default: the setting of the server. */
  deadline_minutes?: number;
  /** Providers that can serve live keys. */
  offers: Offer[];
}

export interface InputSchema extends JsonObject {
  type: 'object';
  properties: { [name: string]: JsonObject };
  required: string[];
}

const MODELS_FOLDER = new URL('./models/', import.meta.url);

/** Reads the shipped models, the files in the order of their names. @throws when a data file is broken, which a test would have shown. */
export function readShippedModels(): Model[] {
  const files = readdirSync(MODELS_FOLDER).filter((name) => name.endsWith('.json'));
  return files.sort().flatMap((name) => {
    const text = readFileSync(new URL(name, MODELS_FOLDER), 'utf8');
    return parseOwnJson<{ models: Model[] }>(text).models;
  });
}

/** The vendor in the name of a model; its family, where a name has none, such as `qwen-image`. */
export function vendorOf({ model, family }: Pick<Model, 'model' | 'family'>): string {
  return model.includes('/') ? model.slice(0, model.indexOf('/')) : family;
}

/** Names of the inputs that hold addresses, one or a list of them. */
export function addressFieldsOf({ properties }: InputSchema): string[] {
  const isAddress = (property: Json | undefined) => isObject(property) && property.format === 'http-url';
  return Object.keys(properties).filter(
    (name) => isAddress(properties[name]) || isAddress(properties[name].items),
  );
}
