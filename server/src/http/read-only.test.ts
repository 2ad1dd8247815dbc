// A database that accepts no writes for a while, as in a failover to a standby that is promoted a moment later.
import { expect, inject, it, onTestFinished } from 'vitest';
import { runStatement } from '../db/testing.ts';
import { createTestApi } from './testing.ts';

const api = await createTestApi();
const { pool } = api.core;

async function makeReadOnly(isReadOnly: boolean): Promise<void> {
  const { adminUrl } = inject('testServer');
  const name = new URL(String(pool.options.connectionString)).pathname.slice(1);
  await runStatement(adminUrl, `alter database ${name} set default_transaction_read_only = ${isReadOnly}`);
  // Earlier connections stay as they were: only a new connection can reach another server.
  if (isReadOnly)
    await runStatement(
      adminUrl,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and backend_type = 'client backend'`,
    );
}

it('25006: writes are answered 455 with a time, reads go on, and writes return', async () => {
  const caller = await api.openAccount();
  await makeReadOnly(true);
  onTestFinished(() => makeReadOnly(false));
  await expect
    .poll(() => api.create(caller))
    .toMatchObject({ status: 455, body: { error: 'database_unavailable' }, headers: { 'retry-after': '2' } });
  const balance = () => api.call({ path: '/api/v1/client/account/balance', key: caller.key });
  expect((await Promise.all(Array.from({ length: 8 }, balance))).map(({ status }) => status)).toEqual(
    new Array(8).fill(200),
  );
  expect((await api.create(caller)).status).toBe(455);
  await makeReadOnly(false);
  // At once, or after the last of the connections that were made meanwhile.
  await expect.poll(async () => (await api.create(caller)).status).toBe(200);
});
