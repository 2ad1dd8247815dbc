// An import of templates: whether its items are right, and what it would change. Nothing is written here.
import { isDeepStrictEqual } from 'node:util';
import { OperatorError } from '../errors.ts';
import { isObject, type Json, type JsonObject } from '../lib/json.ts';
import type { TemplateRow, TemplateToSave } from './catalog.store.ts';
import { CATALOGUES, type CatalogueName, nameOf } from './catalogues.ts';

const PROBLEMS_SHOWN_MAX = 20;

/** What an import does to a catalogue; the names are ids of templates. */
export interface ImportPlan {
  added: string[];
  /** With the names of the fields that differ. */
  changed: { id: string; fields: string[] }[];
  unchanged: string[];
  /** In the catalogue and not in the import: they stay, unless they are to be turned off. */
  missing: string[];
}

/** @throws OperatorError that names the items at fault. */
export function checkImport(catalogue: CatalogueName, items: Json): TemplateToSave[] {
  if (!Array.isArray(items)) throw new OperatorError('The file must hold a JSON array of templates');
  const { nameFields, problemsOf } = CATALOGUES[catalogue];
  const ids = items.map((item) => (isObject(item) ? nameOf(catalogue, item) : undefined));
  const problems = items.flatMap((item, at) => {
    const found = isObject(item) ? problemsOf(item) : ['is not an object'];
    if (found.length === 0 && ids.indexOf(ids[at]) < at) {
      const field = nameFields.find((one) => isObject(item) && item[one] !== undefined);
      found.push(`its ${field} is that of an item above`);
    }
    return found.map((problem) => `item ${at + 1}: ${problem}`);
  });
  if (problems.length > 0) throw new OperatorError(problems.slice(0, PROBLEMS_SHOWN_MAX).join('\n'));
  return items.filter(isObject).map((item) => ({ templateId: String(nameOf(catalogue, item)), item }));
}

/** Compares an import with the rows of its catalogue. */
export function planImport(rows: readonly TemplateRow[], items: readonly TemplateToSave[]): ImportPlan {
  const there = new Map(rows.map((row) => [row.template_id, row]));
  const plan: ImportPlan = { added: [], changed: [], unchanged: [], missing: [] };
  for (const { templateId: id, item } of items) {
    const row = there.get(id);
    if (!row) plan.added.push(id);
    else {
      const fields = differentFields(row.item, item);
      if (fields.length > 0) plan.changed.push({ id, fields });
      else plan.unchanged.push(id);
    }
  }
  const named = new Set(items.map(({ templateId }) => templateId));
  plan.missing = rows
    .filter((row) => row.enabled && !named.has(row.template_id))
    .map((row) => row.template_id);
  return plan;
}

function differentFields(before: JsonObject, after: JsonObject): string[] {
  return Object.keys({ ...before, ...after }).filter((name) => !isDeepStrictEqual(before[name], after[name]));
}
