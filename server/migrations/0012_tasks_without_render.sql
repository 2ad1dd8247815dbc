-- Finds the tasks of test keys that need no renderer, so that they do not wait in its queue. Building the index reads all
-- tasks under a lock that holds up writes to them, about a second per million; none of the rows is written.

create function needs_no_render(p_input json) returns boolean language plpgsql immutable as $$
declare
  v_template text;
begin
  v_template := p_input ->> 'template_id';
  if v_template ~ '^99900000[1-7]$' then
    return v_template in ('999000001', '999000002', '999000003', '999000007');
  end if;
  return coalesce(
    substring(p_input ->> 'prompt' from '\yreelay:([a-z_]+)\y') in ('slow', 'fail', 'moderation', 'stuck'), false);
exception when others then
  -- JSON may hold what text cannot; such a task takes its turn like any other.
  return false;
end $$;
comment on function needs_no_render is 'Whether an input asks for a scenario that fails or waits before it would be rendered, as providers/draft/scenarios.ts has them.';

-- The words are looked for first: they are in almost no input, and cost little to miss.
create index tasks_without_render on tasks (account_id, due_at)
where due_at is not null and state = 'pending' and book = 'test' and (input::text like '%reelay:%' or input::text like '%99900000%')
  and needs_no_render(input);
