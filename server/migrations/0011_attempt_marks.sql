-- What is remembered of an attempt whose provider has made it or cannot be read. Locks attempts while the index is built,
-- which reads the table once; columns without a default rewrite nothing.

alter table attempts
  add column made_at timestamptz,
  add column unreadable_at timestamptz,
  add column kept json;
-- For the figures and for operators: next to none.
create index attempts_marked on attempts (task_id)
  where ended_at is null and (made_at is not null or unreadable_at is not null);
comment on column attempts.made_at is 'When its provider first said that it had made it while the files could not be had: nothing else is started for the task.';
comment on column attempts.unreadable_at is 'The first answer that could not be read, with no readable one since.';
comment on column attempts.kept is 'The files of it that are stored already, by their place among its outputs, while others are still asked for.';
