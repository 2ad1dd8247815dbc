// Invitations, roles, and another password.
import { describe, expect, it } from 'vitest';
import type { Role } from '../../accounts/roles.ts';
import type { Answer } from '../../http/testing.ts';
import { cookieOf, createPeopleApi, type Member, OWN_PAGE, PASSWORD } from './testing.ts';

const api = await createPeopleApi({ REELAY_TRUST_PROXY: '127.0.0.1' });
const PEOPLE = '/api/v1/account/people';
const INVITATIONS = '/api/v1/account/invitations';
const ME = '/api/v1/account/me';
const NEW_PASSWORD = 'another password, just as long';
let callers = 0;

/** Each call comes from an address of its own, so that the rate of tries is no matter here. */
function follow(what: 'look' | 'accept', body: Record<string, string>): Promise<Answer> {
  const headers = { 'x-forwarded-for': `10.0.0.${callers++ % 250}` };
  return api.call({ method: 'POST', path: `${INVITATIONS}/${what}`, headers, body });
}

async function invite(owner: Member, email: string, role: Role = 'member') {
  const { body } = await owner.call({ method: 'POST', path: INVITATIONS, body: { email, role } });
  return { id: String(body.id), token: String(body.link).split('#')[1] };
}

async function openAccount() {
  const { accountId } = await api.openAccount();
  return { accountId, owner: await api.signIn({ [accountId]: 'owner' }) };
}

function nameOf({ body }: Answer): unknown {
  return (body.error as { name?: string } | undefined)?.name;
}

describe('an invitation', () => {
  it('lets a new person in once, with the role that it is for, and is in the list until then', async () => {
    const { accountId, owner } = await openAccount();
    const { token } = await invite(owner, 'New@Example.com', 'reader');
    const listed = await owner.call({ path: INVITATIONS });
    expect(listed.body.items).toEqual([
      expect.objectContaining({ email: 'new@example.com', role: 'reader' }),
    ]);
    expect(listed.text).not.toContain(token);
    expect((await follow('look', { token })).body).toMatchObject({
      email: 'new@example.com',
      account: { id: accountId },
      role: 'reader',
      is_known: false,
    });
    const tries = await Promise.all(
      Array.from({ length: 5 }, () => follow('accept', { token, name: 'New', password: NEW_PASSWORD })),
    );
    const joined = tries.filter(({ status }) => status === 200);
    expect(joined).toHaveLength(1);
    expect(joined[0].body).toMatchObject({
      person: { email: 'new@example.com', operator: false },
      accounts: [{ id: accountId, role: 'reader' }],
    });
    expect((await owner.call({ path: INVITATIONS })).body.items).toEqual([]);
    expect(nameOf(await follow('look', { token }))).toBe('link_invalid');
  });

  it('gives a known person its role only for the password of that person', async () => {
    const { accountId, owner } = await openAccount();
    const known = await api.signIn();
    const { token } = await invite(owner, known.email);
    const wrong = await follow('accept', { token, password: NEW_PASSWORD });
    expect([wrong.status, nameOf(wrong)]).toEqual([401, 'sign_in_failed']);
    const joined = await follow('accept', { token, password: PASSWORD });
    expect(joined.body).toMatchObject({ accounts: [{ id: accountId, role: 'member' }] });
    const me = (cookie: string) => api.call({ path: ME, headers: { cookie } });
    expect((await me(cookieOf(joined))).status).toBe(200);
    expect((await me(known.cookie)).status).toBe(401);
  });

  it('counts no more once it was withdrawn, replaced by a later one, or is old', async () => {
    const { owner } = await openAccount();
    const withdrawn = await invite(owner, 'a@example.com');
    await owner.call({ method: 'DELETE', path: `${INVITATIONS}/${withdrawn.id}` });
    const replaced = await invite(owner, 'b@example.com');
    const later = await invite(owner, 'b@example.com');
    const old = await invite(owner, 'c@example.com');
    await api.core.pool.query('update invitations set expires_at = now() where id = $1', [old.id]);
    for (const { token } of [withdrawn, replaced, old]) {
      expect(nameOf(await follow('accept', { token, name: 'x', password: NEW_PASSWORD }))).toBe(
        'link_invalid',
      );
    }
    expect((await follow('look', { token: later.token })).status).toBe(200);
  });

  it('is made, seen and withdrawn by owners of the account alone', async () => {
    const { accountId, owner } = await openAccount();
    const { id } = await invite(owner, 'd@example.com');
    const member = await api.signIn({ [accountId]: 'member' });
    const other = (await openAccount()).owner;
    const body = { email: 'e@example.com', role: 'owner' };
    expect(nameOf(await member.call({ method: 'POST', path: INVITATIONS, body }))).toBe('not_permitted');
    expect(nameOf(await member.call({ path: INVITATIONS }))).toBe('not_permitted');
    const foreign = await other.call({ method: 'DELETE', path: `${INVITATIONS}/${id}` });
    expect([foreign.status, nameOf(foreign)]).toEqual([404, 'not_found']);
  });

  it('wants an address, a name and a password that is hard to guess', async () => {
    const { owner } = await openAccount();
    const bad = await owner.call({
      method: 'POST',
      path: INVITATIONS,
      body: { email: 'nobody', role: 'member' },
    });
    expect(bad.body.error).toMatchObject({ faults: ['email: must be an email address'] });
    const { token } = await invite(owner, 'f@example.com');
    const weak = await follow('accept', { token, password: 'aaaaaaaaaaaaaaa' });
    expect(weak.body.error).toMatchObject({
      faults: [
        'name: must have visible characters',
        'password: must have eight different characters and not repeat itself',
      ],
    });
  });
});

