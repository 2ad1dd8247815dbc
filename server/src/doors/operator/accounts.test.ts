// Accounts and keys over HTTP, and that the commands print the same.
import { describe, expect, it } from 'vitest';
import { newId } from '../../lib/ids.ts';
import type { JsonObject } from '../../lib/json.ts';
import { createOperatorApi } from './testing.ts';

const api = await createOperatorApi();
const { accounts } = api.core;
const one = await accounts.create('one');
const two = await accounts.create('two');
await accounts.createKey({ account: 'one', mode: 'live', name: 'first' });
await accounts.createKey({ account: 'two', mode: 'test', name: 'second', strict: true });

describe('the list of accounts', () => {
  it('comes in pages that lead on to each other', async () => {
    const first = await api.operate('GET', '/accounts?limit=1');
    expect(first.body).toEqual({
      items: [
        {
          id: one.id,
          name: 'one',
          open_tasks_max: null,
          created_at: Math.floor(one.created_at.getTime() / 1000),
          disabled_at: null,
        },
      ],
      next: one.id,
    });
    const second = await api.operate('GET', `/accounts?limit=1&after=${first.body.next}`);
    expect(second.body).toEqual({ items: [expect.objectContaining({ id: two.id })], next: null });
  });

  it.each([
    [
      'limit=0&after=x',
      ['limit: must be a whole number from 1 to 200', 'after: must be an id as a list gives it'],
    ],
    ['limit=201', ['limit: must be a whole number from 1 to 200']],
  ])('refuses %s with a sentence for each fault', async (query, faults) => {
    expect((await api.operate('GET', `/accounts?${query}`)).refusal).toEqual([
      422,
      'validation_failed',
      faults,
    ]);
  });
});

describe('the list of keys', () => {
  it('has those of all accounts, or of one by its name or id', async () => {
    const names = async (query: string) =>
      (await api.operate('GET', `/keys${query}`)).items.map(({ name }) => name);
    expect(await names('')).toEqual(['first', 'second']);
    expect(await names('?account=two')).toEqual(['second']);
    expect(await names(`?account=${one.id}`)).toEqual(['first']);
  });

  it('says in a sentence that there is no such account', async () => {
    const id = newId();
    expect((await api.operate('GET', `/keys?account=${id}`)).refusal).toEqual([
      404,
      'not_found',
      `There is no account "${id}"; "reelay accounts list" shows them`,
    ]);
  });
});

describe('an account', () => {
  it('is made with test credits and nothing in the live book, and is found by name and id', async () => {
    const made = await api.operate('POST', '/accounts', { name: 'made over HTTP' });
    expect(made.body).toMatchObject({ name: 'made over HTTP', open_tasks_max: null, disabled_at: null });
    const balances = await api.operate('GET', `/accounts/${made.body.id}/balances`);
    expect(balances.items.map(({ book, available }) => [book, available])).toEqual([
      ['live', 0],
      ['test', 1_000_000],
    ]);
    for (const name of ['made%20over%20HTTP', made.body.id])
      expect((await api.operate('GET', `/accounts/${name}`)).body).toEqual(made.body);
  });

  it('is disabled, limited and set free again, each without touching the other', async () => {
    const change = (body: JsonObject) => api.operate('PATCH', '/accounts/one', body);
    expect((await change({ disabled: true })).body).toMatchObject({ disabled_at: expect.any(Number) });
    expect((await change({ open_tasks_max: 3 })).body).toMatchObject({
      open_tasks_max: 3,
      disabled_at: expect.any(Number),
    });
    expect((await change({ disabled: false })).body).toMatchObject({ open_tasks_max: 3, disabled_at: null });
    expect((await change({ open_tasks_max: null })).body).toMatchObject({ open_tasks_max: null });
  });

  it.each<[string, string, JsonObject | undefined, [number, string, unknown]]>([
    ['POST', '/accounts', { name: 'one' }, [409, 'conflict', 'The account "one" already exists']],
    [
      'POST',
      '/accounts',
      { name: '', nam: 'x' },
      [422, 'validation_failed', ['name: must not be empty', 'nam: is not known here']],
    ],
    [
      'POST',
      '/accounts',
      { name: 'a\tb' },
      [
        422,
        'validation_failed',
        ['The name of an account must have 1 to 100 characters, none of which is a control character'],
      ],
    ],
    [
      'PATCH',
      '/accounts/one',
      { open_tasks_max: 0, disabled: 'yes' },
      [
        422,
        'validation_failed',
        ['open_tasks_max: must be a whole number from 1 to 9999999', 'disabled: must be of type boolean'],
      ],
    ],
    [
      'GET',
      '/accounts/nobody',
      undefined,
      [404, 'not_found', 'There is no account "nobody"; "reelay accounts list" shows them'],
    ],
    ['GET', '/accounts/a%00b', undefined, [404, 'not_found', expect.stringContaining('There is no account')]],
    [
      'PATCH',
      '/accounts/nobody',
      {},
      [404, 'not_found', 'There is no account "nobody"; "reelay accounts list" shows them'],
    ],
  ])('refuses %s %s with %j', async (method, path, body, refusal) => {
    expect((await api.operate(method as 'GET', path, body)).refusal).toEqual(refusal);
  });
});

