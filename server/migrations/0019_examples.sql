-- Results that operators show as examples of a model. New table: no lock or size risk.
-- A row has all that is shown, since the task goes at the end of its retention.

create table model_examples (
  id uuid primary key,
  task_id uuid not null unique,
  model text not null,
  book text not null check (book in ('live', 'test')),
  prompt text,
  output json not null,
  files_until timestamptz not null,
  chosen_at timestamptz not null default now()
);
create index model_examples_model on model_examples (model, id desc);
comment on table model_examples is 'Results that an operator shows to every account on the page of their model. Their files are kept while the row is there.';
comment on column model_examples.files_until is 'When its files would have gone, had it not been chosen: what they go back to.';
