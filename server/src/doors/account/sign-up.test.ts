// Open sign-up, from the address to the session, with a real mail server.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createJobs, type Jobs, migrateJobs } from '../../db/jobs.ts';
import { silentLog } from '../../db/log.ts';
import type { Answer } from '../../http/testing.ts';
import { newId } from '../../lib/ids.ts';
import type { JsonObject } from '../../lib/json.ts';
import { pause } from '../../lib/time.ts';
import { type ReceivedMail, startMailbox } from '../../mail/testing.ts';
import { cookieOf, createPeopleApi, OWN_PAGE, PASSWORD, type PeopleApi } from './testing.ts';

const WAIT_MAX_MS = 20_000;
const CALLERS = 20;
const PATH = '/api/v1/account/sign-up';
const MAIL = { REELAY_TRUST_PROXY: '127.0.0.1', REELAY_MAIL_FROM: 'reelay@example.com' };
const mailbox = await startMailbox();
const api = await createPeopleApi({
  ...MAIL,
  REELAY_SMTP_URL: mailbox.url,
  REELAY_SIGN_UP: 'verified',
  REELAY_WELCOME_CREDITS: '2500',
});
await migrateJobs(api.core.databaseUrl, silentLog);
const { mail, pool } = api.core;
let jobs: Jobs;
let callers = 0;

beforeAll(async () => {
  const handlers = mail.jobHandlers;
  jobs = createJobs({ url: api.core.databaseUrl, handlers, nodeId: newId(), log: silentLog });
  await jobs.start();
  await api.signIn();
});
afterAll(async () => {
  await jobs.stop(100);
  await mailbox.close();
});
beforeEach(() => mailbox.received.splice(0));

/** Each call comes from an address of its own unless one is given, so that the rate of tries is no matter. */
function post(
  body: JsonObject,
  { path = '', from = `10.0.${callers >> 8}.${callers++ & 255}`, at = api as Pick<PeopleApi, 'call'> } = {},
): Promise<Answer> {
  return at.call({
    method: 'POST',
    path: `${PATH}${path}`,
    body,
    headers: { ...OWN_PAGE, 'x-forwarded-for': from },
  });
}

function nameOf({ body }: Answer): unknown {
  return (body.error as { name?: string } | undefined)?.name;
}

const newEmail = () => `${newId()}@example.com`;
const newAccount = () => `Studio ${newId()}`;

async function waitForMail(email: string): Promise<ReceivedMail> {
  const find = () => mailbox.received.find(({ to }) => to[0] === email);
  const until = performance.now() + WAIT_MAX_MS;
  while (!find() && performance.now() < until) await pause(20);
  const received = find();
  if (!received) throw new Error(`no mail came for ${email}`);
  return received;
}

