// A template as operators read it, also one that clients no longer see: at the route, and from commands with --json.
import type { TemplateRow } from '../../catalog/catalog.ts';
import { isObject, type Json } from '../../lib/json.ts';
import type { Presented } from '../plain-schemas.ts';
import type { template } from './templates.schemas.ts';

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

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
