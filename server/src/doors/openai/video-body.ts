// The body of a create as OpenAI spells it, as JSON or as a form, written as a create of Reelay. Nothing is moved silently to
// what a model has: a length or a size that it lacks is refused with those that it takes.
import type { Catalog } from '../../catalog/catalog.ts';
import type { Model } from '../../catalog/models.ts';
import { AppError, refuseFaults } from '../../errors.ts';
import type { ClientBody, FormFile } from '../../http/body.ts';
import { isObject, type Json, type JsonObject, withoutNulls } from '../../lib/json.ts';
import { type Picture, readPicture } from './picture.ts';
import { sizesOf } from './sizes.ts';

/** A create of Reelay, and the picture that is to become its first address. */
export interface ReadCreate {
  value: JsonObject;
  picture: Picture | undefined;
  /** The fields of the chosen model. */
  properties: JsonObject;
}

/** Names that this door has a meaning for; every other one is a field of the model. */
const OWN = new Set([
  'model',
  'prompt',
  'seconds',
  'size',
  'input_reference',
  'characters',
  'callback_url',
  'max_credits',
  'metadata',
]);

/** @throws AppError `validation_failed`, `model_not_found`. */
export function readVideoBody(catalog: Catalog, { value, files }: ClientBody): ReadCreate {
  if (!isObject(value)) throw refuseFaults(['body: must be a JSON object']);
  const body = withoutNulls(value);
  const isForm = files !== undefined;
  const reference = files?.get('input_reference') ?? body.input_reference;
  const { name, properties } = chooseModel(catalog, body.model, {
    modality: 'video',
    hasPicture: reference !== undefined,
  });
  const faults = findStrayFiles(files, ['input_reference']);
  const input = readFields(body, properties, { isForm, own: OWN });
  faults.push(...putSeconds(input, body.seconds, { name, properties }));
  faults.push(...putSize(input, body.size, { name, properties }, sizesOf));
  if (Array.isArray(body.characters) && body.characters.length > 0)
    faults.push('characters: are not made here, and no model takes them');
  const picture = reference === undefined ? undefined : readPicture(reference);
  if (picture !== undefined && 'fault' in picture) faults.push(`input_reference: ${picture.fault}`);
  if (faults.length > 0) throw refuseFaults(faults);
  const create: JsonObject = { model: name, input, ...extrasOf(body, isForm) };
  return { value: create, properties, picture: picture && 'fault' in picture ? undefined : picture };
}

/** The fields of the model. @param own names that this door has a meaning for */
export function readFields(
  body: JsonObject,
  properties: JsonObject,
  { isForm, own: taken }: { isForm: boolean; own: ReadonlySet<string> },
): JsonObject {
  const own = Object.entries(body).filter(([field]) => field === 'prompt' || !taken.has(field));
  return Object.fromEntries(
    own.map(([field, given]) => [field, isForm ? readText(properties[field], given) : given]),
  );
}

/** What Reelay takes beside an input, under its own names. */
export function extrasOf(body: JsonObject, isForm: boolean): JsonObject {
  const { callback_url, max_credits, metadata } = body;
  const limit = isForm && typeof max_credits === 'string' ? toNumber(max_credits) : max_credits;
  const extras = { callback_url, max_credits: limit, metadata };
  return Object.fromEntries(Object.entries(extras).filter(([, given]) => given !== undefined)) as JsonObject;
}

/** Faults for files in fields that take none. */
export function findStrayFiles(
  files: ReadonlyMap<string, FormFile> | undefined,
  taken: readonly string[],
): string[] {
  const stray = [...(files?.keys() ?? [])].filter((field) => !taken.includes(field));
  return stray.map((field) => `${field}: takes no file`);
}

interface Wanted {
  modality: Model['modality'];
  hasPicture: boolean;
}

/** A name of a model, with the fields of the model that it means. */
export interface Chosen {
  name: string;
  properties: JsonObject;
}

/** @throws AppError `validation_failed`, `model_not_found`. */
export function chooseModel(catalog: Catalog, given: Json | undefined, wanted: Wanted): Chosen {
  if (given === undefined) throw refuseFaults(['model: is required; GET /v1/models lists the models']);
  if (typeof given !== 'string') throw refuseFaults(['model: must be of type string']);
  const names = catalog.modelsNamed(given);
  const sharers = catalog.models.filter(({ model }) => names.includes(model));
  if (sharers.length === 0) throw noModel(catalog, given);
  const takesPicture = (model: Model) => model.input_schema.properties.img_urls !== undefined;
  const fitting = sharers.find((model) => takesPicture(model) === wanted.hasPicture) ?? sharers[0];
  if (fitting.modality !== wanted.modality)
    throw refuseFaults([`model: ${given} makes another kind of thing (${fitting.modality})`]);
  if (wanted.hasPicture && !takesPicture(fitting))
    throw refuseFaults([`input_reference: ${given} takes no picture${hintOf(catalog, fitting)}`]);
  return { name: given, properties: fitting.input_schema.properties };
}

export function noModel(catalog: Catalog, name: string): AppError {
  const near = catalog.findNear(name);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  const message = `There is no model "${name.slice(0, 100)}"; GET /v1/models lists the models${hint}`;
  return new AppError('model_not_found', { message });
}

/** The model of the same family that begins with a picture. */
function hintOf(catalog: Catalog, { model }: Model): string {
  const twin = model.replace(/-t2v$/, '-i2v');
  return twin !== model && catalog.modelsNamed(twin).length > 0 ? `; ${twin} does` : '';
}

/** @returns what is wrong. */
export function putSeconds(
  input: JsonObject,
  given: Json | undefined,
  { name, properties }: Chosen,
): string[] {
  if (given === undefined) return [];
  const seconds = typeof given === 'string' && /^\d{1,4}$/.test(given) ? Number(given) : given;
  if (typeof seconds !== 'number') return ['seconds: must be a whole number of seconds, such as "5"'];
  if (properties.duration === undefined) return [`seconds: ${name} has no choice of length`];
  input.duration = seconds;
  return [];
}

/** @param listSizes the sizes that a model of this kind has. @returns what is wrong. */
export function putSize(
  input: JsonObject,
  given: Json | undefined,
  { name, properties }: Chosen,
  listSizes: typeof sizesOf,
): string[] {
  if (given === undefined || given === 'auto') return [];
  if (typeof given !== 'string') return ['size: must be of type string'];
  const choices = listSizes(properties);
  if (choices.length === 0) return [`size: ${name} has no choice of size`];
  const chosen = choices.find(({ size }) => size === given.toLowerCase());
  if (chosen === undefined) {
    const sizes = [...new Set(choices.map(({ size }) => size))];
    return [`size: must be one of ${sizes.join(', ')} for ${name}`];
  }
  Object.assign(input, chosen.input);
  return [];
}

/** A number that a text is; any other text as it is. */
export function toNumber(text: string): Json {
  return /^-?\d{1,15}(?:\.\d{1,10})?$/.test(text) ? Number(text) : text;
}

/** A field of a form in the type that its model has for it: a form has texts alone. */
export function readText(property: Json | undefined, given: Json): Json {
  if (typeof given !== 'string' || !isObject(property)) return given;
  if (property.type === 'boolean' && /^(true|false)$/i.test(given)) return given.toLowerCase() === 'true';
  if (property.type === 'integer' || property.type === 'number') return toNumber(given);
  return given;
}
