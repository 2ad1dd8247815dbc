// The body of an image as OpenAI spells it, as JSON or as a form, written as a create of Reelay. As with videos nothing is moved
// silently to what a model has.
import type { Catalog } from '../../catalog/catalog.ts';
import { refuseFaults } from '../../errors.ts';
import type { ClientBody, FormFile } from '../../http/body.ts';
import { isObject, type Json, type JsonObject, withoutNulls } from '../../lib/json.ts';
import type { Prepared } from './create.ts';
import { type Picture, readPicture } from './picture.ts';
import { imageSizesOf } from './sizes.ts';
import {
  type Chosen,
  chooseModel,
  extrasOf,
  findStrayFiles,
  putSize,
  readText,
  toNumber,
} from './video-body.ts';

/** How the answer gives an image. */
export type ImageFormat = 'b64_json' | 'url';

/** What this door has a meaning for; every other name is a field of the model. */
const OWN = new Set([
  'model',
  'n',
  'size',
  'image',
  'images',
  'response_format',
  'user',
  'stream',
  'partial_images',
  'mask',
  'callback_url',
  'max_credits',
  'metadata',
]);
/** Values that ask for nothing; a model without the field is asked without it. */
const USUAL: Record<string, readonly Json[]> = {
  quality: ['auto', 'standard'],
  background: ['auto'],
  moderation: ['auto'],
  output_format: ['png'],
  input_fidelity: ['low'],
  output_compression: [100, '100'],
};
/** What only some models have a choice of, and no other field would do. */
const CHOICES = ['background', 'quality', 'output_format'];

/** Whether the bytes or an address of an image are wanted. @throws AppError `validation_failed`. */
export function readImageFormat({ value }: ClientBody): ImageFormat {
  const format = isObject(value) ? (value.response_format ?? 'b64_json') : 'b64_json';
  if (format !== 'b64_json' && format !== 'url')
    throw refuseFaults(['response_format: must be one of b64_json, url']);
  return format;
}

/** @param isEdit pictures are needed. @throws AppError `validation_failed`, `model_not_found`. */
export function readImageBody(catalog: Catalog, sent: ClientBody, isEdit: boolean): Prepared {
  if (!isObject(sent.value)) throw refuseFaults(['body: must be a JSON object']);
  const body = withoutNulls(sent.value);
  const isForm = sent.files !== undefined;
  const references = isEdit ? listReferences(body, sent.files) : [];
  const chosen = chooseModel(catalog, body.model, { modality: 'image', hasPicture: isEdit });
  const faults = findStrayFiles(sent.files, isEdit ? [...(sent.files?.keys() ?? [])].filter(isImage) : []);
  faults.push(...findUnmade(body));
  if (isEdit && references.length === 0) faults.push('image: is required and must be a file');
  const input = readFields(body, chosen, { isForm, faults });
  faults.push(...putNumber(input, body.n, chosen), ...putSize(input, body.size, chosen, imageSizesOf));
  const pictures: Picture[] = [];
  for (const reference of references) {
    const picture = readPicture(reference);
    if ('fault' in picture) faults.push(`image: ${picture.fault}`);
    else pictures.push(picture);
  }
  if (faults.length > 0) throw refuseFaults(faults);
  return { value: { model: chosen.name, input, ...extrasOf(body, isForm) }, pictures };
}

function isImage(field: string): boolean {
  return /^image(\[\d+\])?$/.test(field);
}

/** Files in their order, then addresses: `image` as one or a list, and `images` as the newer JSON form has them. */
function listReferences(
  body: JsonObject,
  files: ReadonlyMap<string, FormFile> | undefined,
): (FormFile | Json)[] {
  const sent = [...(files ?? [])].filter(([field]) => isImage(field)).map(([, file]) => file);
  const named = [body.image, body.images].flatMap((given) => given ?? []);
  return [...sent, ...named];
}

function findUnmade(body: JsonObject): string[] {
  const asks = (field: string) => ![undefined, false, 'false', 0, '0'].some((none) => none === body[field]);
  const unmade = {
    stream: 'is not made here; the answer comes when the images are there',
    partial_images: 'are not made here',
    mask: 'no model here takes one; say in the prompt what to change',
    callback_url: 'is for videos; the answer to this call has the images',
  };
  return Object.entries(unmade).flatMap(([field, why]) => (asks(field) ? [`${field}: ${why}`] : []));
}

/** Whether a value asks for nothing that a model without a choice of it does not do anyway. */
function isUsual(property: Json | undefined, field: string, given: Json): boolean {
  const words = isObject(property) && Array.isArray(property.enum) ? property.enum : [];
  return (USUAL[field]?.includes(given) ?? false) && !words.includes(given);
}

function readFields(
  body: JsonObject,
  { name, properties }: Chosen,
  { isForm, faults }: { isForm: boolean; faults: string[] },
): JsonObject {
  const input: JsonObject = {};
  for (const [field, given] of Object.entries(body)) {
    const property = properties[field];
    if (OWN.has(field) || isUsual(property, field, given)) continue;
    if (property === undefined && CHOICES.includes(field))
      faults.push(`${field}: ${name} has no choice of it`);
    else input[field] = isForm ? readText(property, given) : given;
  }
  return input;
}

function putNumber(input: JsonObject, given: Json | undefined, { name, properties }: Chosen): string[] {
  const count = typeof given === 'string' ? toNumber(given) : given;
  if (count === undefined) return [];
  if (typeof count !== 'number' || !Number.isInteger(count)) return ['n: must be a whole number'];
  if (properties.num_outputs !== undefined) input.num_outputs = count;
  else if (count !== 1) return [`n: ${name} makes one image at a time`];
  return [];
}
