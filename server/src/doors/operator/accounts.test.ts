// Accounts and keys over HTTP, and that the commands print the same.
import { describe, expect, it } from 'vitest';
import { newId } from '../../lib/ids.ts';
import type { JsonObject } from '../../lib/json.ts';
import { createOperatorApi } from './testing.ts';

const COMMAND_MS = 60_000;
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

describe('the commands', () => {
  it('print what the routes answer', { timeout: COMMAND_MS }, async () => {
    const [listed, keys] = await Promise.all([
      api.runCommand('accounts', 'list', '--limit', '1'),
      api.runCommand('keys', 'list', '--account', 'two'),
    ]);
    expect(listed).toEqual((await api.operate('GET', '/accounts?limit=1')).body);
    expect(keys).toEqual((await api.operate('GET', '/keys?account=two')).body);
  });

  it('print a key once, beside the record that the list has', { timeout: COMMAND_MS }, async () => {
    const made = (await api.runCommand('keys', 'create', '--mode', 'live', '--account', 'one')) as JsonObject;
    const { key, ...record } = made;
    expect(key).toMatch(/^ak_live/);
    const listed = await api.operate('GET', '/keys?account=one');
    expect(listed.items).toContainEqual(record);
    expect(listed.text).not.toContain(String(key));
  });
});
