import { createServer } from 'node:net';
import type pg from 'pg';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { checkServer } from './check-server.ts';
import { silentLog } from './log.ts';
import { createPool, isDatabaseDown, isDatabaseUnavailable, withTransaction } from './pool.ts';
import { createTestDatabase, runStatement } from './testing.ts';

const database = await createTestDatabase();
const { pool } = database;
await pool.query('create table notes (id int primary key, note text not null)');

async function countNotes(): Promise<number> {
  return (await pool.query('select from notes')).rowCount ?? 0;
}

async function endBackend(pid: number): Promise<void> {
  await pool.query('select pg_terminate_backend($1)', [pid]);
}

describe('values', () => {
  it('reads int8 and its arrays of rows as a bigint without loss', async () => {
    const { rows } = await pool.query('select 9007199254740993::int8 as amount, count(*) as many from notes');
    expect(rows).toEqual([{ amount: 9007199254740993n, many: 0n }]);
  });

  it('reads timestamps as dates, json as its value and null as null', async () => {
    const { rows } = await pool.query(
      `select '2026-01-02T03:04:05Z'::timestamptz as at, '{"a":[1]}'::json as body, null::int8 as nothing`,
    );
    expect(rows).toEqual([{ at: new Date('2026-01-02T03:04:05Z'), body: { a: [1] }, nothing: null }]);
  });

  it('leaves other users of the driver unchanged', async () => {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query('select 5::int8 as amount');
    await client.end();
    expect(rows).toEqual([{ amount: '5' }]);
  });
});

