// The models that clients can name, as data: models.json holds what each takes, what it costs and who can make it.
// A new model of a known provider is one entry there and no code.
import { readFileSync } from 'node:fs';
import { type JsonObject, parseOwnJson } from '../lib/json.ts';
import type { PriceRule } from './prices.ts';

/** Public facts of a model, as the Models endpoints show them, and what we need to run it. */
export interface Model {
  model: string;
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
  price: PriceRule;
  /** Providers that can serve live keys, first choice first. */
  offers: { provider: string }[];
}

export interface InputSchema extends JsonObject {
  type: 'object';
  properties: { [name: string]: JsonObject };
  required: string[];
}

/** Reads the shipped models. @throws when the data file is broken, which a test would have shown. */
export function readShippedModels(): Model[] {
  const text = readFileSync(new URL('./models.json', import.meta.url), 'utf8');
  return parseOwnJson<{ models: Model[] }>(text).models;
}

/** One item of the Models endpoint. */
export function describeModel(model: Model): JsonObject {
  return {
    model: model.model,
    model_type: model.model_type,
    modality: model.modality,
    operations: model.operations,
    quality_tier: model.quality_tier,
    speed_tier: model.speed_tier,
    input_fields: Object.keys(model.input_schema.properties),
    required_input_fields: model.input_schema.required,
    supports_reference: model.supports_reference,
    supports_native_audio: model.supports_native_audio,
    family: model.family,
    description: model.description,
  };
}
