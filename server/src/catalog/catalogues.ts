// The catalogues of effect templates: one entry each, and everything that is theirs follows from it.
import type { JsonObject } from '../lib/json.ts';
import {
  creditsOfEffect,
  creditsOfKling,
  creditsOfVidu,
  problemsOfEffect,
  problemsOfKling,
  problemsOfVidu,
  type ShippedFile,
} from './templates.ts';

interface TemplateCatalogue {
  /** The fields that can name an item; the first that it has is its name. */
  nameFields: readonly ('TemplateId' | 'template' | 'key')[];
  /** The same in an input and in the list that clients read. */
  inputField: 'template_id' | 'template';
  /** What makes an item unfit for import; nothing for a good one. */
  problemsOf: (item: JsonObject) => string[];
  /** What an item costs, at a resolution where its price depends on that; undefined when it does not say. */
  creditsOf: (item: JsonObject, resolution: string) => number | undefined;
  /** The file of those that are shipped. */
  shipped: ShippedFile;
}

export type CatalogueName = 'bytedance' | 'vidu' | 'kling';

/** By the vendor whose models make them, in the order of the documents. */
export const CATALOGUES: Readonly<Record<CatalogueName, TemplateCatalogue>> = {
  bytedance: {
    nameFields: ['TemplateId'],
    inputField: 'template_id',
    problemsOf: problemsOfEffect,
    creditsOf: creditsOfEffect,
    shipped: 'effects',
  },
  vidu: {
    nameFields: ['template'],
    inputField: 'template',
    problemsOf: problemsOfVidu,
    creditsOf: creditsOfVidu,
    shipped: 'vidu',
  },
  kling: {
    nameFields: ['key', 'TemplateId'],
    inputField: 'template_id',
    problemsOf: problemsOfKling,
    creditsOf: creditsOfKling,
    shipped: 'kling',
  },
};

export const CATALOGUE_NAMES = Object.keys(CATALOGUES) as readonly CatalogueName[];

/** What an item of a catalogue is called; undefined for one without a name, which is not fit for import. */
export function nameOf(catalogue: CatalogueName, item: JsonObject): string | undefined {
  const field = CATALOGUES[catalogue].nameFields.find((one) => item[one] !== undefined);
  return field && String(item[field]);
}

/** The one that the templates of the built-in renderer are shipped in. */
export const SHIPPED_CATALOGUE: CatalogueName = 'bytedance';

/**
 * The catalogue that an input names a template of: that of the model's vendor, if inputs name its templates by this field.
 * Models of other vendors name those that are shipped, by `template_id`.
 */
export function catalogueOf(model: string, field: 'template_id'): CatalogueName;
export function catalogueOf(model: string, field: 'template_id' | 'template'): CatalogueName | undefined;
export function catalogueOf(model: string, field: 'template_id' | 'template'): CatalogueName | undefined {
  const own = CATALOGUE_NAMES.find(
    (name) => model.startsWith(`${name}/`) && CATALOGUES[name].inputField === field,
  );
  return own ?? (field === 'template_id' ? SHIPPED_CATALOGUE : undefined);
}
