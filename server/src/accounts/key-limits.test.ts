// What bounds a key, over HTTP: each refusal by its name, and every change within a second on every node.
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { createTestApi, GOOD_BODY } from '../http/testing.ts';
import { deriveKey } from '../lib/derive-key.ts';
import { DAY_MS, steadyClock, systemClock } from '../lib/time.ts';
import { Accounts } from './accounts.ts';

const SECRET = 'a secret of the server, for this test';
const api = await createTestApi({ REELAY_TRUST_PROXY: '127.0.0.1', REELAY_SECRET: SECRET });
const { accounts, pool } = api.core;

/**
 * Asks until the answer is this one. No call that begins a second after the change may get another answer; how long the
 * calls themselves take on a busy machine does not count.
 */
async function expectWithinASecond<T>(ask: () => Promise<T>, answer: T): Promise<void> {
  const changedAt = performance.now();
  const late: T[] = [];
  await expect
    .poll(
      async () => {
        const isLate = performance.now() - changedAt > 1_000;
        const got = await ask();
        if (isLate) late.push(got);
        return got;
      },
      { interval: 50 },
    )
    .toBe(answer);
  expect(late.filter((got) => got !== answer)).toEqual([]);
}

/** The accounts as another node on the same database knows them. */
const otherNode = new Accounts({
  pool,
  secret: deriveKey(SECRET, 'api keys'),
  clock: steadyClock,
  wallClock: systemClock,
  createsPer10s: 1,
});

async function callOtherNode(key: string): Promise<string> {
  try {
    await otherNode.authenticate(key, '127.0.0.1');
    return 'works';
  } catch (error) {
    if (error instanceof AppError) return error.errorName;
    throw error;
  }
}

function readBalance(key: string, from?: string) {
  const headers: Record<string, string> = from === undefined ? {} : { 'x-forwarded-for': from };
  return api.call({ path: '/api/v1/client/account/balance', key, headers });
}

describe('a key with addresses', () => {
  it('works from these and is refused from others, which the refusal names', async () => {
    const { key } = await api.openAccount({ limits: { addresses: ['203.0.113.0/24', '2001:db8::/32'] } });
    expect((await readBalance(key, '203.0.113.200')).status).toBe(200);
    expect((await readBalance(key, '2001:db8:1::1')).status).toBe(200);
    expect((await readBalance(key, '203.0.114.1')).body).toMatchObject({
      code: 403,
      error: 'address_not_allowed',
      message: 'This key may not be used from 203.0.114.1',
    });
    expect((await readBalance(key)).body).toMatchObject({ error: 'address_not_allowed' });
  });

  it('takes from a proxy only the address that this proxy has added', async () => {
    const { key } = await api.openAccount({ limits: { addresses: ['203.0.113.7'] } });
    expect((await readBalance(key, '203.0.113.7, 198.51.100.1')).body).toMatchObject({
      message: 'This key may not be used from 198.51.100.1',
    });
  });

  it('takes no address that has two readings', async () => {
    await expect(api.openAccount({ limits: { addresses: ['203.0.113.7/24', '010.1.1.1'] } })).rejects.toThrow(
      expect.objectContaining({
        details: {
          errors: [
            'addresses: 203.0.113.7/24 has bits after its prefix; the range is 203.0.113.0/24',
            'addresses: 010.1.1.1 must be an address or a range such as 203.0.113.0/24',
          ],
        },
      }),
    );
  });
});

describe('a key with models', () => {
  it('makes tasks of these alone, and estimates no other', async () => {
    const caller = await api.openAccount({ limits: { models: [GOOD_BODY.model] } });
    expect((await api.create(caller)).status).toBe(200);
    const other = { model: 'bytedance/seedance1-0-pro-t2v', input: { prompt: 'a city', duration: 8 } };
    const paths = ['CreateTask', 'EstimateTask', 'estimate-credits'];
    for (const path of paths) {
      const answer = await api.call({
        method: 'POST',
        path: `/api/v1/client/job/${path}`,
        key: caller.key,
        body: other,
      });
      expect(answer.body).toMatchObject({
        code: 403,
        error: 'model_not_allowed',
        message: `This key may not use ${other.model}; it may use ${GOOD_BODY.model}`,
      });
    }
  });
});