describe('a lost connection', () => {
  it('fails the running query and not the process, and the pool serves the next one', async () => {
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const waiting = client.query('select pg_sleep(30)').catch((error: unknown) => error);
    await endBackend(rows[0]?.pid ?? 0);
    const error = await waiting;
    client.release(true);
    expect(isDatabaseUnavailable(error)).toBe(true);
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('is noticed while idle, logged, and replaced', async () => {
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (_: object, message: string) => warnings.push(message) };
    const own = createPool(database.url, { max: 1, applicationName: 'idle', log });
    const { rows } = await own.query<{ pid: number }>('select pg_backend_pid() as pid');
    await endBackend(rows[0]?.pid ?? 0);
    await expect.poll(() => warnings).toEqual(['connection.lost']);
    expect((await own.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await own.end();
  });

  it('inside a transaction undoes it, gives the connection up and throws the reason', async () => {
    const doomed = withTransaction(pool, async (client) => {
      await client.query(`insert into notes values (1, 'lost')`);
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      await endBackend(rows[0]?.pid ?? 0);
      await client.query('select 1');
    });
    await expect(doomed).rejects.toSatisfy(isDatabaseUnavailable);
    expect(await countNotes()).toBe(0);
  });
});

describe('a server that accepts no writes (25006)', () => {
  /** Decides whether new connections are to a read-only server, as a standby is. */
  async function makeReadOnly(isReadOnly: boolean): Promise<void> {
    const name = new URL(database.url).pathname.slice(1);
    await runStatement(
      inject('testServer').adminUrl,
      `alter database ${name} set default_transaction_read_only = ${isReadOnly}`,
    );
  }

  async function connectAll(own: pg.Pool): Promise<void> {
    const clients = await Promise.all(Array.from({ length: own.options.max ?? 0 }, () => own.connect()));
    for (const client of clients) client.release();
  }

  const writes: [string, (own: pg.Pool) => Promise<unknown>][] = [
    ['a statement', (own) => own.query(`insert into notes values (7, '')`)],
    ['a prepared statement', (own) => own.query({ name: 'n', text: `insert into notes values (7, '')` })],
    [
      'a transaction',
      (own) => withTransaction(own, (client) => client.query(`insert into notes values (7, '')`)),
    ],
  ];
  it.each(writes)(
    '25006: %s is refused as unavailable, and all connections are made again',
    async (_, write) => {
      const own = createPool(database.url, { max: 4, applicationName: 'misplaced', log: silentLog });
      onTestFinished(() => own.end());
      await makeReadOnly(true);
      onTestFinished(() => makeReadOnly(false));
      await connectAll(own);
      const held = await own.connect();
      await expect(write(own)).rejects.toSatisfy(isDatabaseDown);
      await makeReadOnly(false);
      // It was at work when the others were closed.
      expect((await held.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
      held.release();
      const clients = await Promise.all(Array.from({ length: 4 }, () => own.connect()));
      for (const client of clients) {
        await client.query('begin');
        await client.query(`insert into notes values (8, '')`);
        await client.query('rollback');
        client.release();
      }
    },
  );

  it('25006: is said in one line at start', async () => {
    await makeReadOnly(true);
    onTestFinished(() => makeReadOnly(false));
    await expect(checkServer(database.url)).rejects.toThrow(/cannot be used: it takes no writes/);
  });
});

describe('a connection whose prepared statements are not what the client believes', () => {
  it.each(['deallocate all', 'alter table plans add column more integer'])(
    'is replaced after %s',
    async (change) => {
      await pool.query('create table plans (id integer)');
      onTestFinished(async () => void (await pool.query('drop table plans')));
      const own = createPool(database.url, { max: 1, applicationName: 'stale', log: silentLog });
      onTestFinished(() => own.end());
      const read = { name: 'plans', text: 'select * from plans' };
      await own.query(read);
      await own.query(change);
      await expect(withTransaction(own, (client) => client.query(read))).rejects.toSatisfy(isDatabaseDown);
      expect((await withTransaction(own, (client) => client.query(read))).rows).toEqual([]);
    },
  );
});

describe('a transaction', () => {
  it('keeps what it did when it resolves, and nothing when it throws', async () => {
    await withTransaction(pool, (client) => client.query(`insert into notes values (2, 'kept')`));
    const refused = withTransaction(pool, async (client) => {
      await client.query(`insert into notes values (3, 'undone')`);
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
    expect((await pool.query('select id from notes')).rows).toEqual([{ id: 2 }]);
    await pool.query('delete from notes');
  });

  it('runs again as a whole after a deadlock, so that both sides end with their effect', async () => {
    await pool.query(`insert into notes values (1, ''), (2, '')`);
    const firstLocks = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let runs = 0;
    const cross = (own: number, other: number) =>
      withTransaction(pool, async (client) => {
        runs += 1;
        await client.query('update notes set note = note || $2 where id = $1', [own, 'x']);
        firstLocks[own - 1]?.resolve();
        await firstLocks[other - 1]?.promise;
        await client.query('update notes set note = note || $2 where id = $1', [other, 'y']);
      });
    await Promise.all([cross(1, 2), cross(2, 1)]);
    const { rows } = await pool.query('select length(note) as length from notes order by id');
    expect(rows).toEqual([{ length: 2 }, { length: 2 }]);
    expect(runs).toBeGreaterThan(2);
    await pool.query('delete from notes');
  });

  it('gives up after five serialization failures with the last of them', async () => {
    let runs = 0;
    const failing = withTransaction(pool, async (client) => {
      runs += 1;
      await client.query(`do $$ begin raise exception using errcode = '40001'; end $$`);
    });
    await expect(failing).rejects.toMatchObject({ code: '40001' });
    expect(runs).toBe(5);
  });

  it('is not run again for any other error', async () => {
    let runs = 0;
    const failing = withTransaction(pool, async (client) => {
      runs += 1;
      await client.query(`insert into notes values (1, null)`);
    });
    await expect(failing).rejects.toMatchObject({ code: '23502' });
    expect(runs).toBe(1);
  });
});

describe('limits', () => {
  it('cancels a statement that takes too long, and says that the database is at fault', async () => {
    const own = createPool(database.url, {
      max: 1,
      applicationName: 'slow',
      log: silentLog,
      statementTimeoutMs: 100,
    });
    await expect(own.query('select pg_sleep(10)')).rejects.toSatisfy(isDatabaseUnavailable);
    await own.end();
  });

  it('asks the server to end stuck transactions and long waits for a lock', async () => {
    const { rows } = await pool.query(
      `select current_setting('idle_in_transaction_session_timeout') as idle, current_setting('lock_timeout') as lock,
              current_setting('statement_timeout') as statement`,
    );
    expect(rows).toEqual([{ idle: '15s', lock: '5s', statement: '15s' }]);
  });

  const impatient = { max: 1, applicationName: 'impatient', log: silentLog, connectTimeoutMs: 200 };

  it('waits a bounded time for a connection when all are taken', async () => {
    const own = createPool(database.url, impatient);
    const client = await own.connect();
    await expect(own.query('select')).rejects.toSatisfy(isDatabaseUnavailable);
    client.release();
    await own.end();
  });

  it('waits a bounded time for a server that accepts and then says nothing', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as { port: number };
    const own = createPool(`postgres://u:p@127.0.0.1:${port}/d`, impatient);
    await expect(own.query('select')).rejects.toSatisfy(isDatabaseUnavailable);
    await own.end();
  });
});

describe('whose fault an error is', () => {
  it.each([
    { code: '23505', at: false },
    { code: '22P02', at: false },
    { code: 'P0001', at: false },
    { code: '57P01', at: true },
    { code: '08006', at: true },
    { code: '53300', at: true },
    { code: 'ECONNREFUSED', at: true },
    { code: '25006', at: true },
    { code: '26000', at: true },
    { code: '53100', at: true },
    { code: '57P05', at: true },
    { code: '0A000', at: false },
    { code: 'EMFILE', at: true },
  ])('knows that $code is the database: $at', ({ code, at }) => {
    expect(isDatabaseUnavailable(Object.assign(new Error('x'), { code }))).toBe(at);
  });

  it('does not blame the database for an error of the server itself', () => {
    expect(isDatabaseUnavailable(new TypeError('x is not a function'))).toBe(false);
    expect(isDatabaseUnavailable(undefined)).toBe(false);
  });
});
