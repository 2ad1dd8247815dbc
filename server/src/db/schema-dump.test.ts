import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { dumpSchema } from './schema-dump.ts';
import { createTestDatabase } from './testing.ts';

const database = await createTestDatabase();

async function dump(): Promise<string> {
  const client = await database.pool.connect();
  try {
    return await dumpSchema(client);
  } finally {
    client.release();
  }
}

it('keeps schema.sql equal to what the migrations make (else run: npm run schema)', async () => {
  const written = await readFile(path.join(import.meta.dirname, '..', '..', 'schema.sql'), 'utf8');
  expect(await dump()).toBe(written);
});

it('shows every kind of thing that a migration can make', async () => {
  await database.pool.query(`
    create type colour as enum ('red', 'green');
    create type pair as (left_side int, right_side text);
    create domain positive as int check (value > 0);
    create sequence counter;
    create unlogged table odd (
      id int generated always as identity primary key, twice int generated always as (length(label) * 2) stored,
      label text collate "C" not null default 'it''s', shade colour, amount positive);
    create unique index odd_label on odd (lower(label)) where amount > 1;
    create table parts (at date not null) partition by range (at);
    create table parts_old partition of parts for values from (minvalue) to ('2020-01-01');
    create view short as select id from odd;
    comment on column odd.label is 'Made public. Don''t worry';
  `);
  const text = await dump();
  for (const line of [
    "create type colour as enum ('red', 'green');",
    'create type pair as (\n  left_side integer,\n  right_side text\n);',
    'create domain positive as integer CHECK ((VALUE > 0));',
    'create sequence counter as bigint start 1 increment 1;',
    'create unlogged table odd (\n  id integer not null generated always as identity,',
    '  twice integer generated always as ((length(label) * 2)) stored,',
    `  label text collate "C" not null default 'it''s'::text,`,
    'CREATE UNIQUE INDEX odd_label ON odd USING btree (lower(label)) WHERE ((amount)::integer > 1);',
    'create table parts (\n  at date not null\n) partition by RANGE (at);',
    "create table parts_old partition of parts FOR VALUES FROM (MINVALUE) TO ('2020-01-01');",
    'create view short as\n SELECT id\n   FROM odd;',
    `comment on column odd.label is 'Made public. Don''t worry';`,
  ]) {
    expect(text).toContain(line);
  }
});
