// All SQL of the catalogue: operators' switches, and the templates.
import type { Pool, PoolClient } from 'pg';
import type { JsonObject } from '../lib/json.ts';
import type { PriceRule } from './prices.ts';

export type CatalogueName = 'bytedance' | 'vidu' | 'kling';

export interface ModelSettingRow {
  model: string;
  enabled: boolean;
  maintenance: boolean;
  price: PriceRule | null;
}

export interface TemplateRow {
  catalogue: CatalogueName;
  template_id: string;
  item: JsonObject;
  position: number;
  enabled: boolean;
}

export async function readModelSettings(pool: Pool): Promise<ModelSettingRow[]> {
  const { rows } = await pool.query<ModelSettingRow>(
    'select model, enabled, maintenance, price from model_settings',
  );
  return rows;
}

export async function saveModelSetting(pool: Pool, row: ModelSettingRow): Promise<void> {
  await pool.query(
    `insert into model_settings (model, enabled, maintenance, price) values ($1, $2, $3, $4)
     on conflict (model) do update set enabled = excluded.enabled, maintenance = excluded.maintenance, price = excluded.price`,
    [row.model, row.enabled, row.maintenance, row.price === null ? null : JSON.stringify(row.price)],
  );
}

export async function readMaintenance(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ value: boolean }>(
    `select value from settings where name = 'maintenance'`,
  );
  return rows[0]?.value === true;
}

export async function saveMaintenance(pool: Pool, on: boolean): Promise<void> {
  await pool.query(
    `insert into settings (name, value) values ('maintenance', $1) on conflict (name) do update set value = excluded.value`,
    [JSON.stringify(on)],
  );
}

export async function readTemplates(pool: Pool): Promise<TemplateRow[]> {
  const { rows } = await pool.query<TemplateRow>(
    'select catalogue, template_id, item, position, enabled from templates order by catalogue, position, template_id',
  );
  return rows;
}

export interface TemplateToSave {
  templateId: string;
  item: JsonObject;
}

/** Writes the templates, replacing those of the same id when asked to; tells how many were written. */
export async function saveTemplates(
  client: PoolClient,
  { catalogue, items, replace }: { catalogue: CatalogueName; items: TemplateToSave[]; replace: boolean },
): Promise<number> {
  const { rowCount } = await client.query(
    `insert into templates (catalogue, template_id, item, position)
     select $1, i.template_id, i.item, coalesce((select max(position) from templates where catalogue = $1), 0) + i.place
     from unnest($2::text[], $3::jsonb[]) with ordinality i (template_id, item, place)
     on conflict (catalogue, template_id) do ${replace ? 'update set item = excluded.item, enabled = true' : 'nothing'}`,
    [catalogue, items.map(({ templateId }) => templateId), items.map(({ item }) => JSON.stringify(item))],
  );
  return rowCount ?? 0;
}

/** @returns whether there was such a template. */
export async function setTemplateEnabled(
  pool: Pool,
  { catalogue, templateId, enabled }: { catalogue: CatalogueName; templateId: string; enabled: boolean },
): Promise<boolean> {
  const { rowCount } = await pool.query(
    'update templates set enabled = $3 where catalogue = $1 and template_id = $2',
    [catalogue, templateId, enabled],
  );
  return rowCount === 1;
}
