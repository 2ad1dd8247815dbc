-- The create path: one call takes a whole batch. Function and an index on an empty table, no lock risk.

-- The books of an account know nothing of each other: a key that was used with a test key is free for a live one.
drop index tasks_idempotency;
create unique index tasks_idempotency on tasks (account_id, book, idempotency_key) where idempotency_key is not null;

create type new_task as (
  id uuid,
  account_id uuid,
  key_id uuid,
  book text,
  model text,
  input text,
  callback_url text,
  price bigint,
  price_version text,
  lifetime_ms bigint,
  idempotency_key text,
  request_digest bytea
);

-- The batch is a JSON array of new_task; input arrives as nested JSON and is kept as the text that it was.
-- Locks come first, in the order of their keys, so that two batches never wait for each other in a ring; each further
-- statement then sees what the batches before it have committed. Outcomes, in the order of the batch:
--   created    task, hold and rate are written
--   replayed   the idempotency key is known with the same request; task_id is the earlier one
--   conflict   the idempotency key is known with another request
--   limited    over the rate; retry_ms says when one more fits
--   short      the account cannot pay this task
--   retry      it could pay this task, but one before it in the batch took what it counted on: send it again
create function create_tasks(batch_json json)
returns table (outcome text, task_id uuid, creates_max integer, creates_left integer, retry_ms bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  batch new_task[] := array(select n from json_populate_recordset(null::new_task, batch_json) n);
  moment timestamptz;
begin
  perform from balances b
    where (b.account_id, b.book) in (select n.account_id, n.book from unnest(batch) n)
    order by b.account_id, b.book for update;
  perform from create_rates r
    where r.key_id in (select n.key_id from unnest(batch) n)
    order by r.key_id for update;
  moment := clock_timestamp();
  return query
  with item as materialized (
    select n.*, n.ordinality as place from unnest(batch) with ordinality n
  ), known as materialized (
    select i.place, t.id, t.request_digest = i.request_digest as same
    from item i join tasks t
      on t.account_id = i.account_id and t.book = i.book and t.idempotency_key = i.idempotency_key
    where i.idempotency_key is not null
  ), rate as materialized (
    select r.key_id, r.creates_max, r.window_seconds * 1000.0 / r.creates_max as step_ms,
      (extract(epoch from (greatest(r.arrival_at, moment) - moment)) * 1000)::numeric as ahead_ms, r.window_seconds
    from create_rates r where r.key_id in (select i.key_id from item i)
  ), counted as materialized (
    select i.*, r.creates_max, r.step_ms, r.ahead_ms, r.window_seconds,
      row_number() over (partition by i.key_id order by i.place) as nth,
      floor((r.window_seconds * 1000 - r.ahead_ms) / r.step_ms) as room
    from item i join rate r using (key_id)
    where not exists (select from known k where k.place = i.place)
  ), priced as materialized (
    select c.*, b.posted - b.held as available,
      sum(c.price) over (partition by c.account_id, c.book order by c.place) as running
    from counted c join balances b using (account_id, book)
    where c.nth <= c.room
  ), paid as materialized (
    select p.* from priced p where p.running <= p.available
  ), spent as materialized (
    select p.account_id, p.book, sum(p.price)::bigint as total from paid p group by 1, 2
  ), decided as materialized (
    select p.place, p.key_id, p.nth, p.room,
      case when p.running <= p.available then 'created'
           when p.price > p.available - coalesce(s.total, 0) then 'short'
           else 'retry' end as outcome
    from priced p left join spent s using (account_id, book)
  ), charge as (
    update balances b set held = b.held + s.total
    from spent s where b.account_id = s.account_id and b.book = s.book and s.total > 0
  ), passed as (
    update create_rates r
    set arrival_at = greatest(r.arrival_at, moment)
      + make_interval(secs => (d.used * r.window_seconds)::double precision / r.creates_max)
    from (select key_id, count(*) as used from decided x where x.outcome <> 'retry' group by 1) d
    where r.key_id = d.key_id
  ), written as (
    insert into tasks (id, account_id, key_id, book, model, input, callback_url, price, deadline_at,
      due_at, created_at, idempotency_key, request_digest)
    select p.id, p.account_id, p.key_id, p.book, p.model, p.input::json, p.callback_url, p.price,
      moment + make_interval(secs => p.lifetime_ms / 1000.0), moment, moment, p.idempotency_key, p.request_digest
    from paid p order by p.place
  ), held as (
    insert into holds (task_id, account_id, book, amount, price_version, created_at)
    select p.id, p.account_id, p.book, p.price, p.price_version, moment from paid p order by p.place
  )
  select
    case when k.place is not null then case when k.same then 'replayed' else 'conflict' end
         when d.place is not null then d.outcome
         when c.place is not null then 'limited'
         else 'unknown_key' end,
    coalesce(k.id, i.id),
    c.creates_max,
    greatest(0, c.room - c.nth)::integer,
    case when c.place is not null and d.place is null
      then ceil(c.ahead_ms + c.nth * c.step_ms - c.window_seconds * 1000)::bigint
      else ceil(c.step_ms)::bigint end
  from item i
  left join known k using (place)
  left join counted c using (place)
  left join decided d using (place)
  order by i.place;
end $$;
