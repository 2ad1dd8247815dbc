// The SQL of posters: which results want one, and where it is named.
import type { Pool } from 'pg';

/** A result of an ended task of which a small picture is to be made. */
export interface PosterJob {
  id: string;
  key: string;
  content_type: string;
  size_bytes: bigint;
  task_id: string;
  account_id: string;
}

/**
 * Takes results that want a poster, the oldest first, so that no other worker takes them for `holdSeconds`. One that was
 * taken `triesMax` times is left alone from now on. Those of tasks that have not ended wait.
 */
export async function claimPosters(
  pool: Pool,
  { limit, holdSeconds, triesMax }: { limit: number; holdSeconds: number; triesMax: number },
): Promise<PosterJob[]> {
  const { rows } = await pool.query<PosterJob>({
    name: 'claim-posters',
    text: `with due as (
             select f.id from files f join tasks t on t.id = f.task_id
             where f.poster_due <= now() and f.state = 'ready' and t.completed_at is not null
             order by f.poster_due limit $1 for no key update of f skip locked
           )
           update files f set poster_tries = f.poster_tries + 1,
             poster_due = case when f.poster_tries + 1 < $3 then now() + $2 * interval '1 second' end
           from due where f.id = due.id
           returning f.id, f.key, f.content_type, f.size_bytes, f.task_id, f.account_id`,
    values: [limit, holdSeconds, triesMax],
  });
  return rows;
}

/** No poster is to be made of these files any more. */
export async function endPosters(pool: Pool, ids: readonly string[]): Promise<void> {
  await pool.query('update files set poster_due = null where id = any($1::uuid[])', [ids]);
}

/** Names the poster beside its result. @returns false when the task no longer has that result. */
export async function attachPoster(
  pool: Pool,
  { taskId, key, poster }: { taskId: string; key: string; poster: string },
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update tasks set outputs = (
       select json_agg(case when o.value ->> 'key' = $2
         then (o.value::jsonb || jsonb_build_object('poster', $3::text))::json else o.value end order by o.ordinality)
       from json_array_elements(outputs) with ordinality o)
     where id = $1 and exists (select from json_array_elements(outputs) o where o ->> 'key' = $2)`,
    [taskId, key, poster],
  );
  return rowCount === 1;
}
