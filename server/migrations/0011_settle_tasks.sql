-- The end of a task: state and money in one step, written into one row and at most one transfer. Function only, no lock risk.

create type task_end as (
  id uuid,
  epoch integer,
  state text,
  captured bigint,
  transfer_id uuid,
  provider text,
  model_version text,
  result_error text,
  result_message text,
  result_usage json,
  outputs json
);

-- Ends each task of the batch whose epoch is still the current one, and settles what it held. Returns the ids and epochs
-- that ended now; one that is missing was ended by somebody else, or is owned by a later epoch, and nothing was written
-- for it. The caller sends no id and epoch twice in a batch.
-- A success captures `captured`, never more than the hold; every other end gives all of it back.
-- It says `completed_at is null` and not `due_at is not null`: a check of the table keeps the two equal, and the planner
-- cannot take the index of open tasks for a list that is empty, whatever the statistics say.
create function settle_tasks(batch_json json)
returns table (id uuid, epoch integer)
language plpgsql as $$
#variable_conflict use_column
begin
  -- Balances are locked first, in the order of their keys, as the creates do: no two batches wait in a ring.
  perform from balances b
    where (b.account_id, b.book) in (
      select t.account_id, t.book from json_populate_recordset(null::task_end, batch_json) e
      join tasks t on t.id = e.id and t.epoch = e.epoch)
    order by b.account_id, b.book for update;
  return query
  with ending as materialized (
    select e.* from json_populate_recordset(null::task_end, batch_json) e
  ), ended as (
    update tasks t set
      state = e.state, due_at = null, node_id = null, completed_at = clock_timestamp(),
      captured = case when e.state = 'succeeded' then least(e.captured, t.price) else 0 end,
      transfer_id = case when e.state = 'succeeded' and least(e.captured, t.price) > 0 then e.transfer_id end,
      provider = coalesce(e.provider, t.provider), model_version = coalesce(e.model_version, t.model_version),
      result_error = e.result_error, result_message = e.result_message,
      result_usage = e.result_usage, outputs = e.outputs
    from ending e
    where t.id = e.id and t.epoch = e.epoch and t.completed_at is null
    returning t.id, t.epoch, t.account_id, t.book, t.key_id, t.model, t.created_at, t.state, t.price, t.captured, t.transfer_id
  ), moved as (
    insert into transfers (id, kind, book, account_id, task_id, amount)
    select d.transfer_id, 'capture', d.book, d.account_id, d.id, -d.captured from ended d where d.captured > 0
  ), released as (
    update balances b set held = b.held - s.held, posted = b.posted - s.captured
    from (select account_id, book, sum(price) as held, sum(captured) as captured from ended group by 1, 2) s
    where b.account_id = s.account_id and b.book = s.book
  ), unspent as (
    -- What a task gives back is free again for its key; of the day only where that day is not over.
    update create_limits r set spent = r.spent - s.back, spent_today = r.spent_today - s.back_today
    from (
      select d.key_id, sum(d.price - d.captured) as back,
        coalesce(sum(d.price - d.captured) filter (
          where (d.created_at at time zone 'UTC')::date = l.spent_on), 0) as back_today
      from ended d join create_limits l using (key_id) where d.price > d.captured group by 1
    ) s
    where r.key_id = s.key_id
  ), used as (
    -- Nobody else adds to these rows now: they belong to the balances that are locked.
    insert into usage_days as u (account_id, book, day, key_id, model, succeeded, failed, cancelled, expired, credits)
    select d.account_id, d.book, (d.created_at at time zone 'UTC')::date, d.key_id, d.model,
      count(*) filter (where d.state = 'succeeded'), count(*) filter (where d.state = 'failed'),
      count(*) filter (where d.state = 'cancelled'), count(*) filter (where d.state = 'expired'), sum(d.captured)
    from ended d group by 1, 2, 3, 4, 5
    on conflict (account_id, book, day, key_id, model) do update set succeeded = u.succeeded + excluded.succeeded,
      failed = u.failed + excluded.failed, cancelled = u.cancelled + excluded.cancelled,
      expired = u.expired + excluded.expired, credits = u.credits + excluded.credits
  ), told as (
    insert into task_events (task_id, name, detail)
    select d.id, 'task.' || d.state, json_build_object('credits', trim_scale(d.captured / 1000000.0)) from ended d
  )
  select ended.id, ended.epoch from ended;
end $$;
