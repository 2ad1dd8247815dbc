// The catalogues of effect templates: one entry each, and everything that is theirs follows from it.
import type { JsonObject } from '../lib/json.ts';
import { creditsOfEffect, creditsOfVidu, problemsOfEffect, problemsOfVidu } from './templates.ts';

interface TemplateCatalogue {
  /** The field that names an item. */
  nameField: 'TemplateId' | 'template';
  /** The same in an input and in the list that clients read. */
  inputField: 'template_id' | 'template';
  /** What makes an item unfit for import; nothing for a good one. */
  problemsOf: (item: JsonObject) => string[];
  /** What an item costs, at a resolution where its price depends on that; undefined when it does not say. */
  creditsOf: (item: JsonObject, resolution: string) => number | undefined;
}

const EFFECTS: TemplateCatalogue = {
  nameField: 'TemplateId',
  inputField: 'template_id',
  problemsOf: problemsOfEffect,
  creditsOf: creditsOfEffect,
};

/** By the vendor whose models make them, in the order of the documents. */
export const CATALOGUES = {
  bytedance: EFFECTS,
  vidu: {
    nameField: 'template',
    inputField: 'template',
    problemsOf: problemsOfVidu,
    creditsOf: creditsOfVidu,
  },
  kling: EFFECTS,
} as const satisfies Record<string, TemplateCatalogue>;

export type CatalogueName = keyof typeof CATALOGUES;

export const CATALOGUE_NAMES = Object.keys(CATALOGUES) as readonly CatalogueName[];

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