function tokenIn({ text }: ReceivedMail): string {
  return String(/\/sign-up#(\S+)/.exec(text)?.[1]);
}

async function ask(email = newEmail()): Promise<{ email: string; token: string }> {
  expect((await post({ email })).status).toBe(200);
  return { email, token: tokenIn(await waitForMail(email.toLowerCase())) };
}

function accept(token: string, change: JsonObject = {}): Promise<Answer> {
  return post(
    { token, name: 'New Person', password: PASSWORD, account: newAccount(), ...change },
    { path: '/accept' },
  );
}

async function countMade(email: string): Promise<number> {
  const { rows } = await pool.query(
    `select (select count(*) from people where email = $1)::integer
       + (select count(*) from memberships m join people p on p.id = m.person_id where p.email = $1)::integer as made`,
    [email],
  );
  return rows[0].made;
}

describe('a sign-up', () => {
  it('makes a person, an account that it owns, and test credits, once the link was followed', async () => {
    const email = newEmail();
    const account = newAccount();
    const { token } = await ask(email.toUpperCase());
    expect(await countMade(email)).toBe(0);
    const look = await post({ token }, { path: '/look' });
    expect([look.status, look.body]).toEqual([200, { email }]);
    const answer = await accept(token, { account: ` ${account} ` });
    expect(answer.body).toMatchObject({
      person: { email, name: 'New Person', operator: false },
      accounts: [{ name: account, role: 'owner' }],
      server: { sign_up: true },
    });
    const headers = { ...OWN_PAGE, cookie: cookieOf(answer) };
    expect((await api.call({ path: '/api/v1/account/me', headers })).status).toBe(200);
    const [{ id }] = answer.body.accounts as { id: string }[];
    expect(await api.core.credits.balances(id)).toMatchObject([
      { book: 'live', posted: 0n },
      { book: 'test', posted: 2_500_000_000n },
    ]);
    const { rows } = await pool.query(
      `select email_verified, (select array_agg(action order by action) from audit_lines where account_id = $2) as acts
       from people where email = $1`,
      [email, id],
    );
    expect(rows).toEqual([
      { email_verified: true, acts: ['account.create', 'credits.grant', 'person.sign_up'] },
    ]);
    expect(nameOf(await accept(token))).toBe('link_invalid');
  });

  it(`happens once when ${CALLERS} callers follow the link at once`, async () => {
    const { email, token } = await ask();
    const answers = await Promise.all(Array.from({ length: CALLERS }, () => accept(token)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      200,
      ...Array.from({ length: CALLERS - 1 }, () => 404),
    ]);
    expect(await countMade(email)).toBe(2);
    const { rows } = await pool.query(
      `select count(*)::integer as acts from audit_lines where action = 'person.sign_up' and subject = $1`,
      [email],
    );
    expect(rows).toEqual([{ acts: 1 }]);
  });

  it('leaves nothing behind and keeps its link when the name of the account is taken', async () => {
    const { email, token } = await ask();
    const account = newAccount();
    await api.core.accounts.create(account);
    const refused = await accept(token, { account });
    expect([refused.status, refused.body.error]).toEqual([
      409,
      expect.objectContaining({
        name: 'conflict',
        message: 'An account has this name already; choose another name for yours',
      }),
    ]);
    expect(await countMade(email)).toBe(0);
    expect((await accept(token)).status).toBe(200);
  });

  it('names everything that is wrong at once, and lets nobody name an account as the id of another', async () => {
    const { token } = await ask();
    const { accountId } = await api.openAccount();
    const answer = await accept(token, { name: ' ', password: 'aaaaaaaaaaaa', account: accountId });
    expect(answer.body.error).toMatchObject({
      name: 'validation_failed',
      faults: [
        'name: must have visible characters',
        'password: must have eight different characters and not repeat itself',
        'account: must not look like an id',
      ],
    });
    expect((await accept(token, { account: '  ' })).body.error).toMatchObject({
      faults: ['account: must have 1 to 100 characters, none of which is a control character'],
    });
  });

  it('is refused for a link that is old, or was replaced by a later one', async () => {
    const { email, token } = await ask();
    mailbox.received.splice(0);
    const later = await ask(email);
    expect(nameOf(await accept(token))).toBe('link_invalid');
    await pool.query('update sign_ups set expires_at = now() where email = $1', [email]);
    expect(nameOf(await post({ token: later.token }, { path: '/look' }))).toBe('link_invalid');
    expect(nameOf(await accept(later.token))).toBe('link_invalid');
    expect(await api.core.people.removeEnded(100)).toBeGreaterThan(0);
    const { rows } = await pool.query('select from sign_ups where email = $1', [email]);
    expect(rows).toEqual([]);
  });

  it('is refused for an address that has joined by an invitation meanwhile', async () => {
    const { email, token } = await ask();
    const { accountId } = await api.openAccount();
    const { link } = await api.core.members.invite({ email, accountId, role: 'reader' });
    const from = { address: '127.0.0.1', userAgent: undefined };
    await api.core.members.accept({ token: link.split('#')[1], name: 'Sam', password: PASSWORD }, from);
    const account = newAccount();
    expect(nameOf(await accept(token, { account }))).toBe('conflict');
    await expect(api.core.accounts.find(account)).rejects.toThrow('There is no account');
  });
});

describe('the question for a link', () => {
  it('is answered before anything is looked up, and the same rows are written for every address', async () => {
    const unknown = newEmail();
    const known = await api.signIn();
    const lock = await pool.connect();
    try {
      await lock.query('begin; lock table sign_ups in access exclusive mode');
      const answers = [await post({ email: unknown }), await post({ email: known.email.toUpperCase() })];
      const [first, second] = answers.map(({ status, text }) => [status, text]);
      expect([first, second]).toEqual([
        [200, '{}'],
        [200, '{}'],
      ]);
    } finally {
      await lock.query('rollback');
      lock.release();
    }
    const forUnknown = await waitForMail(unknown);
    const forKnown = await waitForMail(known.email);
    expect(forUnknown.text).toContain(`${api.url}/sign-up#`);
    expect(forKnown.text).toContain(`${api.url}/sign-in`);
    expect(forKnown.text).not.toContain('#');
    const { rows } = await pool.query('select length(digest) as length from sign_ups where email = any($1)', [
      [unknown, known.email],
    ]);
    expect(rows).toEqual([{ length: 32 }, { length: 32 }]);
  });

  it('is taken three times an hour for one address, known or not, and ten times a minute from one place', async () => {
    const known = await api.signIn();
    for (const email of [newEmail(), known.email]) {
      const answers = [];
      for (let round = 0; round < 4; round++) answers.push(await post({ email: ` ${email.toUpperCase()}` }));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
      expect(Number(answers[3].headers['retry-after'])).toBeGreaterThan(1_000);
    }
    const from = '10.9.9.9';
    const statuses = [];
    for (let round = 0; round < 11; round++)
      statuses.push((await post({ email: newEmail() }, { from })).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
  });

  it('is refused for what is no address, and for a page of another site', async () => {
    expect((await post({ email: 'nobody@here' })).body.error).toMatchObject({
      faults: ['email: must be an email address'],
    });
    const foreign = await api.call({
      method: 'POST',
      path: PATH,
      body: { email: newEmail() },
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    expect(nameOf(foreign)).toBe('not_permitted');
  });
});

describe('a server', () => {
  it('lets nobody sign up unless it is set so', async () => {
    const closed = await createPeopleApi({ ...MAIL, REELAY_SMTP_URL: mailbox.url });
    await closed.signIn();
    const email = newEmail();
    const answers = [
      await post({ email }, { at: closed }),
      await post({ token: 'any' }, { path: '/look', at: closed }),
      await post(
        { token: 'any', name: 'x', password: PASSWORD, account: 'x' },
        { path: '/accept', at: closed },
      ),
    ];
    expect(answers.map(nameOf)).toEqual(['not_permitted', 'not_permitted', 'not_permitted']);
    const { body } = await closed.call({ path: '/api/v1/account/setup' });
    expect(body.server).toMatchObject({ sign_up: false });
    const { rows } = await closed.core.pool.query('select from sign_ups');
    expect(rows).toEqual([]);
  });

  it('lets nobody sign up before it has an owner, whose set-up link would count no more', async () => {
    const unclaimed = await createPeopleApi({
      ...MAIL,
      REELAY_SMTP_URL: mailbox.url,
      REELAY_SIGN_UP: 'verified',
    });
    expect(nameOf(await post({ email: newEmail() }, { at: unclaimed }))).toBe('not_permitted');
    expect(await unclaimed.core.people.isUnclaimed()).toBe(true);
  });
});
