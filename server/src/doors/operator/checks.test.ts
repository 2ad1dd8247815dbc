// The audit and the checks over HTTP, and that the commands print the same.
import { describe, expect, it } from 'vitest';
import { newId } from '../../lib/ids.ts';
import { createOperatorApi } from './testing.ts';

const api = await createOperatorApi();

it('proves the ledger, and names each row that breaks an invariant', async () => {
  expect((await api.operate('POST', '/audit')).body).toEqual({ violations: [] });
  const accountId = newId();
  const insert = 'insert into balances (account_id, book, posted, held) values ($1, $2, 1, 0)';
  await api.core.pool.query(insert, [accountId, 'live']);
  const found = (await api.operate('POST', '/audit')).body;
  await api.core.pool.query('delete from balances where account_id = $1', [accountId]);
  expect(found).toEqual({
    violations: [
      {
        invariant: 'L4',
        promise: 'each balance equals its transfers and what its open tasks hold',
        subject: `${accountId} live`,
      },
    ],
  });
  expect(await api.runCommand('credits', 'audit')).toEqual({ violations: [] });
});

it('examines what the server needs, as the doctor does', async () => {
  const { body } = await api.operate('POST', '/doctor');
  const printed = (await api.runCommand('doctor')) as typeof body;
  // The command is given the address of the database that this server calls embedded.
  expect(JSON.stringify(printed)).toBe(JSON.stringify(body).replace(', embedded', ''));
  const checks = ['node', 'data folder', 'database', 'secret', 'ledger', 'files', 'draft renderer', 'models'];
  expect(body.findings).toEqual(checks.map((check) => ({ check, ok: true, found: expect.any(String) })));
});

describe('the overview', () => {
  it('has every figure in one call', async () => {
    const { body } = await api.operate('GET', '/overview');
    expect(body).toMatchObject({
      violations: [],
      open: [],
      unknown: 0,
      nodes: 0,
      losses: 0,
      maintenance: false,
    });
    const caller = await api.openAccount();
    await api.create(caller);
    await api.core.credentials.add({ provider: 'runway', fields: { api_key: 'a-key-for-this-test' } });
    const later = (await api.operate('GET', '/overview')).body;
    expect(later).toMatchObject({
      open: [{ state: 'pending', book: 'test', count: 1 }],
      credentials: [{ state: 'ready', count: 1 }],
    });
    expect(later.oldest_waiting_seconds).toBeGreaterThan(0);
  });

  it('lists the processes with what they work on', async () => {
    const id = newId();
    await api.core.pool.query(`insert into nodes (id, host, process_id) values ($1, 'one.example', 42)`, [
      id,
    ]);
    expect((await api.operate('GET', '/nodes')).items).toEqual([
      {
        id,
        host: 'one.example',
        process_id: 42,
        started_at: expect.any(Number),
        seen_at: expect.any(Number),
        tasks: 0,
      },
    ]);
  });
});
