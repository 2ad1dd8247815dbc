// The SQL of the covers of imported templates.
import type { Pool } from 'pg';
import type { JsonObject } from '../lib/json.ts';

/** An enabled template, and what its cover was last made from. */
export interface CoverRow {
  catalogue: string;
  template_id: string;
  item: JsonObject;
  source: string | null;
  /** It failed more than a day ago. */
  is_stale: boolean;
}

/** What a try came to: the picture with its version, or why there is none. */
export interface CoverToSave {
  catalogue: string;
  templateId: string;
  source: string;
  image: Buffer | null;
  version: string | null;
  fault: string | null;
}

export async function readCoverRows(pool: Pool): Promise<CoverRow[]> {
  const { rows } = await pool.query<CoverRow>(
    `select t.catalogue, t.template_id, t.item, c.source,
       coalesce(c.fault is not null and c.tried_at < now() - interval '1 day', false) as is_stale
     from templates t left join template_covers c using (catalogue, template_id)
     where t.enabled order by t.catalogue, t.position, t.template_id`,
  );
  return rows;
}

/** Writes a cover, unless its template is gone meanwhile. */
export async function saveCover(pool: Pool, cover: CoverToSave): Promise<void> {
  await pool.query(
    `insert into template_covers (catalogue, template_id, source, image, version, fault)
     select t.catalogue, t.template_id, $3, $4, $5, $6 from templates t
     where t.catalogue = $1 and t.template_id = $2
     on conflict (catalogue, template_id) do update set source = excluded.source, image = excluded.image,
       version = excluded.version, fault = excluded.fault, tried_at = now()`,
    [cover.catalogue, cover.templateId, cover.source, cover.image, cover.version, cover.fault],
  );
}