describe('a member', () => {
  it('gets another role, which ends its sessions', async () => {
    const { accountId, owner } = await openAccount();
    const member = await api.signIn({ [accountId]: 'member' });
    const path = `${PEOPLE}/${member.id}`;
    const changed = await owner.call({ method: 'PATCH', path, body: { role: 'reader' } });
    expect(changed.body).toMatchObject({ id: member.id, role: 'reader' });
    expect((await member.call({ path: ME })).status).toBe(401);
    const { rows } = await api.core.pool.query(
      `select action, actor_name, before, after from audit_lines where subject = $1 order by id`,
      [member.email],
    );
    expect(rows).toEqual([
      {
        action: 'member.change',
        actor_name: owner.email,
        before: { role: 'member' },
        after: { role: 'reader' },
      },
    ]);
  });

  it('is removed, and is out at once', async () => {
    const { accountId, owner } = await openAccount();
    const member = await api.signIn({ [accountId]: 'owner' });
    await owner.call({ method: 'DELETE', path: `${PEOPLE}/${member.id}` });
    expect((await owner.call({ path: PEOPLE })).body.items).toEqual([
      expect.objectContaining({ id: owner.id, role: 'owner' }),
    ]);
    expect((await member.call({ path: PEOPLE })).status).toBe(401);
  });

  it('of another account is not found, and nothing happens to it', async () => {
    const one = await openAccount();
    const two = await openAccount();
    const path = `${PEOPLE}/${two.owner.id}`;
    for (const call of [
      { method: 'PATCH', path, body: { role: 'reader' } },
      { method: 'DELETE', path },
    ] as const) {
      const answer = await one.owner.call(call);
      expect([answer.status, nameOf(answer)]).toEqual([404, 'not_found']);
    }
    expect((await two.owner.call({ path: PEOPLE })).body.items).toHaveLength(1);
  });

  it('that is the last owner stays one, also when two owners leave at once', async () => {
    const { accountId, owner } = await openAccount();
    const path = `${PEOPLE}/${owner.id}`;
    for (const call of [
      { method: 'PATCH', path, body: { role: 'member' } },
      { method: 'DELETE', path },
    ] as const) {
      expect(nameOf(await owner.call(call))).toBe('conflict');
    }
    const second = await api.signIn({ [accountId]: 'owner' });
    await Promise.allSettled(
      [owner, second].map(({ id }) => api.core.members.changeRole(accountId, id, 'reader')),
    );
    const roles = (await api.core.members.list(accountId, { limit: 10 })).map(({ role }) => role);
    expect(roles.toSorted()).toEqual(['owner', 'reader']);
  });
});

describe('a password', () => {
  it('is changed for the right one, and every other session ends', async () => {
    const person = await api.signIn();
    const change = (current: string) =>
      person.call({
        method: 'POST',
        path: '/api/v1/account/password',
        body: { current, password: NEW_PASSWORD },
      });
    expect(nameOf(await change('not the password'))).toBe('sign_in_failed');
    const changed = await change(PASSWORD);
    expect(changed.status).toBe(200);
    expect((await person.call({ path: ME })).status).toBe(401);
    const headers = { cookie: cookieOf(changed), ...OWN_PAGE };
    expect((await api.call({ path: ME, headers })).status).toBe(200);
  });

  it('is replaced by a link, once, and every session ends', async () => {
    const person = await api.signIn();
    const { link } = await api.core.members.invitePassword(person.email);
    const token = link.split('#')[1];
    expect((await follow('look', { token })).body).toMatchObject({ kind: 'password', account: null });
    expect((await follow('accept', { token, password: NEW_PASSWORD })).status).toBe(200);
    expect((await person.call({ path: ME })).status).toBe(401);
    expect(nameOf(await follow('accept', { token, password: NEW_PASSWORD }))).toBe('link_invalid');
  });
});
