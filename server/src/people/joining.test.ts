// How somebody gets in for the first time: all that is written belongs to one transaction, whatever the way, and nothing that
// is asked for at a sign-in can change between the check and the session.
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../../test/stage/wait.ts';
import { withTransaction } from '../db/pool.ts';
import { OWN_PAGE, PASSWORD } from '../doors/account/testing.ts';
import { newId } from '../lib/ids.ts';
import { digestToken, makeToken } from './newcomer.ts';
import { lockPerson } from './sessions.store.ts';
import { putSignUp } from './sign-up.store.ts';
import { createOauthStage } from './testing.ts';

const WITHIN_MS = 20_000;
const FROM = { address: '127.0.0.1', userAgent: 'a test' };
const stage = await createOauthStage({
  REELAY_SIGN_UP: 'verified',
  REELAY_SMTP_URL: 'smtp://127.0.0.1:1',
  REELAY_MAIL_FROM: 'reelay@example.com',
  REELAY_WELCOME_CREDITS: '2500',
});
const { api, newBrowser, signIn } = stage;
const { pool, people, members, signUp } = api.core;
const newEmail = () => `${newId()}@example.com`;

/** From now on no session can be written, as if the server died just before. */
async function refuseSessions(): Promise<void> {
  await pool.query(`
    create or replace function refuse_session() returns trigger language plpgsql as
      $$ begin raise exception 'no session can be written'; end $$;
    create trigger refuse_session before insert on sessions execute function refuse_session()`);
}

afterEach(() => pool.query('drop trigger if exists refuse_session on sessions'));

async function countOf(email: string) {
  const { rows } = await pool.query(
    `select (select count(*)::integer from people where email = $1) as people,
       (select count(*)::integer from accounts) as accounts,
       (select count(*)::integer from memberships) as memberships,
       (select count(*)::integer from transfers) as transfers,
       (select count(*)::integer from sign_ins) as sign_ins,
       (select count(*)::integer from sessions) as sessions,
       (select count(*)::integer from audit_lines) as acts`,
    [email],
  );
  return rows[0];
}

/** Resolves once a statement waits for a lock that another transaction has. */
async function waitUntilHeld(): Promise<void> {
  await waitFor('a sign-in waits for the lock', WITHIN_MS, async () => {
    const { rows } = await pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  });
}

/** Lets a person get a second factor while something is under way that has to wait for it. */
async function addFactorDuring<Result>(personId: string, work: () => Promise<Result>): Promise<Result> {
  let working: Promise<Result> | undefined;
  await withTransaction(pool, async (client) => {
    await lockPerson(client, personId);
    working = work();
    working.catch(() => undefined);
    await waitUntilHeld();
    await client.query('update people set has_second_factor = true where id = $1', [personId]);
    await client.query('delete from sessions where person_id = $1', [personId]);
  });
  return working as Promise<Result>;
}

async function countSessions(personId: string): Promise<number> {
  const { rows } = await pool.query('select from sessions where person_id = $1', [personId]);
  return rows.length;
}

describe('what lets somebody in for the first time', () => {
  it('is written with its session or not at all: the set-up', async () => {
    const email = newEmail();
    const token = (await people.makeSetupLink()).split('#')[1];
    const call = () =>
      api.call({
        method: 'POST',
        path: '/api/v1/account/setup',
        body: { token, email, name: 'The owner', password: PASSWORD, account: 'Studio' },
      });
    const before = await countOf(email);
    await refuseSessions();
    expect((await call()).status).toBeGreaterThanOrEqual(500);
    expect(await countOf(email)).toEqual(before);
    await pool.query('drop trigger refuse_session on sessions');
    expect((await call()).body).toMatchObject({ accounts: [{ name: 'Studio', role: 'owner' }] });
  });

  it('is written with its session or not at all: an invitation, and the sign-up', async () => {
    const { accountId } = await api.openAccount();
    const [invited, signedUp] = [newEmail(), newEmail()];
    const { link } = await members.invite({ email: invited, accountId, role: 'member' });
    const token = makeToken();
    await withTransaction(pool, (client) =>
      putSignUp(client, { email: signedUp, digest: digestToken(token) }, 1),
    );
    const accept = () => members.accept({ token: link.split('#')[1], name: 'New', password: PASSWORD }, FROM);
    const follow = () =>
      signUp.accept({ token, name: 'New', password: PASSWORD, account: `Studio ${newId()}` }, FROM);
    const before = [await countOf(invited), await countOf(signedUp)];
    await refuseSessions();
    await expect(accept()).rejects.toThrow('no session can be written');
    await expect(follow()).rejects.toThrow('no session can be written');
    expect([await countOf(invited), await countOf(signedUp)]).toEqual(before);
    await pool.query('drop trigger refuse_session on sessions');
    expect(await accept()).toHaveLength(1);
    expect(await follow()).toHaveLength(1);
  });

  it('is written with its session or not at all: a sign-in elsewhere', async () => {
    const { accountId } = await api.openAccount();
    const [invited, signedUp] = [newEmail(), newEmail()];
    await members.invite({ email: invited, accountId, role: 'member' });
    const before = [await countOf(invited), await countOf(signedUp)];
    await refuseSessions();
    for (const email of [invited, signedUp]) {
      const browser = newBrowser();
      await signIn(browser, email);
      expect(browser.session).toBeUndefined();
    }
    expect([await countOf(invited), await countOf(signedUp)]).toEqual(before);
    await pool.query('drop trigger refuse_session on sessions');
    expect(await signIn(newBrowser(), invited)).toBe(`${api.url}/`);
  });
});

