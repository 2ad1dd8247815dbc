// The SQL of the catalogue: operators' switches, and the templates.
import type { Pool, PoolClient } from 'pg';
import { type JsonObject, stringifyStorable } from '../lib/json.ts';
import type { CatalogueName } from './catalogues.ts';
import type { PriceRule } from './prices.ts';

export interface ModelSettingRow {
  model: string;
  enabled: boolean;
  maintenance: boolean;
  /** Tasks of it that may be at providers at once; null is any number. */
  open_tasks_max: number | null;
  /** By the name of an offer, where an operator set something. */
  offers: Record<string, OfferSetting> | null;
}

/** What an operator set about an offer; what is not there is as in the data file. */
export interface OfferSetting {
  order?: number;
  weight?: number;
  enabled?: boolean;
}

export interface ModelPriceRow {
  model: string;
  starts_at: Date;
  /** Null is the price of the data file. */
  price: PriceRule | null;
}

/** Whether everything is under maintenance, and what clients read of it. */
export interface Maintenance {
  on: boolean;
  text: string | null;
}

export interface TemplateRow {
  catalogue: CatalogueName;
  template_id: string;
  item: JsonObject;
  position: number;
  enabled: boolean;
  /** The version of its own small cover; null while there is none. */
  cover: string | null;
  /** The version of its own copy of the preview; null while there is none. */
  preview: string | null;
}

