-- Finds the tasks of test keys that need no renderer, so that they do not wait in its queue. A column without a default,
-- and an index that is empty until such a task comes: no row is written. Building it reads all tasks under a lock that
-- holds up writes to them, about a second per million.

alter table tasks add column skips_render boolean;
comment on column tasks.skips_render is 'Whether it asks for a scenario that fails or waits before it would be rendered; null stands for no.';

create index tasks_skipping_render on tasks (account_id, due_at)
where due_at is not null and state = 'pending' and skips_render;