describe('a sign-in elsewhere, where anybody may sign up', () => {
  const readMe = async (cookie: string) =>
    (await api.call({ path: '/api/v1/account/me', headers: { cookie: `reelay.session=${cookie}` } })).body;

  it('makes an account with test credits for an address that is verified', async () => {
    const email = newEmail();
    const browser = newBrowser();
    expect(await signIn(browser, email)).toBe(`${api.url}/`);
    const me = await readMe(String(browser.session));
    expect(me).toMatchObject({
      person: { email, operator: false },
      accounts: [{ name: email, role: 'owner' }],
    });
    const [{ id }] = me.accounts as { id: string }[];
    expect(await api.core.credits.balance(id, 'test')).toMatchObject({ posted: 2_500_000_000n });
    expect(await api.core.credits.balance(id, 'live')).toMatchObject({ posted: 0n });
    const again = newBrowser();
    expect(await signIn(again, email)).toBe(`${api.url}/`);
    expect(await readMe(String(again.session))).toMatchObject({ accounts: [{ id }] });
  });

  it('gives a person of an invitation that account and no other', async () => {
    const { accountId } = await api.openAccount();
    const email = newEmail();
    await members.invite({ email, accountId, role: 'reader' });
    const browser = newBrowser();
    await signIn(browser, email);
    expect((await readMe(String(browser.session))).accounts).toEqual([
      expect.objectContaining({ id: accountId, role: 'reader' }),
    ]);
  });

  it('makes nothing for an address that is not verified, or that a person has', async () => {
    const email = newEmail();
    stage.unverified.add(email);
    expect(await signIn(newBrowser(), email)).toMatch(/\/sign-in\?error=/);
    const member = await api.signIn();
    expect(await signIn(newBrowser(), member.email)).toMatch(/\/sign-in\?error=account_not_linked/);
    expect(await countOf(email)).toMatchObject({ people: 0 });
    const { rows } = await pool.query('select provider_id from sign_ins where person_id = $1', [member.id]);
    expect(rows).toEqual([{ provider_id: 'credential' }]);
  });
});

describe('a second factor that is added while somebody signs in', () => {
  it('is asked for at that sign-in too', async () => {
    const { id, email } = await api.signIn();
    const signing = addFactorDuring(id, () => people.signIn({ email, password: PASSWORD }, FROM));
    await expect(signing).rejects.toMatchObject({ errorName: 'second_factor_needed' });
    expect(await countSessions(id)).toBe(0);
  });

  it('closes the sign-in elsewhere', async () => {
    const email = newEmail();
    await signIn(newBrowser(), email);
    const { rows } = await pool.query('select id from people where email = $1', [email]);
    const browser = newBrowser();
    const place = await addFactorDuring(rows[0].id, () => signIn(browser, email));
    expect(place).toMatch(/\/sign-in\?error=/);
    expect([browser.session, await countSessions(rows[0].id)]).toEqual([undefined, 0]);
  });
});

it('refuses a sign-in whose password is replaced before its session is written', async () => {
  const { id, email } = await api.signIn();
  let signing: Promise<string[]> | undefined;
  await withTransaction(pool, async (client) => {
    await lockPerson(client, id);
    signing = people.signIn({ email, password: PASSWORD }, FROM);
    signing.catch(() => undefined);
    await waitUntilHeld();
    await client.query(`update sign_ins set password = 'another hash' where person_id = $1`, [id]);
    await client.query('delete from sessions where person_id = $1', [id]);
  });
  await expect(signing).rejects.toMatchObject({ errorName: 'sign_in_failed' });
  expect(await countSessions(id)).toBe(0);
});

describe('a linked sign-in', () => {
  const PATH = '/api/v1/account/sign-ins';

  it('is listed, and taken away with the other sessions, but not as the last way in', async () => {
    const email = newEmail();
    const [browser, other] = [newBrowser(), newBrowser()];
    await signIn(browser, email);
    await signIn(other, email);
    const headers = { ...OWN_PAGE, cookie: `reelay.session=${browser.session}` };
    const list = async () => (await api.call({ path: PATH, headers })).body.items as { id: string }[];
    const unlink = (id: string) => api.call({ method: 'DELETE', path: `${PATH}/${id}`, headers });
    const [elsewhere] = await list();
    expect(elsewhere).toMatchObject({ provider: 'oidc' });
    expect((await unlink(elsewhere.id)).body.error).toMatchObject({ name: 'conflict' });
    await pool.query(
      `insert into sign_ins (id, person_id, provider_id, account_id, password)
       select $1, id, 'credential', id::text, 'a hash' from people where email = $2`,
      [newId(), email],
    );
    const password = (await list()).find(({ id }) => id !== elsewhere.id);
    expect((await unlink(String(password?.id))).body.error).toMatchObject({ name: 'conflict' });
    const member = await api.signIn();
    const foreign = await member.call({ method: 'DELETE', path: `${PATH}/${elsewhere.id}` });
    expect(foreign.status).toBe(404);
    expect((await unlink(elsewhere.id)).status).toBe(200);
    expect(await list()).toEqual([expect.objectContaining({ provider: 'password' })]);
    const cookie = `reelay.session=${other.session}`;
    expect((await api.call({ path: '/api/v1/account/me', headers: { cookie } })).status).toBe(401);
    expect(await signIn(newBrowser(), email)).toMatch(/\/sign-in\?error=account_not_linked/);
  });
});
