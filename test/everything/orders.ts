// What is ordered: one task of every offer in the catalogue whose provider is emulated, each with the
// smallest input that its model takes.
import { readFileSync } from 'node:fs';
import { CATALOGUE_FILE } from '../../emulators/bytedance-effects/templates.ts';
import { type Model, readShippedModels } from '../../server/src/catalog/models.ts';
import { isObject, type JsonObject } from '../../server/src/lib/json.ts';
import { smallestInput } from '../../server/src/providers/conformance-samples.ts';

/** One task to make, and the provider that must make it. */
export interface Order {
  model: string;
  provider: string;
  input: JsonObject;
}

/**
 * Adapters that fetch pictures themselves and send their bytes. All others pass the address to their
 * provider.
 */
const READS_PICTURES: ReadonlySet<string> = new Set([
  'comfyui',
  'google-veo',
  'openai-images',
  'openai-videos',
]);
const SAMPLE_ADDRESS = /https:\/\/pictures\.example\/\d+\.png/g;

interface TemplateItem {
  TemplateId: string;
  InputNum: number;
  ConsumeItems: { Resolution: string }[];
}

/** The first template of the emulated effects, as a client orders it. */
function firstEffect(): JsonObject {
  const [item] = JSON.parse(readFileSync(CATALOGUE_FILE, 'utf8')) as TemplateItem[];
  return {
    template_id: item.TemplateId,
    resolution: item.ConsumeItems[0].Resolution,
    img_urls: Array.from({ length: item.InputNum }, (_, at) => `https://pictures.example/${at}.png`),
  };
}

/** What a schema cannot say: the names of templates that the emulators have. */
const INPUTS: Record<string, () => JsonObject> = {
  'bytedance/template': firstEffect,
  'vidu/template': () => ({ template: 'hugging', images: ['https://pictures.example/0.png'] }),
};

/**
 * The smallest input, with what the schema requires if its condition is not met; no small input meets one.
 */
function leastInput(model: Model): JsonObject {
  const { required, else: otherwise } = model.input_schema;
  const more = isObject(otherwise) && Array.isArray(otherwise.required) ? otherwise.required.map(String) : [];
  return smallestInput({
    ...model,
    input_schema: { ...model.input_schema, required: [...required, ...more] },
  });
}

/** Further offers of a model are reached through an operator's model that has only that offer. */
function splitOffers(model: Model): Model[] {
  return model.offers.map((offer, at) =>
    at === 0
      ? model
      : { ...model, model: `everything/${offer.provider}-${model.model.split('/')[1]}`, offers: [offer] },
  );
}

const MODELS = readShippedModels().flatMap(splitOffers);

/** The models that an operator's file must add, for `REELAY_MODELS`. */
export function furtherModels(): Model[] {
  return MODELS.filter(({ model }) => model.startsWith('everything/'));
}

/** @param picture an upload that the server can read. */
export function listOrders(emulated: ReadonlySet<string>, picture: string): Order[] {
  return MODELS.filter(({ offers }) => emulated.has(offers[0].provider)).map((model) => {
    const [{ provider }] = model.offers;
    const input = INPUTS[model.model]?.() ?? leastInput(model);
    const text = JSON.stringify(input);
    const own = READS_PICTURES.has(provider) ? text.replaceAll(SAMPLE_ADDRESS, picture) : text;
    return { model: model.model, provider, input: JSON.parse(own) as JsonObject };
  });
}
