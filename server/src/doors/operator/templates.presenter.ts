// A template as operators read it, also one that clients no longer see: at the route, and from commands with --json.
import type { CopyCounts, TemplateRow } from '../../catalog/catalog.ts';
import type { CatalogueName } from '../../catalog/catalogues.ts';
import { previewSourceOf } from '../../catalog/gallery.ts';
import { isObject, type Json } from '../../lib/json.ts';
import type { Presented } from '../plain-schemas.ts';
import type { catalogueCount, template } from './templates.schemas.ts';

export function presentTemplate({
  catalogue,
  template_id,
  item,
  enabled,
}: TemplateRow): Presented<typeof template> {
  const own = isObject(item.Reelay) ? item.Reelay : {};
  return {
    id: template_id,
    catalogue,
    title: textOf(item.Title_en) ?? textOf(item.Title) ?? textOf(item.name),
    enabled,
    retired_reason: textOf(own.Retired),
    item,
  };
}

/** A catalogue with how far the copies of its pictures and videos are. */
export function presentCatalogue(
  catalogue: CatalogueName,
  rows: readonly TemplateRow[],
  counts: CopyCounts | undefined,
): Presented<typeof catalogueCount> {
  const listed = rows.filter(({ enabled }) => enabled);
  const named = listed.filter(({ item }) => previewSourceOf(item) !== undefined).length;
  const { previews = 0, previews_failed = 0 } = counts ?? {};
  return {
    catalogue,
    templates: rows.length,
    enabled: listed.length,
    covers: counts?.covers ?? 0,
    covers_failed: counts?.covers_failed ?? 0,
    previews,
    previews_failed,
    previews_due: Math.max(0, named - previews - previews_failed),
    preview_bytes: counts?.preview_bytes ?? 0,
  };
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
