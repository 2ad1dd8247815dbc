// Notices of low balances, on the whole API: thresholds over HTTP, balances moved by grants, creates and ends of tasks.
import { beforeAll, describe, expect, it } from 'vitest';
import { createJobs, migrateJobs } from '../db/jobs.ts';
import { silentLog } from '../db/log.ts';
import { type Answer, type Caller, createTestApi, GOOD_BODY, micros } from '../http/testing.ts';
import { newId } from '../lib/ids.ts';
import { type JsonObject, parseOwnJson } from '../lib/json.ts';
import { pause } from '../lib/time.ts';
import { type Mailbox, startMailbox } from '../mail/testing.ts';

const COPY_TO = 'operator@example.com';
const DESK = 'desk@example.com';
const WAIT_MAX_MS = 20_000;
const mailbox: Mailbox = await startMailbox();
const api = await createTestApi({
  REELAY_SMTP_URL: mailbox.url,
  REELAY_MAIL_FROM: 'reelay@example.com',
  REELAY_NOTICES_COPY: COPY_TO,
});
const { core } = api;
const NO_NOTICE = {
  book: 'test',
  threshold: null,
  callback_url: null,
  mail: true,
  mail_is_on: true,
  is_below: false,
  crossed_at: null,
};

beforeAll(async () => {
  await migrateJobs(core.databaseUrl, silentLog);
  const price = { kind: 'flat', version: 'ten', credits: 10 } as const;
  await core.catalog.changeModel(GOOD_BODY.model, { price });
});

async function openOwner(credits: string): Promise<Caller> {
  const { accountId } = await api.openAccount({ credits });
  const { key, row } = await core.accounts.createKey({
    account: accountId,
    mode: 'test',
    name: 'of an owner',
    role: 'owner',
  });
  return { accountId, key, row };
}

function change({ key }: Caller, body: JsonObject): Promise<Answer> {
  return api.call({ method: 'PATCH', path: '/api/v1/account/notices', key, body });
}

function grant({ accountId }: Caller, credits: string): Promise<boolean> {
  const kind = credits.startsWith('-') ? 'adjust' : 'grant';
  return core.credits[kind]({ accountId, book: 'test', amount: micros(credits), reason: kind });
}

/** An owner and a member. */
async function addPeople({ accountId }: Caller): Promise<void> {
  for (const role of ['owner', 'member']) {
    const id = newId();
    await core.pool.query('insert into people (id, email, name) values ($1, $2, $3)', [
      id,
      `${role}@example.com`,
      role,
    ]);
    await core.pool.query('insert into memberships (person_id, account_id, role) values ($1, $2, $3)', [
      id,
      accountId,
      role,
    ]);
  }
}

async function createTask(caller: Caller): Promise<string> {
  const { data } = await api.create(caller);
  return String(data.task_id);
}

/** What was written for the receiver of an account, in the order of their crossings. */
async function listNotices({ accountId }: Caller): Promise<JsonObject[]> {
  const { rows } = await core.pool.query<{ body: string }>(
    `select body from callbacks where account_id = $1 and occasion = 'balance' order by id`,
    [accountId],
  );
  return rows.map(({ body }) => parseOwnJson<JsonObject>(body));
}

async function countNotices(caller: Caller): Promise<number> {
  return (await listNotices(caller)).length;
}

const WATCHED = { threshold: 50, callback_url: 'https://receiver.example.com/low' };

describe('a threshold', () => {
  it('is set, changed and ended by an owner, for the book of the caller', async () => {
    const caller = await openOwner('100');
    const path = '/api/v1/account/notices';
    expect((await api.call({ path, key: caller.key })).body).toEqual(NO_NOTICE);
    expect((await change(caller, WATCHED)).body).toEqual({ ...NO_NOTICE, ...WATCHED });
    expect((await change(caller, { threshold: 0.5, mail: false })).body).toEqual({
      ...NO_NOTICE,
      ...WATCHED,
      threshold: 0.5,
      mail: false,
    });
    const live = await core.accounts.createKey({
      account: caller.accountId,
      mode: 'live',
      name: 'of the other book',
      role: 'owner',
    });
    expect((await api.call({ path, key: live.key })).body).toEqual({ ...NO_NOTICE, book: 'live' });
    expect((await change(caller, { threshold: null })).body).toEqual(NO_NOTICE);
  });

  it.each<[JsonObject, string]>([
    [{}, 'threshold: is required for a first notice'],
    [
      { threshold: 0 },
      'threshold: must be an amount above zero, such as 100 or 166.5, with at most six decimals',
    ],
    [
      { threshold: 0.0000001 },
      'threshold: must be an amount above zero, such as 100 or 166.5, with at most six decimals',
    ],
    [
      { threshold: 5, callback_url: 'http://10.0.0.1/' },
      'callback_url: it leads to a private or reserved network',
    ],
    [
      { threshold: 5, callback_url: 'ftp://example.com/' },
      'callback_url: it must begin with http:// or https:// and a host',
    ],
  ])('is refused as %j', async (body, fault) => {
    const caller = await openOwner('100');
    const answer = await change(caller, body);
    expect([answer.status, (answer.body.error as JsonObject).faults]).toEqual([422, [fault]]);
    expect(await core.notices.list(caller.accountId)).toEqual([]);
  });

  it('that the balance is below already gives no notice until it has been above', async () => {
    const caller = await openOwner('40');
    expect((await change(caller, WATCHED)).body.is_below).toBe(true);
    await core.notices.lookAtAll();
    expect(await countNotices(caller)).toBe(0);
    await grant(caller, '20');
    await grant(caller, '-20');
    expect(await countNotices(caller)).toBe(1);
  });
});

