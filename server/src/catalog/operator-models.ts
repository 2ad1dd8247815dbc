// The models that an operator adds in a file of their own, in the form of the shipped ones, checked as a whole at start.
import { readFileSync } from 'node:fs';
import { OperatorError } from '../errors.ts';
import { isObject, type Json, type JsonObject, parseClientJson } from '../lib/json.ts';
import type { Provider } from '../providers/contract.ts';
import { findModelFaults } from './model-schema.ts';
import { type Alias, type Model, type Offer, readShippedModels } from './models.ts';
import { compileInputCheck } from './validate.ts';

const TEXTS = ['family', 'description'] as const;

/**
 * Reads the file of REELAY_MODELS: `{ "models": [...] }`.
 * @throws OperatorError that names every fault with its model.
 */
export function readOperatorModels(file: string, providers: ReadonlyMap<string, Provider>): Model[] {
  const body = readFile(file);
  const models = isObject(body) && Array.isArray(body.models) ? body.models : undefined;
  if (!models) throw new OperatorError(`${file} must hold {"models": [...]}`);
  const shipped = readShippedModels();
  const taken = new Set(
    shipped.flatMap(({ model, aliases = [] }) => [model, ...aliases.map(({ name }) => name)]),
  );
  const own = new Map<string, Alias[]>();
  const faults = models.flatMap((model, at) => {
    const name = isObject(model) && typeof model.model === 'string' ? model.model : `model ${at + 1}`;
    const found = faultsOfModel(model, providers);
    if (found.length === 0) found.push(...faultsOfAliases(model as unknown as Model, { taken, own }));
    if (taken.has(name)) found.push('its name is taken');
    taken.add(name);
    for (const alias of own.keys()) taken.add(alias);
    return found.map((fault) => `${name}: ${fault}`);
  });
  if (faults.length > 0) throw new OperatorError(`${file}: ${faults.slice(0, 20).join('; ')}`);
  return models.map((model) => withDefaults(model as JsonObject));
}

function readFile(file: string): Json {
  try {
    return parseClientJson(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new OperatorError(`REELAY_MODELS: ${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function faultsOfModel(model: Json, providers: ReadonlyMap<string, Provider>): string[] {
  const faults = findModelFaults(model);
  if (faults.length > 0) return faults;
  const { offers } = model as unknown as Model;
  try {
    compileInputCheck(model as unknown as Model);
  } catch (error) {
    faults.push(`input_schema: ${(error as Error).message}`);
  }
  return [...faults, ...offers.flatMap((offer, at) => faultsOfOffer(offer, `offers[${at}]`, providers))];
}

/** @param names those that are taken, and the aliases of the same file, which may share a name. */
function faultsOfAliases(
  { aliases = [], input_schema: { properties } }: Model,
  { taken, own }: { taken: ReadonlySet<string>; own: Map<string, Alias[]> },
): string[] {
  return aliases.flatMap((alias) => {
    const { name, fields = {}, defaults = {} } = alias;
    const sharers = [...(own.get(name) ?? []), alias];
    const isTaken = taken.has(name) && sharers.length === 1;
    own.set(name, sharers);
    const chooses = sharers.every((one) => one.with !== undefined || one.without !== undefined);
    const targets = [...Object.values(fields).map(({ field }) => field), ...Object.keys(defaults)];
    return [
      ...(isTaken ? [`aliases: the name ${name} is taken`] : []),
      ...(sharers.length > 1 && !chooses
        ? [`aliases: ${name} is shared, so each model of that name needs "with" or "without"`]
        : []),
      ...targets
        .filter((field) => !Object.hasOwn(properties, field))
        .map((field) => `aliases: ${name}: there is no field ${field} in input_schema`),
    ];
  });
}

function faultsOfOffer(offer: Offer, place: string, providers: ReadonlyMap<string, Provider>): string[] {
  const provider = providers.get(offer.provider);
  if (!provider) return [`${place}.provider: must be one of ${[...providers.keys()].join(', ')}`];
  return provider.checkParams(offer.params ?? {}).map((fault) => `${place}.params: ${fault}`);
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
    title: name.split('/').at(-1) ?? name,
    ...model,
  };
  return described as unknown as Model;
}
