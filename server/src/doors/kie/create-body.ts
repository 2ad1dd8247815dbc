// The body of a create as kie.ai spells it, written as a create of Reelay: its names of models, its fields for pictures, and
// its numbers as texts.
import type { Catalog } from '../../catalog/catalog.ts';
import type { CreateForm } from '../../catalog/check.ts';
import type { Model } from '../../catalog/models.ts';
import { isObject, type Json, type JsonObject, withoutNulls } from '../../lib/json.ts';
import { createForm } from '../create-body.ts';

export const kieForm: CreateForm = createForm({
  modelList: 'docs/models.md',
  templateList: (catalogue) => `the ${catalogue} templates in docs/api.md`,
});

/**
 * Models of kie.ai by its names, as docs.kie.ai has them (market pages, August 2026, the first also in alfman99/kie-ai-mcp);
 * the rest of the catalogue is known by its own names.
 */
const TWINS: Record<string, string> = {
  'bytedance/v1-pro-text-to-video': 'bytedance/seedance1-0-pro-t2v',
  'bytedance/v1-pro-image-to-video': 'bytedance/seedance1-0-pro-i2v',
  'bytedance/v1-pro-fast-image-to-video': 'bytedance/seedance1-0-pro-fast-i2v',
  'bytedance/v1-lite-text-to-video': 'bytedance/seedance1-0-lite-t2v',
  'bytedance/v1-lite-image-to-video': 'bytedance/seedance1-0-lite-i2v',
};

/** Where kie.ai has pictures: those of a list, then a first and a last one. */
const PICTURE_LISTS = ['image_urls', 'input_urls', 'image_input', 'reference_image_urls'];
const PICTURES = ['image_url', 'first_frame_url', 'last_frame_url', 'end_image_url'];

/** Gives the body as Reelay reads it; what is no object is left as it is, and refused by the check. */
export function readKieBody(catalog: Catalog, value: Json): Json {
  if (!isObject(value)) return value;
  const { callBackUrl, ...body } = withoutNulls(value);
  const name = typeof body.model === 'string' ? (TWINS[body.model] ?? body.model) : body.model;
  const model = typeof name === 'string' ? findModel(catalog, name) : undefined;
  return {
    ...body,
    ...(name === undefined ? {} : { model: name }),
    ...(isObject(body.input) ? { input: spell(body.input, model) } : {}),
    ...(callBackUrl === undefined ? {} : { callback_url: callBackUrl }),
  };
}

function findModel(catalog: Catalog, name: string): Model | undefined {
  const [first] = catalog.modelsNamed(name);
  return catalog.models.find(({ model }) => model === first);
}

function spell(input: JsonObject, model: Model | undefined): JsonObject {
  const properties: JsonObject = model?.input_schema.properties ?? {};
  const spelled: JsonObject = {};
  const pictures: Json[] = [];
  const takesPictures = properties.img_urls !== undefined && input.img_urls === undefined;
  for (const [field, given] of Object.entries(input)) {
    if (takesPictures && PICTURE_LISTS.includes(field) && Array.isArray(given)) pictures.push(...given);
    else if (!(takesPictures && PICTURES.includes(field)))
      spelled[field] = toNumber(properties[field], given);
  }
  // In the order of the list above, whatever the order in which they were sent.
  if (takesPictures) pictures.push(...PICTURES.flatMap((field) => input[field] ?? []));
  return pictures.length > 0 ? { ...spelled, img_urls: pictures } : spelled;
}

function toNumber(property: Json | undefined, given: Json): Json {
  const isNumber = isObject(property) && (property.type === 'integer' || property.type === 'number');
  return isNumber && typeof given === 'string' && /^-?\d{1,10}$/.test(given) ? Number(given) : given;
}
