-- When a callback was last sent again by hand. A column without a default: no row is written.

alter table callbacks add column replayed_at timestamptz;
comment on column callbacks.replayed_at is 'When it was last asked to be sent again, which may be once in ten seconds.';
