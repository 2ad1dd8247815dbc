import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { OperatorError } from '../errors.ts';
import { silentLog } from './log.ts';
import { migrate } from './migrate.ts';
import { createEmptyDatabase, type TestDatabase } from './testing.ts';

const root = await mkdtemp(path.join(inject('testServer').folder, 'migrate-'));
afterAll(() => rm(root, { recursive: true, force: true }));
const database: TestDatabase = await createEmptyDatabase();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(root, 'case-'));
  await database.pool.query('drop schema public cascade; create schema public');
});

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, sql] of Object.entries(files)) await writeFile(path.join(folder, name), sql);
}

function run(): Promise<string[]> {
  return migrate(database.url, { log: silentLog, folder });
}

async function listTables(): Promise<string[]> {
  const { rows } = await database.pool.query<{ tablename: string }>(
    `select tablename from pg_tables where schemaname = 'public' and tablename <> 'schema_migrations' order by 1`,
  );
  return rows.map(({ tablename }) => tablename);
}

const first = { '0001_first.sql': 'create table first (id int)' };
const second = { '0002_second.sql': 'create table second (id int); insert into second values (1)' };

describe('migrations', () => {
  it('are applied in order, once, and recorded with their digest', async () => {
    await write({ ...second, ...first });
    expect(await run()).toEqual(['0001_first.sql', '0002_second.sql']);
    expect(await run()).toEqual([]);
    const { rows } = await database.pool.query(
      'select version, name, length(sha256) as digits from schema_migrations',
    );
    expect(rows).toEqual([
      { version: 1, name: '0001_first.sql', digits: 64 },
      { version: 2, name: '0002_second.sql', digits: 64 },
    ]);
  });

  it('continue where an older release stopped', async () => {
    await write(first);
    await run();
    await write(second);
    expect(await run()).toEqual(['0002_second.sql']);
  });

  it('are applied once when many processes start at the same moment', async () => {
    await write({ ...first, ...second });
    const results = await Promise.all(Array.from({ length: 8 }, run));
    expect(results.flat()).toEqual(['0001_first.sql', '0002_second.sql']);
  });

  it('leave nothing behind when one fails, name the file and the line, and go on after the repair', async () => {
    await write({
      ...first,
      '0002_second.sql': 'create table second (id int);\ninsert into nowhere values (1);',
    });
    await expect(run()).rejects.toThrow(
      /^The migration 0002_second.sql failed in line 2, nothing of it was kept: .*"nowhere" does not exist$/,
    );
    expect(await listTables()).toEqual(['first']);
    await write(second);
    expect(await run()).toEqual(['0002_second.sql']);
  });
});

describe('on a database that is in use', () => {
  const fill = 'create table filled (id int); insert into filled select generate_series(1, 100)';
  const index = `-- Outside a transaction: the table is large.
create unique index concurrently if not exists filled_id on filled (id);
alter table filled add constraint is_small check (id < 1000) not valid;
alter table filled validate constraint is_small;
`;

  it('a file outside a transaction builds an index beside the writes of others, and begins again after a fault', async () => {
    await write({ '0001_filled.sql': fill });
    await run();
    await write({ '0002_index.sql': index });
    await database.pool.query('insert into filled values (1)');
    await expect(run()).rejects.toThrow(
      /^The migration 0002_index.sql failed, what came before it in the file stays/,
    );
    await database.pool.query('delete from filled where ctid = (select max(ctid) from filled)');
    const writer = await database.pool.connect();
    try {
      await writer.query('begin; insert into filled values (200)');
      const [done] = await Promise.all([run(), writer.query('commit')]);
      expect(done).toEqual(['0002_index.sql']);
    } finally {
      writer.release();
    }
    const { rows } = await database.pool.query(
      `select indisvalid as is_valid from pg_index where indexrelid = 'filled_id'::regclass
       union all select convalidated from pg_constraint where conname = 'is_small'`,
    );
    expect(rows).toEqual([{ is_valid: true }, { is_valid: true }]);
  });

  it('one that waits for a lock lets writes pass, and is applied once it gets it', async () => {
    await write({ '0001_filled.sql': fill });
    await run();
    await write({ '0002_column.sql': 'alter table filled add column note text' });
    const reader = await database.pool.connect();
    try {
      await reader.query('begin; select count(*) from filled');
      const done = run();
      await expect
        .poll(
          async () =>
            (
              await database.pool.query(
                `select from pg_locks where relation = 'filled'::regclass and not granted`,
              )
            ).rowCount,
          { timeout: 60_000, interval: 20 },
        )
        .toBeGreaterThan(0);
      await database.pool.query('insert into filled (id) values (300)');
      await reader.query('commit');
      expect(await done).toEqual(['0002_column.sql']);
    } finally {
      reader.release();
    }
  });
});

describe('a database and files that do not belong together are refused', () => {
  async function refusal(): Promise<string> {
    const error = await run().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OperatorError);
    return (error as OperatorError).message;
  }

  it('when a released migration was changed', async () => {
    await write(first);
    await run();
    await write({ '0001_first.sql': 'create table first (id bigint)', ...second });
    expect(await refusal()).toMatch(/^The migration 0001_first.sql was changed after it was applied/);
    expect(await listTables()).toEqual(['first']);
  });

  it('when the database is newer than the code', async () => {
    await write({ ...first, ...second });
    await run();
    await rm(path.join(folder, '0002_second.sql'));
    expect(await refusal()).toMatch(
      /^The database is newer than this release of Reelay \(it has 0002_second.sql\)/,
    );
  });

  it('when a released migration is missing', async () => {
    await write({ ...first, ...second });
    await run();
    await rm(path.join(folder, '0001_first.sql'));
    expect(await refusal()).toBe('The database has the migration 0001_first.sql, which is missing here.');
  });

  it('when it was made by the files that were replaced before the first release', async () => {
    await write({ '0001_foundation.sql': 'create table first (id int)', ...second });
    await run();
    await rm(path.join(folder, '0001_foundation.sql'));
    await write(first);
    expect(await refusal()).toBe(
      'The database was made before the first release of Reelay (by 0001_foundation.sql, which is 0001_first.sql now) and cannot be brought up to date: set DATABASE_URL to an empty database, or, where it is not set, move the folder "postgres" out of DATA_DIR.',
    );
    expect(await listTables()).toEqual(['first', 'second']);
  });

  it('when a migration comes in before those that were applied', async () => {
    await write(second);
    await run();
    await write(first);
    expect(await refusal()).toMatch(/^The migration 0001_first.sql comes before others that were applied/);
  });

  it('when two migrations have one number, or a name has none', async () => {
    await write({ ...first, '0001_again.sql': '' });
    expect(await refusal()).toBe('Two migrations have the number of 0001_first.sql.');
    await rm(path.join(folder, '0001_again.sql'));
    await write({ 'first.sql': '' });
    expect(await refusal()).toBe('The migration first.sql must be called 0001_words.sql.');
  });
});
