// The people of all accounts over HTTP, and that the command prints the same.
import { describe, expect, it } from 'vitest';
import { newId } from '../../lib/ids.ts';
import type { JsonObject } from '../../lib/json.ts';
import { createOperatorApi } from './testing.ts';

const PASSWORD = 'a long password of this test';
const api = await createOperatorApi();
const { accounts, members } = api.core;
const one = await accounts.create('one');

/** A person that followed a link. */
async function join(email: string, body: JsonObject): Promise<JsonObject> {
  const made = await api.operate('POST', '/people/invite', { email, ...body });
  const token = String(made.body.link).split('#')[1];
  await members.accept(
    { token, password: PASSWORD, name: 'A person' },
    { address: '127.0.0.1', userAgent: undefined },
  );
  return (await api.operate('PATCH', `/people/${email}`, {})).body;
}

describe('a person', () => {
  it('joins by a link as what the operator said, and is in the list', async () => {
    const email = 'joined@example.com';
    const person = await join(email, { account: 'one', role: 'reader', operator: true });
    expect(person).toMatchObject({ email, operator: true, accounts: [{ name: 'one', role: 'reader' }] });
    expect((await api.operate('GET', '/people')).items).toContainEqual(person);
  });

  it('gets and loses roles, and the audit log says so', async () => {
    const email = 'changed@example.com';
    await join(email, { account: one.id, role: 'owner' });
    await join('second@example.com', { account: one.id, role: 'owner' });
    const change = (body: JsonObject) => api.operate('PATCH', `/people/${email}`, body);
    expect((await change({ account: 'one', role: 'member', operator: true })).body).toMatchObject({
      operator: true,
      accounts: [{ role: 'member' }],
    });
    expect((await change({ account: 'one', role: null, operator: false })).body).toMatchObject({
      operator: false,
      accounts: [],
    });
    const { rows } = await api.core.pool.query(
      `select action, actor_kind from audit_lines where subject = $1 and action like 'person.%'`,
      [email],
    );
    expect(rows).toEqual(expect.arrayContaining([{ action: 'person.change', actor_kind: 'token' }]));
  });

  it('that is the last owner of an account is not removed before another one owns it', async () => {
    const account = (await accounts.create('kept')).name;
    const { id } = await join('only-owner@example.com', { account, role: 'owner' });
    const other = await join('next-owner@example.com', { account, role: 'member' });
    expect((await api.operate('DELETE', `/people/${id}`)).refusal).toEqual([
      409,
      'conflict',
      'The account "kept" would have no owner; make another person an owner first',
    ]);
    await api.operate('PATCH', `/people/${other.id}`, { account, role: 'owner' });
    expect((await api.operate('DELETE', `/people/${id}`)).status).toBe(200);
    expect((await api.operate('DELETE', `/people/${other.id}`)).status).toBe(409);
  });

  it('is removed with everything by which it got in', async () => {
    const { id } = await join('removed@example.com', { operator: true });
    await api.operate('DELETE', `/people/${id}`);
    expect((await api.operate('DELETE', `/people/${id}`)).refusal).toEqual([
      404,
      'not_found',
      expect.stringContaining('There is no person'),
    ]);
    const { rows } = await api.core.pool.query('select from sessions where person_id = $1', [id]);
    expect(rows).toEqual([]);
  });

  it.each<[JsonObject, string]>([
    [{ email: 'x@example.com' }, 'operator: must be true when no account is given'],
    [{ email: 'x@example.com', account: 'one' }, 'account and role: are given together'],
    [{ email: 'nobody', operator: true }, 'email: must be an email address'],
  ])('is not invited with %j', async (body, fault) => {
    const { refusal } = await api.operate('POST', '/people/invite', body);
    expect(refusal).toEqual([422, 'validation_failed', expect.arrayContaining([fault])]);
  });
});

it('is printed by the commands as the routes answer it', async () => {
  const email = `${newId()}@example.com`;
  await join(email, { account: 'one', role: 'reader' });
  const [listed, link] = await Promise.all([
    api.runCommand('people', 'list'),
    api.runCommand('people', 'reset-password', email),
  ]);
  expect(listed).toEqual((await api.operate('GET', '/people')).body);
  expect(link).toMatchObject({ email, link: expect.stringContaining('/invitation#') });
});
