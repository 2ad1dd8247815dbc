-- Routing: attempts at provider accounts, looks at them, and caps. Locks attempts and tasks while columns and indexes are
-- added; both are small unless very many tasks are kept.

alter table attempts drop constraint attempts_state_check;
alter table attempts add constraint attempts_state_check check
  (state in ('assigned', 'intent', 'accepted', 'rejected', 'unknown', 'succeeded', 'failed', 'abandoned'));
-- An attempt is written five times on its way: a new version that finds room beside the old one changes one page, not two.
alter table attempts set (fillfactor = 50);
alter table attempts
  add column credential_id uuid,
  add column offer text,
  add column account_id uuid,
  add column key_id uuid,
  add column model text,
  add column usual_seconds integer not null default 60,
  add column intent_at timestamptz,
  add column look_at timestamptz,
  add column looked_at timestamptz,
  add column reason text,
  add column is_late boolean not null default false,
  add column used json,
  add column cost_nanos bigint check (cost_nanos >= 0);
create index attempts_looks on attempts (credential_id, look_at) where look_at is not null;
create index attempts_open on attempts (provider) where ended_at is null;
comment on column attempts.state is 'assigned: to an offer and a credential, nothing was sent; intent: it may have been; unknown: it may run.';
comment on column attempts.look_at is 'When the provider is asked next; null for one that nobody has to ask about.';
comment on column attempts.is_late is 'Its task has ended without it; what still comes of it is the operator''s, and no client waits for its place.';
comment on column attempts.cost_nanos is 'What the operator pays for it, in billionths of a US dollar, as far as the provider reports its use.';

create table credential_usage (
  credential_id uuid not null,
  day date not null default (now() at time zone 'UTC')::date,
  succeeded integer not null default 0,
  failed integer not null default 0,
  cost_nanos bigint not null default 0,
  primary key (credential_id, day)
);
comment on table credential_usage is 'What provider accounts made and cost by day (UTC), in billionths of a US dollar; kept when attempts are removed.';

-- Each account has its own queue for each model, so that a claim can be fair without reading all that waits.
drop index tasks_due;
create index tasks_due on tasks (account_id, model, due_at) where due_at is not null;

alter table accounts add column open_tasks_max integer check (open_tasks_max > 0);
alter table api_keys add column open_tasks_max integer check (open_tasks_max > 0);
alter table model_settings add column open_tasks_max integer check (open_tasks_max > 0);
comment on column accounts.open_tasks_max is 'Tasks of it that may be at providers at once; further ones wait in pending.';
comment on column api_keys.open_tasks_max is 'Tasks of it that may be at providers at once; further ones wait in pending.';
comment on column model_settings.open_tasks_max is 'Tasks of it that may be at providers at once; further ones wait in pending.';

-- What the operator bears is asked for by the metrics, among very many transfers.
create index transfers_losses on transfers (id) where kind = 'loss';

-- A result that comes after the end of its task is told by a callback of its own.
alter table callbacks drop constraint callbacks_task_id_key;
alter table callbacks add column occasion text not null default 'end' check (occasion in ('end', 'late'));
alter table callbacks add constraint callbacks_once unique (task_id, occasion);

-- As before, with a lifetime for each task, since each model has its own time limit.
drop function create_tasks(uuid[], uuid[], text[], uuid[], integer[], text[], text[], text[], bigint[], text[], text[], bytea[], bigint);
create function create_tasks(
  caller_accounts uuid[], caller_keys uuid[], caller_books text[],
  ids uuid[], callers integer[], models text[], inputs text[], callback_urls text[], prices bigint[],
  price_versions text[], idempotency_keys text[], request_digests bytea[], lifetimes bigint[]
)
returns table (outcomes text[], known_ids uuid[], rates integer[], lefts integer[], waits bigint[])
language plpgsql as $$
#variable_conflict use_column
declare
  moment timestamptz;
begin
  perform from balances b
    where (b.account_id, b.book) in (select * from unnest(caller_accounts, caller_books))
    order by b.account_id, b.book for update;
  perform from create_rates r where r.key_id = any (caller_keys) order by r.key_id for update;
  moment := clock_timestamp();

  if array_length(array_remove(idempotency_keys, null), 1) > 0 then
    select array_agg(t.id order by i.place),
      array_agg(case when t.request_digest = i.request_digest then 'replayed' when t.id is not null then 'conflict' end
        order by i.place)
    into known_ids, outcomes
    from unnest(callers, idempotency_keys, request_digests) with ordinality
      i (caller, idempotency_key, request_digest, place)
    left join tasks t on t.account_id = caller_accounts[i.caller] and t.book = caller_books[i.caller]
      and t.idempotency_key = i.idempotency_key;
  end if;

  with caller as materialized (
    select c.place, c.account_id, c.book, r.key_id, r.creates_max, r.window_seconds * 1000::double precision / r.creates_max as step_ms,
      extract(epoch from (greatest(r.arrival_at, moment) - moment))::double precision * 1000 as ahead_ms,
      r.window_seconds * 1000::double precision as window_ms, b.posted - b.held as available
    from unnest(caller_accounts, caller_keys, caller_books) with ordinality c (account_id, key_id, book, place)
    join create_rates r using (key_id) join balances b using (account_id, book)
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
    select p.place, p.key_id, p.creates_max, greatest(0, p.room - p.nth)::integer as creates_left,
      case when p.admitted is false and p.known is null then ceil(p.over_ms + p.nth * p.step_ms)
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
    update create_rates r
    set arrival_at = greatest(r.arrival_at, moment)
      + make_interval(secs => (d.used * r.window_seconds)::double precision / r.creates_max)
    from (select x.key_id, count(*) as used from decided x where x.outcome in ('created', 'short') group by 1) d
    where r.key_id = d.key_id
  )
  select array_agg(d.outcome order by d.place), array_agg(d.creates_max order by d.place),
    array_agg(d.creates_left order by d.place), array_agg(d.retry_ms order by d.place)
  into outcomes, rates, lefts, waits from decided d;

  insert into tasks (id, account_id, key_id, book, model, input, callback_url, price, deadline_at,
    due_at, created_at, idempotency_key, request_digest)
  select n.id, caller_accounts[n.caller], caller_keys[n.caller], caller_books[n.caller], n.model, n.input::json,
    n.callback_url, n.price, moment + n.lifetime * interval '1 millisecond', moment, moment, n.idempotency_key, n.request_digest
  from unnest(ids, callers, models, inputs, callback_urls, prices, idempotency_keys, request_digests, lifetimes, outcomes)
    n (id, caller, model, input, callback_url, price, idempotency_key, request_digest, lifetime, outcome)
  where n.outcome = 'created';

  insert into holds (task_id, account_id, book, amount, price_version, created_at)
  select n.id, caller_accounts[n.caller], caller_books[n.caller], n.price, n.price_version, moment
  from unnest(ids, callers, prices, price_versions, outcomes) n (id, caller, price, price_version, outcome)
  where n.outcome = 'created';

  return next;
end $$;
