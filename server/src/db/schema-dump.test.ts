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

it('keeps schema.sql equal to what the migrations make (if not: npm run schema)', async () => {
  const written = await readFile(path.join(import.meta.dirname, '..', '..', 'schema.sql'), 'utf8');
  expect(await dump()).toBe(written);
});

it('shows everything that it knows of a table', async () => {
  await database.pool.query(`
    create type pair as (left_side int, right_side text);
    create table odd (
      id int generated always as identity primary key, twice int generated always as (length(label) * 2) stored,
      label text collate "C" not null default 'it''s', amount int) with (fillfactor = 50);
    create unique index odd_label on odd (lower(label)) where amount > 1;
    comment on column odd.label is 'Made public. Don''t worry';
  `);
  const text = await dump();
  for (const line of [
    'create type pair as (\n  left_side integer,\n  right_side text\n);',
    'create table odd (\n  id integer not null generated always as identity,',
    '  twice integer generated always as ((length(label) * 2)) stored,',
    `  label text collate "C" not null default 'it''s'::text,`,
    ') with (fillfactor=50);',
    'CREATE UNIQUE INDEX odd_label ON odd USING btree (lower(label)) WHERE (amount > 1);',
    `comment on column odd.label is 'Made public. Don''t worry';`,
  ]) {
    expect(text).toContain(line);
  }
});

it.each([
  ['create view short as select 1 as one', 'drop view short'],
  ['create sequence short increment 2', 'drop sequence short'],
  ["create type short as enum ('red')", 'drop type short'],
  ['create domain short as int check (value > 0)', 'drop domain short'],
  ['create unlogged table short (at date)', 'drop table short'],
  ['create table short (at date) partition by range (at)', 'drop table short'],
])('refuses what it cannot write, and leaves nothing out in silence: %s', async (make, drop) => {
  await database.pool.query(make);
  await expect(dump()).rejects.toThrow('cannot write short yet');
  await database.pool.query(drop);
});
