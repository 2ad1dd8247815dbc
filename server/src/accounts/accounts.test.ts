import { describe, expect, it } from 'vitest';
import { OperatorError } from '../errors.ts';
import { createTestApi } from '../http/testing.ts';
import { newId } from '../lib/ids.ts';
import { steadyClock, systemClock } from '../lib/time.ts';
import { Accounts } from './accounts.ts';

const api = await createTestApi({ REELAY_CREATES_PER_10S: '7' });
const { accounts, pool } = api.core;

/** The accounts as another process on the same database sees them. */
function openNode(): Accounts {
  return new Accounts({
    pool,
    secret: 'of this test',
    clock: steadyClock,
    wallClock: systemClock,
    createsPer10s: 7,
  });
}

it('makes an account with an empty balance in both books, findable by name and id', async () => {
  const name = `made ${newId()}`;
  const made = await accounts.create(name);
  expect(await accounts.find(name)).toEqual(made);
  expect(await accounts.find(made.id)).toEqual(made);
  for (const book of ['live', 'test'] as const) {
    expect(await api.core.credits.balance(made.id, book)).toEqual({ posted: 0n, held: 0n });
  }
});

it('refuses a name that is taken, and an unknown one', async () => {
  const name = `taken ${newId()}`;
  await accounts.create(name);
  await expect(accounts.create(name)).rejects.toThrow(OperatorError);
  await expect(accounts.find('nobody')).rejects.toThrow('"nobody"');
});

it('shows a key once: what is stored opens nothing', async () => {
  const caller = await api.openAccount();
  const { rows } = await pool.query(
    `select to_jsonb(k)::text || to_jsonb(s)::text as stored from api_keys k join key_secrets s on s.key_id = k.id
     where k.id = $1`,
    [caller.row.id],
  );
  expect(rows[0].stored).not.toContain(caller.key.slice(7, 30));
  expect(await accounts.authenticate(caller.key, '127.0.0.1')).toMatchObject({
    keyId: caller.row.id,
    mode: 'test',
  });
});

it('gives a key the limits of the server, or its own', async () => {
  const { id } = await accounts.create(`limits ${newId()}`);
  const plain = await accounts.createKey({ account: id, mode: 'live', name: 'plain' });
  const own = await accounts.createKey({
    account: id,
    mode: 'live',
    name: 'own',
    createsMax: 3,
    readsPer10s: 9,
    strict: true,
  });
  expect(plain.row).toMatchObject({ creates_max: 7, reads_per_10s: null, strict: false });
  expect(own.row).toMatchObject({ creates_max: 3, reads_per_10s: 9, strict: true });
  expect((await accounts.listKeys(id, { limit: 10 })).map(({ name }) => name)).toEqual(['plain', 'own']);
});

it('changes what is named and keeps the rest', async () => {
  const { row } = await api.openAccount({ createsPer10s: 5, readsPer10s: 6, strict: true });
  expect(await accounts.changeKey(row.id, { disabled: true })).toMatchObject({
    creates_max: 5,
    reads_per_10s: 6,
    strict: true,
  });
  const changed = await accounts.changeKey(row.id, { disabled: false, readsPer10s: null, strict: false });
  expect(changed).toMatchObject({ disabled_at: null, reads_per_10s: null, strict: false, creates_max: 5 });
  expect(await accounts.changeKey(row.hint, { createsMax: 50 })).toMatchObject({
    id: row.id,
    creates_max: 50,
  });
  await expect(accounts.changeKey('none', {})).rejects.toThrow(OperatorError);
});

describe('the key of a playground', () => {
  it('is one for an account and book, however many nodes ask for it at once', async () => {
    const { id } = await accounts.create(`playground ${newId()}`);
    const nodes = Array.from({ length: 8 }, () => openNode());
    const keys = await Promise.all(nodes.map((node) => node.playgroundKey(id, 'test')));
    expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(1);
    expect(keys[0]).toMatchObject({ accountId: id, mode: 'test', kind: 'playground', role: 'member' });
    expect((await accounts.playgroundKey(id, 'live')).keyId).not.toBe(keys[0].keyId);
  });

  it('is in no list and has no secret', async () => {
    const { id } = await accounts.create(`playground ${newId()}`);
    const { keyId } = await accounts.playgroundKey(id, 'test');
    expect(await accounts.listKeys(id, { limit: 10 })).toEqual([]);
    await expect(accounts.findKey(keyId)).rejects.toThrow('There is no key');
    const { rows } = await pool.query('select from key_secrets where key_id = $1', [keyId]);
    expect(rows).toEqual([]);
  });

  it('works while its account does', async () => {
    const { id } = await accounts.create(`playground ${newId()}`);
    await accounts.change(id, { disabled: true });
    await expect(async () => accounts.playgroundKey(id, 'test')).rejects.toThrow('API key disabled');
  });
});
