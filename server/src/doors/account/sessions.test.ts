// The first owner, sign-in and sign-out, and what a session may do.
import { describe, expect, it } from 'vitest';
import { CREATE_PATH, GOOD_BODY } from '../../http/testing.ts';
import { Tries } from '../../people/tries.ts';
import { cookieOf, createPeopleApi, OWN_PAGE, PASSWORD } from './testing.ts';

const api = await createPeopleApi({ REELAY_TRUST_PROXY: '127.0.0.1' });
const SETUP = '/api/v1/account/setup';
const SESSION = '/api/v1/account/session';
const ME = '/api/v1/account/me';
const owner = { email: 'Owner@Example.com', name: 'The owner', password: 'the owner of this instance' };

async function makeToken(): Promise<string> {
  return (await api.core.people.makeSetupLink()).split('#')[1];
}

describe('the set-up', () => {
  it('is open while nobody can sign in, and takes no other token', async () => {
    // Behind a proxy, and no address says that it speaks https.
    expect((await api.call({ path: SETUP })).body).toMatchObject({
      open: true,
      server: { is_secure: false },
    });
    const token = await makeToken();
    const tried = await api.call({ method: 'POST', path: SETUP, body: { token: `${token}x`, ...owner } });
    expect([tried.status, tried.body.error]).toEqual([
      404,
      expect.objectContaining({ name: 'link_invalid' }),
    ]);
  });

  it('makes one of 20 callers the owner, and is closed from then on', async () => {
    const token = await makeToken();
    const from = (index: number) => ({ 'x-forwarded-for': `10.0.0.${index}` });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        api.call({
          method: 'POST',
          path: SETUP,
          headers: from(index),
          body: { token, ...owner, account: 'Studio' },
        }),
      ),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(won[0].body).toMatchObject({
      person: { email: 'owner@example.com', name: 'The owner', operator: true },
      accounts: [{ name: 'Studio', role: 'owner' }],
    });
    const me = await api.call({ path: ME, headers: { cookie: cookieOf(won[0]) } });
    expect(me.body).toEqual(won[0].body);
    const late = await api.call({
      method: 'POST',
      path: SETUP,
      headers: from(99),
      body: { token, ...owner },
    });
    expect(late.status).toBe(410);
    expect((await api.call({ path: SETUP })).body).toMatchObject({ open: false });
  });
});

