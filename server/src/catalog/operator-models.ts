// The models that an operator adds in a file of his own, in the form of the shipped ones, checked as a whole at start.
import { readFileSync } from 'node:fs';
import { OperatorError } from '../errors.ts';
import { isObject, type Json, type JsonObject, parseClientJson } from '../lib/json.ts';
import type { Provider } from '../providers/contract.ts';
import { type Model, readShippedModels } from './models.ts';
import { compileInputCheck } from './validate.ts';

const NAME = /^[a-z0-9-]+\/[a-z0-9-]+$/;
const PRICE_KINDS = new Set(['flat', 'per_second', 'template']);
const TEXTS = ['family', 'description'] as const;

/**
 * Reads the file of REELAY_MODELS: `{ "models": [...] }`.
 * @throws OperatorError that names every fault with its model.
 */
export function readOperatorModels(file: string, providers: ReadonlyMap<string, Provider>): Model[] {
  const body = readFile(file);
  const models = isObject(body) && Array.isArray(body.models) ? body.models : undefined;
  if (!models) throw new OperatorError(`${file} must hold {"models": [...]}`);
  const shipped = new Set(readShippedModels().map(({ model }) => model));
  const names: Json[] = [];
  const faults = models.flatMap((model, at) => {
    const name = isObject(model) && typeof model.model === 'string' ? model.model : `model ${at + 1}`;
    const found = isObject(model)
      ? [...faultsOfModel(model), ...faultsOfOffers(model, providers)]
      : ['is no object'];
    if (shipped.has(name) || names.includes(name)) found.push('its name is taken');
    names.push(name);
    return found.map((fault) => `${name}: ${fault}`);
  });
  if (faults.length > 0) throw new OperatorError(`${file}: ${faults.slice(0, 20).join('; ')}`);
  return models.map((model) => withDefaults(model as JsonObject));
}

function readFile(file: string): Json {
  try {
    return parseClientJson(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new OperatorError(`REELAY_MODELS: ${file} cannot be read: ${(error as Error).message}`, error);
  }
}

function faultsOfModel(model: JsonObject): string[] {
  const faults: string[] = [];
  if (typeof model.model !== 'string' || !NAME.test(model.model)) {
    faults.push('model must be a name such as vendor/model-t2v, in lower case');
  }
  if (
    !isObject(model.price) ||
    !PRICE_KINDS.has(String(model.price.kind)) ||
    typeof model.price.version !== 'string'
  ) {
    faults.push(`price must have a version, and a kind of ${[...PRICE_KINDS].join(', ')}`);
  }
  if (!Array.isArray(model.operations) || model.operations.length === 0) {
    faults.push('operations must list at least one, such as text-to-video');
  }
  const schema = model.input_schema;
  if (!isObject(schema) || !isObject(schema.properties) || !Array.isArray(schema.required)) {
    return [...faults, 'input_schema must be a JSON Schema with properties and required'];
  }
  try {
    compileInputCheck(model as unknown as Model);
  } catch (error) {
    faults.push(`input_schema: ${(error as Error).message}`);
  }
  return faults;
}

function faultsOfOffers({ offers }: JsonObject, providers: ReadonlyMap<string, Provider>): string[] {
  if (!Array.isArray(offers)) return ['offers must be a list'];
  return offers.flatMap((offer, at) => {
    const place = `offers[${at}]`;
    if (!isObject(offer)) return [`${place}: is no object`];
    const provider = providers.get(String(offer.provider));
    if (!provider) return [`${place}: provider must be one of ${[...providers.keys()].join(', ')}`];
    const params = isObject(offer.params) ? offer.params : {};
    return provider.checkParams(params).map((fault) => `${place}: ${fault}`);
  });
}

/** What only describes a model may be left out. */
function withDefaults(model: JsonObject): Model {
  const name = String(model.model);
  const described: JsonObject = {
    model_type: 'video',
    modality: 'video',
    quality_tier: 'standard',
    speed_tier: 'balanced',
    supports_reference: false,
    supports_native_audio: false,
    ...Object.fromEntries(TEXTS.map((text) => [text, name])),
    ...model,
  };
  return described as unknown as Model;
}