describe('a key', () => {
  it('is shown by the answer that makes it, opens the API, and is never shown again', async () => {
    const made = await api.operate('POST', '/keys', { account: 'two', mode: 'test', reads_per_10s: 5 });
    const { key, ...record } = made.body;
    expect(record).toMatchObject({ account: 'two', mode: 'test', name: 'operator', reads_per_10s: 5 });
    const balance = { path: '/api/v1/client/account/balance', key: String(key) };
    expect((await api.call(balance)).status).toBe(200);
    const used = { ...record, last_used_at: expect.toBeOneOf([null, expect.any(Number)]) };
    const read = await api.operate('GET', `/keys/${record.id}`);
    expect(read.body).toEqual(used);
    expect((await api.operate('GET', `/keys/${encodeURIComponent(String(record.hint))}`)).body).toEqual(used);
    expect(read.text).not.toContain(String(key));
  });

  it('changes as it is asked to and keeps the rest', async () => {
    const { body } = await api.operate('POST', '/keys', { account: 'two', mode: 'test', reads_per_10s: 5 });
    const changed = await api.operate('PATCH', `/keys/${body.id}`, {
      role: 'reader',
      name: 'renamed',
      creates_max: 9,
      creates_window_s: 60,
      reads_per_10s: null,
      open_tasks_max: 2,
      credits_day_max: 12.5,
      credits_total_max: 0.000001,
      models: ['reelay/draft-t2v'],
      addresses: ['203.0.113.0/24'],
      expires_at: 4_000_000_000,
      strict: true,
      disabled: true,
    });
    const { key: _key, ...record } = body;
    const all = {
      ...record,
      role: 'reader',
      name: 'renamed',
      creates_max: 9,
      creates_window_s: 60,
      reads_per_10s: null,
      open_tasks_max: 2,
      credits_day_max: 12.5,
      credits_total_max: 0.000001,
      models: ['reelay/draft-t2v'],
      addresses: ['203.0.113.0/24'],
      expires_at: 4_000_000_000,
      strict: true,
      disabled_at: expect.any(Number),
    };
    expect(changed.body).toEqual(all);
    expect((await api.operate('PATCH', `/keys/${body.id}`, { disabled: false })).body).toEqual({
      ...all,
      disabled_at: null,
    });
  });

  it.each<[string, string, JsonObject | undefined, [number, string, unknown]]>([
    [
      'POST',
      '/keys',
      { mode: 'both', strict: 1 },
      [
        422,
        'validation_failed',
        [
          'account: is required and must be of type string',
          'mode: must be one of live, test',
          'strict: must be of type boolean',
        ],
      ],
    ],
    [
      'POST',
      '/keys',
      { account: 'nobody', mode: 'test' },
      [404, 'not_found', 'There is no account "nobody"; "reelay accounts list" shows them'],
    ],
    ['PATCH', '/keys/none', { disabled: true }, [404, 'not_found', expect.stringContaining('"none"')]],
    ['GET', '/keys/none', undefined, [404, 'not_found', expect.stringContaining('"none"')]],
  ])('refuses %s %s with %j', async (method, path, body, refusal) => {
    expect((await api.operate(method as 'GET', path, body)).refusal).toEqual(refusal);
  });
});

describe('the commands', () => {
  it('print what the routes answer', async () => {
    const [listed, keys] = await Promise.all([
      api.runCommand('accounts', 'list', '--limit', '1'),
      api.runCommand('keys', 'list', '--account', 'two'),
    ]);
    expect(listed).toEqual((await api.operate('GET', '/accounts?limit=1')).body);
    expect(keys).toEqual((await api.operate('GET', '/keys?account=two')).body);
  });

  it('print a key once, beside the record that the list has', async () => {
    const made = (await api.runCommand('keys', 'create', '--mode', 'live', '--account', 'one')) as JsonObject;
    const { key, ...record } = made;
    expect(key).toMatch(/^ak_live/);
    const listed = await api.operate('GET', '/keys?account=one');
    expect(listed.items).toContainEqual(record);
    expect(listed.text).not.toContain(String(key));
  });
});
