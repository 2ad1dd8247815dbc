// The body of a create as kie.ai spells it, written as a create of Reelay: its names of models, its fields for pictures, and
// its numbers as texts.
import type { Catalog } from '../../catalog/catalog.ts';
import type { CreateForm, SentCreate } from '../../catalog/check.ts';
import type { Model } from '../../catalog/models.ts';
import { isObject, type Json, type JsonObject, withoutNulls } from '../../lib/json.ts';
import { createForm } from '../create-body.ts';
import { chooseTwin, renameFields, TWINS } from './twins.ts';

export const kieForm: CreateForm = createForm({
  modelList: 'docs/models.md',
  templateList: (catalogue) => `the ${catalogue} templates in docs/api.md`,
});

/** Where kie.ai has pictures: those of a list, then a first and a last one. */
const PICTURE_LISTS = ['image_urls', 'input_urls', 'image_input', 'reference_image_urls'];
const PICTURES = ['image_url', 'first_frame_url', 'last_frame_url', 'end_image_url', 'tail_image_url'];

/** A body as Reelay reads it. */
export interface ReadBody {
  value: Json;
  /** What the task keeps as sent, where a name of kie.ai stood for another one. */
  sent?: SentCreate;
}

/** Reads a body; what is no object is left as it is, and refused by the check. */
export function readKieBody(catalog: Catalog, value: Json): ReadBody {
  if (!isObject(value)) return { value };
  const { callBackUrl, ...body } = withoutNulls(value);
  const envelope = callBackUrl === undefined ? body : { ...body, callback_url: callBackUrl };
  const { model: name, input } = body;
  if (typeof name !== 'string' || !isObject(input)) return { value: envelope };
  const twin = Object.hasOwn(TWINS, name) ? TWINS[name] : undefined;
  const renamed = twin ? renameFields(twin, input) : input;
  const hasPicture = [...PICTURE_LISTS, ...PICTURES].some((field) => isFilled(renamed[field]));
  const model = twin ? chooseTwin(twin, renamed, hasPicture) : name;
  const spelled = spell(renamed, findModel(catalog, model, hasPicture));
  const read = { ...envelope, model, input: spelled };
  return twin ? { value: read, sent: { model: name, input } } : { value: read };
}

function isFilled(given: Json | undefined): boolean {
  return Array.isArray(given) ? given.length > 0 : typeof given === 'string' && given !== '';
}

/** The model of a name; of several that share it, the one that takes pictures or the one that takes none. */
function findModel(catalog: Catalog, name: string, hasPicture: boolean): Model | undefined {
  const names = catalog.modelsNamed(name);
  const sharers = catalog.models.filter(({ model }) => names.includes(model));
  const takesPictures = ({ input_schema: { properties } }: Model) => properties.img_urls !== undefined;
  return sharers.find((model) => takesPictures(model) === hasPicture) ?? sharers.at(0);
}

function spell(input: JsonObject, model: Model | undefined): JsonObject {
  const properties: JsonObject = model?.input_schema.properties ?? {};
  const spelled: JsonObject = {};
  const pictures: Json[] = [];
  const takesPictures = properties.img_urls !== undefined && input.img_urls === undefined;
  const isPicture = (field: string) => takesPictures && properties[field] === undefined;
  for (const [field, given] of Object.entries(input)) {
    if (isPicture(field) && PICTURE_LISTS.includes(field) && Array.isArray(given)) pictures.push(...given);
    else if (!(isPicture(field) && PICTURES.includes(field)))
      spelled[field] = toNumber(properties[field], given);
  }
  // In the order of the list above, whatever the order in which they were sent.
  if (takesPictures)
    pictures.push(...PICTURES.flatMap((field) => (isPicture(field) ? (input[field] ?? []) : [])));
  return pictures.length > 0 ? { ...spelled, img_urls: pictures } : spelled;
}

function toNumber(property: Json | undefined, given: Json): Json {
  const isNumber = isObject(property) && (property.type === 'integer' || property.type === 'number');
  return isNumber && typeof given === 'string' && /^-?\d{1,10}$/.test(given) ? Number(given) : given;
}
