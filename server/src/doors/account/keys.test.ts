// Keys of an account, as its members manage them over HTTP.
import { describe, expect, it } from 'vitest';
import { type Caller, createTestApi, GOOD_BODY } from '../../http/testing.ts';
import { isObject, type Json, type JsonObject } from '../../lib/json.ts';

const api = await createTestApi();

async function openOwner(mode: 'test' | 'live' = 'test'): Promise<Caller> {
  return api.openAccount({ mode, role: 'owner', credits: '10' });
}

function ask(caller: Caller, method: 'GET' | 'POST' | 'PATCH', path: string, body?: Json) {
  return api.call({ method, path: `/api/v1/account${path}`, key: caller.key, body });
}

function itemsOf({ body }: { body: JsonObject }): JsonObject[] {
  return Array.isArray(body.items) ? body.items.filter(isObject) : [];
}

function nameOf({ body }: { body: JsonObject }): unknown {
  return isObject(body.error) ? body.error.name : undefined;
}

const LIMITS = {
  creates_max: 5,
  creates_window_s: 60,
  reads_per_10s: 100,
  open_tasks_max: 2,
  credits_day_max: 12.5,
  credits_total_max: 100,
  models: [GOOD_BODY.model],
  addresses: ['127.0.0.0/8', '::1'],
  strict: true,
};

describe('a key of the account', () => {
  it('is made with its limits, is shown once, and opens the API', async () => {
    const owner = await openOwner();
    const asked = { mode: 'test', name: 'agency', expires_at: '2100-01-01T00:00:00Z', ...LIMITS };
    const { body, status } = await ask(owner, 'POST', '/keys', asked);
    expect(status).toBe(200);
    const { key, ...record } = body;
    expect(record).toMatchObject({
      ...LIMITS,
      name: 'agency',
      role: 'member',
      credits_today: 0,
      credits_total: 0,
      expires_at: '2100-01-01T00:00:00.000Z',
      last_used_at: null,
      earlier: null,
    });
    const listed = await ask(owner, 'GET', '/keys');
    expect(itemsOf(listed).at(-1)).toEqual(record);
    expect(listed.text).not.toContain(String(key));
    const made = await api.call({
      method: 'POST',
      path: '/api/v1/client/job/CreateTask',
      key: String(key),
      body: GOOD_BODY,
    });
    expect(made.status).toBe(200);
  });

  it('is renamed, loses its limits by null, and is disabled and enabled', async () => {
    const owner = await openOwner();
    const { body } = await ask(owner, 'POST', '/keys', { mode: 'test', name: 'first', ...LIMITS });
    const path = `/keys/${body.id}`;
    const nothing = { reads_per_10s: null, open_tasks_max: null, credits_day_max: null, models: null };
    const changed = await ask(owner, 'PATCH', path, {
      name: 'second',
      role: 'reader',
      disabled: true,
      ...nothing,
    });
    expect(changed.body).toMatchObject({
      ...LIMITS,
      ...nothing,
      name: 'second',
      role: 'reader',
      disabled_at: expect.any(String),
    });
    await ask(owner, 'PATCH', path, { disabled: false });
    expect((await ask(owner, 'GET', path)).body).toEqual({ ...changed.body, disabled_at: null });
  });

  it('gets another secret, with the one before beside it for the overlap', async () => {
    const owner = await openOwner();
    const { body } = await ask(owner, 'POST', '/keys', { mode: 'test', name: 'key' });
    const rotated = await ask(owner, 'POST', `/keys/${body.id}/rotate`, { overlap_s: 3_600 });
    expect(rotated.body).toMatchObject({
      id: body.id,
      key: expect.stringMatching(/^ak_test/),
      earlier: { hint: body.hint, ends_at: expect.any(String) },
    });
    expect(rotated.body.key).not.toBe(body.key);
    const again = await ask(owner, 'POST', `/keys/${body.id}/rotate`, { overlap_s: 3_600 });
    expect([again.status, nameOf(again)]).toEqual([409, 'conflict']);
  });

  it('is out of reach of another account', async () => {
    const [owner, other] = [await openOwner(), await openOwner()];
    const path = `/keys/${owner.row.id}`;
    for (const answer of [
      await ask(other, 'GET', path),
      await ask(other, 'PATCH', path, { name: 'mine' }),
      await ask(other, 'POST', `${path}/rotate`, {}),
    ])
      expect([answer.status, nameOf(answer)]).toEqual([404, 'not_found']);
    expect(itemsOf(await ask(other, 'GET', '/keys')).map(({ id }) => id)).toEqual([other.row.id]);
  });

  it('of the other mode is shown, and neither made nor changed, by a key', async () => {
    const owner = await openOwner('test');
    const live = await api.openKey(owner.accountId, { mode: 'live' });
    expect((await ask(owner, 'GET', `/keys/${live.row.id}`)).status).toBe(200);
    for (const answer of [
      await ask(owner, 'POST', '/keys', { mode: 'live', name: 'more' }),
      await ask(owner, 'PATCH', `/keys/${live.row.id}`, { role: 'owner' }),
      await ask(owner, 'POST', `/keys/${live.row.id}/rotate`, {}),
    ])
      expect([answer.status, nameOf(answer)]).toEqual([403, 'not_permitted']);
  });

  it.each<[JsonObject, string[]]>([
    [
      { credits_day_max: 0.0000001, models: ['reelay/unknown'] },
      ['credits_day_max: must have at most six decimals', 'models: there is no model "reelay/unknown"'],
    ],
    [
      { addresses: ['10.0.0.1/8'] },
      ['addresses: 10.0.0.1/8 has bits after its prefix; the range is 10.0.0.0/8'],
    ],
    [{ addresses: [] }, ['addresses: must have at least 1 items']],
    [{ expires_at: '2100-02-30T00:00:00Z' }, ['expires_at: must be a time such as 2026-11-30T12:00:00Z']],
    [{ expires_at: '2020-01-01T00:00:00Z' }, ['expires_at: must be in the future']],
    [
      { creates_max: 0, role: 'root' },
      ['role: must be one of reader, member, owner', 'creates_max: must be a whole number from 1 to 9999999'],
    ],
    [{ name: '' }, ['name: must not be empty']],
  ])('refuses %j', async (fields, faults) => {
    const owner = await openOwner();
    const answer = await ask(owner, 'POST', '/keys', { mode: 'test', name: 'key', ...fields });
    expect(answer.body.error).toMatchObject({ name: 'validation_failed', faults });
  });
});
