// What is ordered: one task of every offer in the catalogue whose provider is emulated, each with the
// smallest input that its model takes; of offers that are data of one form, one of each kind.
import { readFileSync } from 'node:fs';
import { CATALOGUE_FILE } from '../../emulators/bytedance-effects/templates.ts';
import { type Model, readShippedModels } from '../../server/src/catalog/models.ts';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { smallestInputFor } from '../../server/src/providers/conformance-samples.ts';

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
  'kling/template': () => ({ template_id: 'zoom_out', img_urls: ['https://pictures.example/0.png'] }),
  'vidu/template': () => ({ template: 'hugging', images: ['https://pictures.example/0.png'] }),
};

/** Further offers of a model are reached through an operator's model that has only that offer. */
function splitOffers(model: Model): Model[] {
  return model.offers.map((offer, at) =>
    at === 0
      ? model
      : {
          ...model,
          model: `everything/${model.model.replace('/', '-')}-${at}`,
          aliases: [],
          offers: [offer],
        },
  );
}

/** Providers at which a model is data of one form; emulators/fal/catalogue.test.ts tries each of fal's offers. */
const MAPPED: ReadonlySet<string> = new Set(['fal', 'replicate']);

/** Of the offers that differ in data alone, the first of each kind of model. */
function isFirstOfKind(): (model: Model) => boolean {
  const seen = new Set<string>();
  return ({ operations, offers: [{ provider }] }) =>
    !MAPPED.has(provider) || seen.size !== seen.add(`${provider} ${operations}`).size;
}

const MODELS = readShippedModels().flatMap(splitOffers).filter(isFirstOfKind());

/** The models that an operator's file must add, for `REELAY_MODELS`. */
export function furtherModels(): Model[] {
  return MODELS.filter(({ model }) => model.startsWith('everything/'));
}

/** @param picture an upload that the server can read. */
export function listOrders(emulated: ReadonlySet<string>, picture: string): Order[] {
  return MODELS.filter(({ offers }) => emulated.has(offers[0].provider)).map((model) => {
    const [{ provider }] = model.offers;
    const input = INPUTS[model.model]?.() ?? smallestInputFor(model, model.offers[0]);
    const text = JSON.stringify(input);
    const own = READS_PICTURES.has(provider) ? text.replaceAll(SAMPLE_ADDRESS, picture) : text;
    return { model: model.model, provider, input: JSON.parse(own) as JsonObject };
  });
}