describe('a session', () => {
  it('opens what its person may do, and nothing once it has ended', async () => {
    const { accountId } = await api.openAccount();
    const member = await api.signIn({ [accountId]: 'member' });
    const balance = { path: '/api/v1/client/account/balance' };
    expect((await member.call(balance)).status).toBe(200);
    const created = await member.call({ method: 'POST', path: CREATE_PATH, body: GOOD_BODY });
    expect(created.status).toBe(200);
    expect((await member.call({ method: 'DELETE', path: SESSION })).headers['set-cookie']).toMatch(
      /^reelay\.session=; Max-Age=0; Path=\/; HttpOnly/,
    );
    expect((await member.call(balance)).status).toBe(401);
  });

  it('is made by the right password alone, and never by one that is only nearly right', async () => {
    const { email } = await api.signIn();
    const body = { email: email.toUpperCase(), password: PASSWORD };
    const signed = await api.call({ method: 'POST', path: SESSION, body });
    expect(signed.headers['set-cookie']).toMatch(
      /^reelay\.session=[^;]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(signed.text).not.toContain(cookieOf(signed).split('=')[1].slice(0, 20));
    const wrong = await api.call({
      method: 'POST',
      path: SESSION,
      body: { ...body, password: `${PASSWORD} ` },
    });
    const unknown = await api.call({
      method: 'POST',
      path: SESSION,
      body: { ...body, email: 'nobody@example.com' },
    });
    const refusal = { name: 'sign_in_failed', message: 'Email or password is wrong' };
    for (const { status, body: answer } of [wrong, unknown]) {
      expect([status, answer.error]).toEqual([401, expect.objectContaining(refusal)]);
    }
  });

  it('gets another id at each sign-in, and the one of before ends', async () => {
    const first = await api.signIn();
    const headers = { cookie: first.cookie, ...OWN_PAGE };
    const again = await api.call({
      method: 'POST',
      path: SESSION,
      headers,
      body: { email: first.email, password: PASSWORD },
    });
    expect(cookieOf(again)).not.toBe(first.cookie);
    expect((await api.call({ path: ME, headers })).status).toBe(401);
    expect((await api.call({ path: ME, headers: { cookie: cookieOf(again) } })).status).toBe(200);
  });

  it('is refused with a cookie of another signature, or of none', async () => {
    const { cookie } = await api.signIn();
    const [name, value] = cookie.split('=');
    for (const forged of [value.split('.')[0], `${value.slice(0, -6)}AAAA%3D`, 'x', '']) {
      const headers = { cookie: `${name}=${forged}` };
      expect([forged, (await api.call({ path: ME, headers })).status]).toEqual([forged, 401]);
    }
  });

  it('does nothing for a page of another site', async () => {
    const { accountId } = await api.openAccount();
    const member = await api.signIn({ [accountId]: 'member' });
    const create = (headers: Record<string, string>) =>
      api.call({
        method: 'POST',
        path: CREATE_PATH,
        body: GOOD_BODY,
        headers: {
          cookie: member.cookie,
          'x-reelay-account': accountId,
          'x-reelay-mode': 'test',
          ...headers,
        },
      });
    const { host } = new URL(api.url);
    for (const headers of [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: `http://${host}` },
      { 'sec-fetch-site': 'none' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ] as Record<string, string>[]) {
      const { status, body } = await create(headers);
      expect([headers, status, body.error]).toEqual([headers, 403, 'not_permitted']);
    }
    expect((await create({ origin: `http://${host}` })).status).toBe(200);
  });

  it('reads and spends nothing for an account of others, or for none', async () => {
    const own = await api.openAccount();
    const other = await api.openAccount();
    const member = await api.signIn({ [own.accountId]: 'owner' });
    for (const account of [other.accountId, '', 'x', '%']) {
      const headers = { 'x-reelay-account': account };
      const answer = await member.call({ path: '/api/v1/client/account/balance', headers });
      expect([account, answer.status, answer.body.error]).toEqual([account, 403, 'not_permitted']);
    }
  });

  it('sees 403 where its role does not do, and keys do as before', async () => {
    const { accountId, key } = await api.openAccount();
    const reader = await api.signIn({ [accountId]: 'reader' });
    const create = { method: 'POST', path: CREATE_PATH, body: GOOD_BODY } as const;
    const refused = await reader.call(create);
    expect([refused.status, refused.body.error]).toEqual([403, 'not_permitted']);
    expect((await reader.call({ path: '/api/v1/client/job/Tasks' })).status).toBe(200);
    expect((await reader.call({ ...create, key })).status).toBe(200);
  });
});

describe('an operator', () => {
  const ACCOUNTS = '/api/v1/operator/accounts';

  it('does what the token does, as other people do not', async () => {
    const operator = await api.signIn({}, { isOperator: true });
    expect((await operator.call({ path: ACCOUNTS })).status).toBe(200);
    const { status, body } = await (await api.signIn()).call({ path: ACCOUNTS });
    expect([status, body.error]).toEqual([403, expect.objectContaining({ name: 'not_permitted' })]);
    expect((await api.call({ path: ACCOUNTS })).status).toBe(404);
  });

  it('gives the password again after twelve hours', async () => {
    const operator = await api.signIn({}, { isOperator: true });
    await api.core.pool.query(
      "update sessions set created_at = created_at - interval '13 h' where person_id = $1",
      [operator.id],
    );
    const { status, body } = await operator.call({ path: ACCOUNTS });
    expect([status, body.error]).toEqual([403, expect.objectContaining({ name: 'sign_in_again' })]);
    expect((await operator.call({ path: ME })).status).toBe(200);
  });
});

it('answers ten tries a minute from one address, and for one email', async () => {
  const attempt = (address: string, email: string) =>
    api.call({
      method: 'POST',
      path: SESSION,
      headers: { 'x-forwarded-for': address },
      body: { email, password: 'not the password' },
    });
  const statuses = async (calls: Promise<{ status: number }>[]) =>
    (await Promise.all(calls)).map(({ status }) => status);
  const eleven = Array.from({ length: 11 }, (_, index) => index);
  const ofAddress = await statuses(eleven.map((index) => attempt('10.1.0.1', `one${index}@example.com`)));
  const ofEmail = await statuses(eleven.map((index) => attempt(`10.2.0.${index}`, 'two@example.com')));
  for (const seen of [ofAddress, ofEmail]) {
    expect(seen.toSorted()).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  }
});

describe('the tries to get in', () => {
  it('are counted by all nodes together, under nothing that can be read', async () => {
    const [one, other] = [new Tries(api.core.pool), new Tries(api.core.pool)];
    const email = 'counted@example.com';
    let taken = 0;
    const isTaken = (tries: Tries) =>
      tries.signIn(email).then(
        () => true,
        () => false,
      );
    while (taken < 40 && (await isTaken(taken % 2 === 0 ? one : other))) taken += 1;
    // Ten, and one more for each six seconds that the machine has stood still; twenty if each node counted for itself.
    expect(taken).toBeGreaterThanOrEqual(10);
    expect(taken).toBeLessThan(20);
    const { rows } = await api.core.pool.query('select * from entry_tries');
    expect(JSON.stringify(rows)).not.toContain(email);
    await api.core.pool.query("update entry_tries set arrival_at = arrival_at - interval '6 s'");
    await expect(other.signIn(email)).resolves.toBeUndefined();
  });

  it('take no more rows than were tried within a minute', async () => {
    const tries = new Tries(api.core.pool);
    for (let count = 0; count < 20; count++) await tries.signIn(`10.50.0.${count}`);
    await api.core.pool.query("update entry_tries set arrival_at = now() - interval '1 s'");
    const countRows = async () => {
      const { rows } = await api.core.pool.query('select count(*)::integer as n from entry_tries');
      return rows[0].n as number;
    };
    const before = await countRows();
    for (let count = 0; count < 5; count++) await tries.signIn(`10.51.0.${count}`);
    expect(await countRows()).toBe(before - 5);
  });
});

it('removes what let somebody in once and no longer does', async () => {
  const { id } = await api.signIn();
  const { pool, members, people } = api.core;
  await members.invite({ email: 'old@example.com', isOperator: true });
  await pool.query(
    `insert into verifications (id, identifier, value, expires_at) values ($1, 'x', 'x', now())`,
    [id],
  );
  const kept = await api.signIn();
  await pool.query("update invitations set expires_at = now() - interval '1 s'");
  await pool.query("update sessions set expires_at = now() - interval '1 s' where person_id = $1", [id]);
  await pool.query(
    `insert into setup_links (digest, expires_at) values (decode(repeat('00', 32), 'hex'), now() - interval '1 s')`,
  );
  await people.removeEnded(1_000);
  const { rows } = await pool.query(
    `select (select count(*)::integer from invitations) as invitations,
       (select count(*)::integer from verifications) as verifications,
       (select count(*)::integer from setup_links) as setup_links,
       (select count(*)::integer from sessions where person_id = $1) as ended,
       (select count(*)::integer from sessions where person_id = $2) as kept`,
    [id, kept.id],
  );
  expect(rows).toEqual([{ invitations: 0, verifications: 0, setup_links: 0, ended: 0, kept: 1 }]);
});