describe('a key with an end', () => {
  it('is refused once it is over', async () => {
    const caller = await api.openAccount({ limits: { expiresAt: new Date(Date.now() + DAY_MS) } });
    expect((await readBalance(caller.key)).status).toBe(200);
    await pool.query('update api_keys set expires_at = now() where id = $1', [caller.row.id]);
    await expectWithinASecond(async () => (await readBalance(caller.key)).status, 403);
    expect((await readBalance(caller.key)).body).toMatchObject({ code: 403, error: 'key_expired' });
  });

  it('takes no end in the past', async () => {
    await expect(api.openAccount({ limits: { expiresAt: new Date(Date.now() - 1) } })).rejects.toThrow(
      expect.objectContaining({ details: { errors: ['expires_at: must be in the future'] } }),
    );
  });
});

describe('a rate with a window of its own', () => {
  it('is kept over that window, and answers say which it is', async () => {
    const caller = await api.openAccount({ limits: { createsMax: 2, createsWindowSeconds: 3_600 } });
    const first = await api.create(caller);
    expect(first.headers).toMatchObject({ 'ratelimit-policy': '"create";q=2;w=3600' });
    await api.create(caller);
    const refused = await api.create(caller);
    expect(refused.body).toMatchObject({ code: 429, error: 'rate_limited' });
    expect(refused.headers).toMatchObject({ 'ratelimit-policy': '"create";q=2;w=3600' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(1_700);
    await accounts.changeKey(caller.row.id, { createsWindowSeconds: 10 });
    expect((await api.create(caller)).status).toBe(200);
  });
});

describe('a key that was rotated', () => {
  it('opens by both secrets for the overlap, and by the later one alone after it', async () => {
    const { key: before, row } = await api.openAccount();
    const { key: after, row: rotated } = await accounts.rotateKey(row.id, { overlapSeconds: 3_600 });
    expect(after).not.toBe(before);
    expect(rotated).toMatchObject({ id: row.id, hint: `ak_test…${after.slice(-4)}`, earlier_hint: row.hint });
    for (const key of [before, after]) expect((await readBalance(key)).status).toBe(200);
    await pool.query('update key_secrets set ends_at = now() where key_id = $1 and ends_at is not null', [
      row.id,
    ]);
    await expectWithinASecond(async () => (await readBalance(before)).status, 401);
    expect((await readBalance(after)).status).toBe(200);
  });

  it('is refused by its earlier secrets within a second on every node when there is no overlap', async () => {
    const { key: before, row } = await api.openAccount();
    const { key: between } = await accounts.rotateKey(row.id, { overlapSeconds: 3_600 });
    expect(await callOtherNode(before)).toBe('works');
    expect(await callOtherNode(between)).toBe('works');
    const { key: after } = await accounts.rotateKey(row.id, { overlapSeconds: 0 });
    await expectWithinASecond(() => callOtherNode(before), 'unauthorized');
    await expectWithinASecond(() => callOtherNode(between), 'unauthorized');
    expect(await callOtherNode(after)).toBe('works');
  });

  it('has at most two secrets: a further one waits, or ends the earlier ones', async () => {
    const { row } = await api.openAccount();
    await accounts.rotateKey(row.id, { overlapSeconds: 60 });
    await expect(accounts.rotateKey(row.id, { overlapSeconds: 60 })).rejects.toThrow('still works');
    await accounts.rotateKey(row.id, { overlapSeconds: 0 });
    const { rows } = await pool.query('select ends_at from key_secrets where key_id = $1', [row.id]);
    expect(rows).toEqual([{ ends_at: null }]);
  });
});

describe('a key that is disabled', () => {
  it('is refused within a second on every node', async () => {
    const { key, row } = await api.openAccount();
    expect(await callOtherNode(key)).toBe('works');
    await accounts.changeKey(row.id, { disabled: true });
    await expectWithinASecond(() => callOtherNode(key), 'key_disabled');
  });
});

describe('the last use of a key', () => {
  it('is written when it is used, at most once a minute', async () => {
    const { key, row } = await api.openAccount();
    expect(row.last_used_at).toBeNull();
    await readBalance(key);
    const readUse = async () => (await accounts.findKey(row.id)).last_used_at?.getTime();
    await expect.poll(readUse).toBeGreaterThan(0);
    const first = await readUse();
    await callOtherNode(key);
    expect(await readUse()).toBe(first);
    await pool.query(
      `update api_keys set last_used_at = last_used_at - interval '61 seconds' where id = $1`,
      [row.id],
    );
    await expect
      .poll(async () => (await readBalance(key)) && (await readUse()))
      .toBeGreaterThan(Number(first) - 1);
  });
});