describe('a balance that falls below its threshold', () => {
  it('gives one notice, and the next one after it has been above', async () => {
    const caller = await openOwner('55');
    await change(caller, WATCHED);
    await core.notices.lookAtAll();
    expect(await countNotices(caller)).toBe(0);
    await createTask(caller);
    for (const _look of [1, 2, 3]) await core.notices.lookAtAll();
    await createTask(caller);
    await core.notices.lookAtAll();
    const data = { account_id: caller.accountId, book: 'test', threshold: 50, available: 45, held: 10 };
    expect(await listNotices(caller)).toEqual([
      { type: 'balance.low', timestamp: expect.stringMatching(/^\d{4}-.*Z$/), data },
    ]);
    await grant(caller, '100');
    await grant(caller, '-100');
    expect(await countNotices(caller)).toBe(2);
  });

  it('and is filled again before the look of the minute gives its notice all the same', async () => {
    const caller = await openOwner('55');
    await change(caller, WATCHED);
    await createTask(caller);
    await grant(caller, '100');
    expect(await countNotices(caller)).toBe(1);
    await core.notices.lookAtAll();
    await createTask(caller);
    expect(await countNotices(caller)).toBe(1);
  });

  it('by credits that are held and given back between two looks gives none', async () => {
    const caller = await openOwner('55');
    await change(caller, WATCHED);
    await api.endTask(await createTask(caller), 'failed');
    await core.notices.lookAtAll();
    expect(await countNotices(caller)).toBe(0);
  });

  it('is not one that is exactly at it', async () => {
    const caller = await openOwner('60');
    await change(caller, WATCHED);
    await createTask(caller);
    await core.notices.lookAtAll();
    expect(await countNotices(caller)).toBe(0);
  });

  it('gives as many notices as it crosses, with many creates, ends and looks at once', async () => {
    const caller = await openOwner('1000');
    await change(caller, { ...WATCHED, threshold: 900 });
    const rounds = 3;
    for (let round = 1; round <= rounds; round++) {
      const ids = await Promise.all(Array.from({ length: 24 }, () => createTask(caller)));
      await Promise.all([
        ...ids.map((id, place) => api.endTask(id, place % 4 === 0 ? 'failed' : 'succeeded')),
        ...Array.from({ length: 8 }, () => core.notices.lookAtAll()),
      ]);
      await Promise.all(Array.from({ length: 4 }, () => core.notices.lookAtAll()));
      expect(await countNotices(caller)).toBe(round);
      await Promise.all([grant(caller, '90'), grant(caller, '90'), core.notices.lookAtAll()]);
    }
  });
});

describe('the notice of an operator', () => {
  it('has a threshold of its own, which owners neither see nor end', async () => {
    const caller = await openOwner('100');
    const { accountId } = caller;
    const settings = { threshold: micros('30'), mailTo: DESK };
    await core.notices.changeForOperator(accountId, 'test', settings);
    expect((await api.call({ path: '/api/v1/account/notices', key: caller.key })).body).toEqual(NO_NOTICE);
    await change(caller, WATCHED);
    await change(caller, { threshold: null });
    expect(await core.notices.list(accountId)).toMatchObject([
      { receiver: 'operator', threshold: micros('30'), mail_to: DESK, callback_url: null },
    ]);
    await core.notices.changeForOperator(accountId, 'test', { threshold: null });
    expect(await core.notices.list(accountId)).toEqual([]);
  });
});

describe('a notice', () => {
  it('comes by mail to the owners, to the operator at a threshold of its own, and is copied', async () => {
    const jobs = createJobs({
      url: core.databaseUrl,
      handlers: core.mail.jobHandlers,
      nodeId: newId(),
      log: silentLog,
    });
    await core.pool.query('delete from graphile_worker._private_jobs');
    await jobs.start();
    const receivers = async (count: number): Promise<string[]> => {
      const until = performance.now() + WAIT_MAX_MS;
      while (mailbox.received.length < count && performance.now() < until) await pause(20);
      return mailbox.received.flatMap(({ to }) => to).toSorted();
    };
    try {
      const caller = await openOwner('55.5');
      const account = (await core.accounts.find(caller.accountId)).name;
      await addPeople(caller);
      await change(caller, WATCHED);
      await core.notices.changeForOperator(caller.accountId, 'test', {
        threshold: micros('40'),
        mailTo: DESK,
      });
      await createTask(caller);
      await core.notices.lookAtAll();
      expect(await receivers(2)).toEqual([COPY_TO, 'owner@example.com']);
      await createTask(caller);
      for (const _look of [1, 2]) await core.notices.lookAtAll();
      expect(await receivers(3)).toEqual([DESK, COPY_TO, 'owner@example.com']);
      const own = mailbox.received.find(({ to }) => to.includes(DESK));
      expect(own?.text).toContain(
        `The account "${account}" has 35.5 test credits free. Its threshold is 40.`,
      );
      expect(own?.text).toContain(`${core.publicUrl.value}/operator/accounts/${caller.accountId}`);
      const [{ headers, text }] = mailbox.received;
      expect(headers.subject).toBe(`45.5 test credits left in ${account}`);
      expect(text).toContain(`The account "${account}" has 45.5 test credits free. Its threshold is 50.`);
      expect(text).toContain('10 more are held for tasks that have not ended.');
      expect(text).toContain(`${core.publicUrl.value}/usage?book=test`);
    } finally {
      await jobs.stop(100);
      await mailbox.close();
    }
  });
});
