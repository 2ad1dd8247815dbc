-- The create path: one call takes a whole batch. Function only, no lock risk.

-- A batch is given as columns: the callers (each an account, one of its keys, the book of that key, the door where it
-- calls and from what), and the tasks, each naming its caller by place. First it is decided, over narrow rows; the wide ones are read once, to be written.
-- Locks come before all, in the order of their keys, so that two batches never wait for each other in a ring; each
-- further statement then sees what the batches before it have committed. One row of arrays comes back, each in the order
-- of the batch: rates and lefts are the creates of the window, waits the milliseconds until one more fits. Outcomes:
--   created      task (which is its own hold) and rate are written
--   replayed     the idempotency key is known with the same request; known_ids has the earlier task
--   conflict     the idempotency key is known with another request
--   limited      over the rate; retry_ms says when one more fits
--   short        the account cannot pay this task
--   retry        account and key could pay this task, but one before it in the batch took what it counted on: send it again
--   over_total   the key may not spend so much in all; followed by what it has spent and by its limit: over_total:70:100
--   over_day     the same of the day, in UTC
--   unknown_key  the key is gone
--   written      with is_repeat: an earlier call has written this very task
-- With is_repeat an earlier call with the same ids may have been committed, or may still come, although its
-- answer was lost. What it decided stands, whatever is left of rate and balance by now.
create function create_tasks(
  caller_accounts uuid[], caller_keys uuid[], caller_books text[], caller_doors text[],
  ids uuid[], callers integer[], models text[], inputs text[], callback_urls text[], prices bigint[],
  price_versions text[], idempotency_keys text[], request_digests bytea[], lifetimes bigint[], render_skippers uuid[],
  caller_sources text[], metadatas text[], sents text[], is_repeat boolean
)
returns table (outcomes text[], known_ids uuid[], rates integer[], lefts integer[], waits bigint[])
language plpgsql as $$
#variable_conflict use_column
declare
  moment timestamptz;
  today date;
  is_budgeted boolean;
