// The SQL of the copies of preview videos. A row is there before its object and goes after it, so no object is without one.
import type { Pool } from 'pg';
import type { JsonObject } from '../lib/json.ts';

/** `claimed`: a process works on it. `half`: that process died. `stale`: it failed more than a day ago. */
type CopyState = 'none' | 'claimed' | 'half' | 'made' | 'failed' | 'stale';

/** A template with what was made of its preview so far. */
export interface PreviewRow {
  catalogue: string;
  template_id: string;
  /** Null where the template is gone. */
  item: JsonObject | null;
  enabled: boolean | null;
  source: string | null;
  key: string | null;
  size_bytes: number;
  state: CopyState;
}

/** A try that has not ended by then is that of a process that died. */
const CLAIM_SECONDS = 120;

export async function readPreviewRows(pool: Pool): Promise<PreviewRow[]> {
  const { rows } = await pool.query<PreviewRow>(
    `select coalesce(t.catalogue, p.catalogue) as catalogue, coalesce(t.template_id, p.template_id) as template_id,
       t.item, t.enabled, p.source, p.key, coalesce(p.size_bytes, 0) as size_bytes, case
         when p.key is null then 'none'
         when p.version is not null then 'made'
         when p.fault is null and p.tried_at > now() - make_interval(secs => $1) then 'claimed'
         when p.fault is null then 'half'
         when p.tried_at < now() - interval '1 day' then 'stale'
         else 'failed' end as state
     from templates t full join template_previews p using (catalogue, template_id)
     order by t.catalogue, t.position, t.template_id`,
    [CLAIM_SECONDS],
  );
  return rows;
}

export interface PreviewName {
  catalogue: string;
  templateId: string;
}

/**
 * Says that a copy is being made under a key. @param before the key that the row has now; null if there is no row.
 * @returns false when another process was first.
 */
export async function claimPreview(
  pool: Pool,
  { catalogue, templateId }: PreviewName,
  { key, source, before }: { key: string; source: string; before: string | null },
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `insert into template_previews as p (catalogue, template_id, source, key) values ($1, $2, $4, $3)
     on conflict (catalogue, template_id) do update set source = excluded.source, key = excluded.key, tried_at = now(),
       version = null, content_type = null, size_bytes = null, fault = null
     where p.key = $5`,
    [catalogue, templateId, key, source, before],
  );
  return rowCount === 1;
}

/** What a try came to: the object, or why there is none. */
export type PreviewEnd = { version: string; contentType: string; sizeBytes: number } | { fault: string };

/** @returns false when another process has taken the row over meanwhile, so that the object of this key is in nobody's row. */
export async function savePreview(pool: Pool, key: string, end: PreviewEnd): Promise<boolean> {
  const made = 'fault' in end ? undefined : end;
  const { rowCount } = await pool.query(
    `update template_previews set version = $2, content_type = $3, size_bytes = $4, fault = $5, tried_at = now()
     where key = $1`,
    [
      key,
      made?.version ?? null,
      made?.contentType ?? null,
      made?.sizeBytes ?? null,
      'fault' in end ? end.fault : null,
    ],
  );
  return rowCount === 1;
}

/** Removes a row whose object is gone. */
export async function removePreview(pool: Pool, key: string): Promise<void> {
  await pool.query('delete from template_previews where key = $1', [key]);
}

/** Where a copy lies in storage. */
export interface KeptPreview {
  key: string;
  content_type: string;
}

export async function findPreview(
  pool: Pool,
  { catalogue, templateId, version }: PreviewName & { version: string },
): Promise<KeptPreview | undefined> {
  const { rows } = await pool.query<KeptPreview>(
    `select p.key, p.content_type from template_previews p
     join templates t using (catalogue, template_id)
     where p.catalogue = $1 and p.template_id = $2 and p.version = $3`,
    [catalogue, templateId, version],
  );
  return rows[0];
}

/** How many of the copies that a catalogue may have are there, and how many could not be had. */
export interface CopyCounts {
  catalogue: string;
  covers: number;
  covers_failed: number;
  previews: number;
  previews_failed: number;
  preview_bytes: number;
}

export async function countCopies(pool: Pool): Promise<CopyCounts[]> {
  const { rows } = await pool.query<CopyCounts>(
    `select t.catalogue, count(c.version)::int as covers, count(c.fault)::int as covers_failed,
       count(p.version)::int as previews, count(p.fault)::int as previews_failed,
       coalesce(sum(p.size_bytes), 0)::float8 as preview_bytes
     from templates t left join template_covers c using (catalogue, template_id)
     left join template_previews p using (catalogue, template_id)
     group by t.catalogue`,
  );
  return rows;
}