/** One at a time changes the catalogue; the lock goes with the transaction. */
export async function lockCatalog(client: PoolClient): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('reelay catalogue', 0))`);
}

export async function readModelSettings(client: Pool | PoolClient): Promise<ModelSettingRow[]> {
  const { rows } = await client.query<ModelSettingRow>(
    'select model, enabled, maintenance, open_tasks_max, offers from model_settings',
  );
  return rows;
}

export async function saveModelSetting(client: PoolClient, row: ModelSettingRow): Promise<void> {
  await client.query(
    `insert into model_settings (model, enabled, maintenance, open_tasks_max, offers) values ($1, $2, $3, $4, $5)
     on conflict (model) do update set enabled = excluded.enabled, maintenance = excluded.maintenance,
       open_tasks_max = excluded.open_tasks_max, offers = excluded.offers`,
    [row.model, row.enabled, row.maintenance, row.open_tasks_max, row.offers && JSON.stringify(row.offers)],
  );
}

/** The prices that operators set, of each model the earliest first. */
export async function readModelPrices(client: Pool | PoolClient): Promise<ModelPriceRow[]> {
  const { rows } = await client.query<ModelPriceRow>(
    'select model, starts_at, price from model_prices order by model, starts_at',
  );
  return rows;
}

/** Sets what a model costs from a moment on; what was set for the same moment is replaced. */
export async function saveModelPrice(
  client: PoolClient,
  { model, starts_at, price }: ModelPriceRow,
): Promise<void> {
  await client.query(
    `insert into model_prices (model, starts_at, price) values ($1, $2, $3)
     on conflict (model, starts_at) do update set price = excluded.price`,
    [model, starts_at, price && JSON.stringify(price)],
  );
}

/** @returns whether there was one. */
export async function deleteModelPrice(client: PoolClient, model: string, startsAt: Date): Promise<boolean> {
  const { rowCount } = await client.query('delete from model_prices where model = $1 and starts_at = $2', [
    model,
    startsAt,
  ]);
  return rowCount === 1;
}

/** Removes what has been replaced for longer than any clock of a node may differ; the audit log has it all. */
export async function deleteOldModelPrices(client: PoolClient, model: string, before: Date): Promise<void> {
  await client.query(
    `delete from model_prices old using model_prices newer
     where old.model = $1 and newer.model = $1 and old.starts_at < newer.starts_at and newer.starts_at < $2`,
    [model, before],
  );
}

export async function readMaintenance(client: Pool | PoolClient): Promise<Maintenance> {
  const { rows } = await client.query<{ value: Maintenance }>(
    `select value from settings where name = 'maintenance'`,
  );
  return rows[0]?.value ?? { on: false, text: null };
}

export async function saveMaintenance(client: PoolClient, value: Maintenance): Promise<void> {
  await client.query(
    `insert into settings (name, value) values ('maintenance', $1) on conflict (name) do update set value = excluded.value`,
    [stringifyStorable(value)],
  );
}

export async function readTemplates(client: Pool | PoolClient): Promise<TemplateRow[]> {
  const { rows } = await client.query<TemplateRow>(
    `select t.catalogue, t.template_id, t.item, t.position, t.enabled, c.version as cover, p.version as preview
     from templates t left join template_covers c using (catalogue, template_id)
     left join template_previews p using (catalogue, template_id)
     order by t.catalogue, t.position, t.template_id`,
  );
  return rows;
}

export interface TemplateToSave {
  templateId: string;
  item: JsonObject;
}

/**
 * Writes the templates, replacing those of the same id when asked to; returns how many were written. They are
 * enabled, but for those that carry the mark of `retireTemplate`: what was exported comes back as it was.
 */
export async function saveTemplates(
  client: PoolClient,
  { catalogue, items, replace }: { catalogue: CatalogueName; items: TemplateToSave[]; replace: boolean },
): Promise<number> {
  const { rowCount } = await client.query(
    `insert into templates (catalogue, template_id, item, position, enabled)
     select $1, i.template_id, i.item, coalesce((select max(position) from templates where catalogue = $1), 0) + i.place,
       i.item #> '{Reelay,Retired}' is null
     from unnest($2::text[], $3::jsonb[]) with ordinality i (template_id, item, place)
     on conflict (catalogue, template_id) do ${replace ? 'update set item = excluded.item, enabled = excluded.enabled' : 'nothing'}`,
    [catalogue, items.map(({ templateId }) => templateId), items.map(({ item }) => JSON.stringify(item))],
  );
  return rowCount ?? 0;
}

/** Enabling takes the mark of `retireTemplate` away. @returns undefined when there is no such template. */
export async function setTemplateEnabled(
  client: PoolClient,
  { catalogue, templateId, enabled }: { catalogue: CatalogueName; templateId: string; enabled: boolean },
): Promise<(TemplateRow & { was_enabled: boolean }) | undefined> {
  const { rows } = await client.query<TemplateRow & { was_enabled: boolean }>(
    `update templates set enabled = $3, item = case
       when not $3 or item #> '{Reelay,Retired}' is null then item
       when (item -> 'Reelay') - 'Retired' = '{}' then item - 'Reelay'
       else item #- '{Reelay,Retired}' end
     where catalogue = $1 and template_id = $2
     returning catalogue, template_id, item, position, enabled, old.enabled as was_enabled,
       (select version from template_covers c where c.catalogue = $1 and c.template_id = $2) as cover,
       (select version from template_previews p where p.catalogue = $1 and p.template_id = $2) as preview`,
    [catalogue, templateId, enabled],
  );
  return rows[0];
}

/** Removes a template, with its cover. @returns what it was; undefined when there is no such template. */
export async function deleteTemplate(
  client: PoolClient,
  { catalogue, templateId }: { catalogue: CatalogueName; templateId: string },
): Promise<TemplateRow | undefined> {
  const { rows } = await client.query<TemplateRow>(
    `delete from templates where catalogue = $1 and template_id = $2
     returning catalogue, template_id, item, position, enabled, null as cover, null as preview`,
    [catalogue, templateId],
  );
  return rows[0];
}

/** Disables a template and writes the reason into its item. @returns whether it was enabled. */
export async function retireTemplate(
  client: PoolClient,
  { catalogue, templateId, reason }: { catalogue: CatalogueName; templateId: string; reason: string },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update templates set enabled = false, item = item || jsonb_build_object('Reelay',
       case when jsonb_typeof(item -> 'Reelay') = 'object' then item -> 'Reelay' else '{}' end
       || jsonb_build_object('Retired', $3::text))
     where catalogue = $1 and template_id = $2 and enabled`,
    [catalogue, templateId, reason],
  );
  return rowCount === 1;
}

export async function readCover(
  pool: Pool,
  { catalogue, templateId, version }: { catalogue: string; templateId: string; version: string },
): Promise<Buffer | undefined> {
  const { rows } = await pool.query<{ image: Buffer }>(
    'select image from template_covers where catalogue = $1 and template_id = $2 and version = $3',
    [catalogue, templateId, version],
  );
  return rows[0]?.image;
}
