// The catalogues of effect templates: one entry each. The names are in a check of the table `templates` too.
import type { JsonObject } from '../lib/json.ts';
import { problemsOfEffect, problemsOfVidu } from './templates.ts';

interface TemplateCatalogue {
  /** The field that names an item. */
  nameField: 'TemplateId' | 'template';
  /** The same in an input and in the list that clients read. */
  inputField: 'template_id' | 'template';
  /** What makes an item unfit for import; nothing for a good one. */
  problemsOf: (item: JsonObject) => string[];
}

const EFFECTS: TemplateCatalogue = {
  nameField: 'TemplateId',
  inputField: 'template_id',
  problemsOf: problemsOfEffect,
};

/** By the vendor whose models make them, in the order of the documents. */
export const CATALOGUES = {
  bytedance: EFFECTS,
  vidu: { nameField: 'template', inputField: 'template', problemsOf: problemsOfVidu },
  kling: EFFECTS,
} as const satisfies Record<string, TemplateCatalogue>;

export type CatalogueName = keyof typeof CATALOGUES;

export const CATALOGUE_NAMES = Object.keys(CATALOGUES) as readonly CatalogueName[];