begin
  perform from balances b
    where (b.account_id, b.book) in (select * from unnest(caller_accounts, caller_books))
    order by b.account_id, b.book for update;
  select bool_or(least(l.credits_day_max, l.credits_total_max) is not null) into is_budgeted from (
    select r.credits_day_max, r.credits_total_max from create_limits r where r.key_id = any (caller_keys)
    order by r.key_id for update
  ) l;
  moment := clock_timestamp();
  today := (moment at time zone 'UTC')::date;

  if not is_repeat and exists (select from refused_creates r where r.id = any (ids)) then
    raise exception 'this statement was repeated and refused before it came';
  end if;
  if is_repeat or array_length(array_remove(idempotency_keys, null), 1) > 0 then
    select array_agg(coalesce(i.own_id, t.id) order by i.place),
      array_agg(case when i.own_id is not null then 'written'
                     when i.refusal is not null then i.refusal
                     when t.request_digest = i.request_digest then 'replayed'
                     when t.id is not null then 'conflict' end
        order by i.place)
    into known_ids, outcomes
    from (
      select n.*, case when is_repeat then (select o.id from tasks o where o.id = n.id) end as own_id,
        case when is_repeat then (select r.outcome from refused_creates r where r.id = n.id) end as refusal
      from unnest(ids, callers, idempotency_keys, request_digests) with ordinality
        n (id, caller, idempotency_key, request_digest, place)
    ) i
    left join tasks t on t.account_id = caller_accounts[i.caller] and t.book = caller_books[i.caller]
      and t.idempotency_key = i.idempotency_key;
  end if;

  -- Of the tasks of a key with a budget those go on that it covers even if all before them are taken.
  if is_budgeted then
    select array_agg(coalesce(i.known, case when i.price > i.free or i.running > i.free then 'over' end) order by i.place)
    into outcomes
    from (
      select t.place, t.known, t.price, k.free,
        sum(case when t.known is null and t.price <= k.free then t.price else 0 end)
          over (partition by k.key_id order by t.place) as running
      from unnest(callers, prices, outcomes) with ordinality t (caller, price, known, place)
      left join (
        select r.key_id, least(r.credits_total_max - r.spent,
          r.credits_day_max - case when r.spent_on = today then r.spent_today else 0 end) as free
        from create_limits r where r.key_id = any (caller_keys)
      ) k on k.key_id = caller_keys[t.caller]
    ) i;
  end if;

  with caller as materialized (
    select c.place, c.account_id, c.book, r.key_id, r.creates_max, r.window_seconds * 1000::double precision / r.creates_max as step_ms,
      extract(epoch from (greatest(r.arrival_at, moment) - moment))::double precision * 1000 as ahead_ms,
      r.window_seconds * 1000::double precision as window_ms, b.posted - b.held as available
    from unnest(caller_accounts, caller_keys, caller_books) with ordinality c (account_id, key_id, book, place)
    join create_limits r using (key_id) join balances b using (account_id, book)
  ), item as materialized (
    select i.place, i.price, i.known, c.place as caller, c.key_id, c.account_id, c.book, c.available, c.creates_max,
      row_number() over (partition by c.key_id, i.known is null order by i.place) as nth,
      floor((c.window_ms - c.ahead_ms) / c.step_ms)::integer as room, c.step_ms, c.ahead_ms - c.window_ms as over_ms
    from unnest(callers, prices, outcomes) with ordinality i (caller, price, known, place)
    left join caller c on c.place = i.caller
  ), priced as materialized (
    select i.*, i.known is null and i.nth <= i.room as admitted,
      sum(case when i.known is null and i.nth <= i.room then i.price else 0 end)
        over (partition by i.account_id, i.book order by i.place) as running
    from item i
  ), spent as materialized (
    select p.account_id, p.book, sum(p.price)::bigint as total
    from priced p where p.admitted and p.running <= p.available group by 1, 2
  ), decided as materialized (
    select p.place, p.key_id, p.price, p.creates_max, p.known,
      greatest(0, case when p.known is null then p.room - p.nth else p.room end)::integer as creates_left,
      case when p.admitted is false and p.known is null then ceil(p.over_ms + p.nth * p.step_ms)
           when p.room < 1 then ceil(p.over_ms + p.step_ms)
           else ceil(p.step_ms) end::bigint as retry_ms,
      case when p.known is not null then p.known
           when p.key_id is null then 'unknown_key'
           when not p.admitted then 'limited'
           when p.running <= p.available then 'created'
           when p.price > p.available - coalesce(s.total, 0) then 'short'
           else 'retry' end as outcome
    from priced p left join spent s using (account_id, book)
  ), charge as (
    update balances b set held = b.held + s.total
    from spent s where b.account_id = s.account_id and b.book = s.book and s.total > 0
  ), passed as (
    update create_limits r
    set arrival_at = greatest(r.arrival_at, moment)
      + make_interval(secs => (d.used * r.window_seconds)::double precision / r.creates_max),
      spent = r.spent + d.spent, spent_on = today,
      spent_today = case when r.spent_on = today then r.spent_today else 0 end + d.spent
    from (select x.key_id, count(*) as used,
        coalesce(sum(x.price) filter (where x.outcome = 'created'), 0)::bigint as spent
      from decided x
      where x.known is null and x.outcome in ('created', 'short') group by 1) d
    where r.key_id = d.key_id
  )
  select array_agg(d.outcome order by d.place), array_agg(d.creates_max order by d.place),
    array_agg(d.creates_left order by d.place), array_agg(d.retry_ms order by d.place)
  into outcomes, rates, lefts, waits from decided d;

  -- What was taken by now is spent: what the rest does not cover is refused. The others come again, unless the rate or the
  -- balance refuses them: such a batch would otherwise come once for each of its tasks.
  if is_budgeted then
    select array_agg(case
        when t.outcome <> 'over' then t.outcome
        when t.price > r.credits_total_max - r.spent then concat_ws(':', 'over_total', r.spent, r.credits_total_max)
        when t.price > r.credits_day_max - d.spent then concat_ws(':', 'over_day', d.spent, r.credits_day_max)
        when t.creates_left < 1 then 'limited'
        when t.price > b.posted - b.held then 'short'
        else 'retry' end
      order by t.place)
    into outcomes
    from unnest(callers, prices, outcomes, lefts) with ordinality t (caller, price, outcome, creates_left, place)
    left join create_limits r on r.key_id = caller_keys[t.caller]
    left join balances b on b.account_id = caller_accounts[t.caller] and b.book = caller_books[t.caller],
    lateral (select case when r.spent_on = today then r.spent_today else 0 end as spent) d;
  end if;

  insert into tasks (id, account_id, key_id, book, door, model, input, callback_url, price, price_version, deadline_at,
    due_at, created_at, idempotency_key, request_digest, skips_render, source, metadata, sent)
  select n.id, caller_accounts[n.caller], caller_keys[n.caller], caller_books[n.caller], caller_doors[n.caller],
    n.model, n.input::json,
    n.callback_url, n.price, n.price_version, moment + n.lifetime * interval '1 millisecond', moment, moment, n.idempotency_key, n.request_digest,
    nullif(n.id = any (render_skippers), false), caller_sources[n.caller], n.metadata::json, n.sent::json
  from unnest(ids, callers, models, inputs, callback_urls, prices, price_versions, idempotency_keys, request_digests,
    lifetimes, metadatas, sents, outcomes)
    n (id, caller, model, input, callback_url, price, price_version, idempotency_key, request_digest, lifetime, metadata, sent, outcome)
  where n.outcome = 'created';

  if is_repeat then
    insert into refused_creates (id, outcome)
    select n.id, n.outcome from unnest(ids, outcomes) n (id, outcome)
    where n.outcome not in ('created', 'written', 'replayed')
    on conflict (id) do nothing;
    delete from refused_creates where id in (
      select r.id from refused_creates r where r.refused_at < now() - interval '1 hour' for update skip locked);
  end if;

  return next;
end $$;
