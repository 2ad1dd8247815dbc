// The models that an operator adds in a file of their own, in the form of the shipped ones, checked as a whole at start.
import { readFileSync } from 'node:fs';
import { OperatorError } from '../errors.ts';
import { isObject, type Json, type JsonObject, parseClientJson } from '../lib/json.ts';
import { findLines } from '../lib/json-lines.ts';
import type { Provider } from '../providers/contract.ts';
import { CATALOGUE_NAMES, CATALOGUES, catalogueOf } from './catalogues.ts';
import { findModelFaults } from './model-schema.ts';
import { type Alias, type Model, type Offer, readShippedModels } from './models.ts';
import { compileInputCheck } from './validate.ts';

const TEXTS = ['family', 'description'] as const;

/** A fault of a file of models: where it is, and what it is. */
export interface ModelFileFault {
  line: number;
  model: string;
  fault: string;
}

/** What a file of models comes to. */
export interface CheckedModelFile {
  models: Model[];
  faults: ModelFileFault[];
}

/**
 * Reads the file of REELAY_MODELS: `{ "models": [...] }`.
 * @throws OperatorError that names every fault with its model.
 */
export function readOperatorModels(file: string, providers: ReadonlyMap<string, Provider>): Model[] {
  const { models, faults } = checkModelFile(file, providers, takenNames());
  if (faults.length === 0) return models;
  const sentences = faults.slice(0, FAULTS_SHOWN_MAX).map(({ model, fault }) => `${model}: ${fault}`);
  throw new OperatorError(`${file}: ${sentences.join('; ')}`);
}

const FAULTS_SHOWN_MAX = 20;

/** The names that the shipped models have, aliases too. */
export function takenNames(): Set<string> {
  return new Set(
    readShippedModels().flatMap(({ model, aliases = [] }) => [model, ...aliases.map(({ name }) => name)]),
  );
}

/**
 * Checks a file of models: form, schema, price, names and what its offers and templates name.
 * @param taken names that others have; those of this file are added, so that several files are checked together.
 * @throws OperatorError for a file that cannot be read, or that holds something else.
 */
export function checkModelFile(
  file: string,
  providers: ReadonlyMap<string, Provider>,
  taken: Set<string>,
): CheckedModelFile {
  const { text, body } = readFile(file);
  const models = isObject(body) && Array.isArray(body.models) ? body.models : undefined;
  if (!models) throw new OperatorError(`${file} must hold {"models": [...]}`);
  const lineOf = findLines(text);
  const own = new Map<string, Alias[]>();
  const faults = models.flatMap((model, at) => {
    const name = isObject(model) && typeof model.model === 'string' ? model.model : `model ${at + 1}`;
    const found = faultsOfModel(model, providers);
    if (found.length === 0) found.push(...faultsOfAliases(model as unknown as Model, { taken, own }));
    if (taken.has(name)) found.push('its name is taken; choose another');
    taken.add(name);
    for (const alias of own.keys()) taken.add(alias);
    return found.map((fault) => ({ line: lineOf(['models', at, ...placeOf(fault)]), model: name, fault }));
  });
  return {
    models: faults.length > 0 ? [] : models.map((model) => withDefaults(model as JsonObject)),
    faults,
  };
}

/** Where a fault says that it is: `offers[0].params: …` is in `offers`, `0`, `params`. */
function placeOf(fault: string): (string | number)[] {
  const [place = ''] = /^[\w.[\]/-]+(?=: )/.exec(fault) ?? [];
  const parts = place.split(/[.[\]/]/).filter((part) => part !== '');
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function readFile(file: string): { text: string; body: Json } {
  try {
    const text = readFileSync(file, 'utf8');
    return { text, body: parseClientJson(text) };
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
  return [
    ...faults,
    ...faultsOfTemplates(model as unknown as Model),
    ...offers.flatMap((offer, at) => faultsOfOffer(offer, `offers[${at}]`, providers)),
  ];
}

/** A model names templates by the field of a catalogue, and one that is priced by them names one. */
function faultsOfTemplates({ model, price, input_schema: { properties } }: Model): string[] {
  const faults: string[] = [];
  const named = (['template_id', 'template'] as const).filter((field) => Object.hasOwn(properties, field));
  if (price.kind === 'template' && named.length === 0)
    faults.push('price.kind: template needs a "template_id" in input_schema, by which an input names one');
  if (named.includes('template') && catalogueOf(model, 'template') === undefined) {
    const vendors = CATALOGUE_NAMES.filter((name) => CATALOGUES[name].inputField === 'template');
    faults.push(
      `input_schema.properties.template: names templates of ${vendors.join(', ')} only; use "template_id", which ` +
        'names those of the list bytedance-templates',
    );
  }
  return faults;
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
