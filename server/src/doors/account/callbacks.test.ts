// Callbacks, their secret and inboxes as members of an account use them over HTTP.
import { describe, expect, it } from 'vitest';
import { type Caller, createTestApi, GOOD_BODY } from '../../http/testing.ts';
import { isObject, type Json, type JsonObject } from '../../lib/json.ts';

const api = await createTestApi();
const { pool } = api.core;

function ask(caller: Caller, path: string, method: 'GET' | 'POST' | 'DELETE' = 'GET', body?: Json) {
  return api.call({ method, path: `/api/v1/account${path}`, key: caller.key, body });
}

function itemsOf({ body }: { body: JsonObject }): JsonObject[] {
  return Array.isArray(body.items) ? body.items.filter(isObject) : [];
}

async function makeKey(accountId: string, role: 'owner' | 'reader'): Promise<Caller> {
  const made = await api.core.accounts.createKey({ account: accountId, mode: 'test', name: role, role });
  return { accountId, key: made.key, row: made.row };
}

/** A callback about a task that has ended; there is no worker that would send it. */
async function createCallback(caller: Caller, url = 'https://receiver.example.com/') {
  const taskId = String((await api.create(caller, { ...GOOD_BODY, callback_url: url })).data.task_id);
  await api.endTask(taskId);
  const [row] = await api.core.callbacks.list({ taskId, limit: 1 });
  return { id: row.id, taskId };
}

async function giveUp(callbackId: string): Promise<void> {
  await pool.query(
    `update callbacks set state = 'failed', completed_at = now(), next_try_at = null, tries = 1 where id = $1`,
    [callbackId],
  );
  await pool.query(
    `insert into deliveries (callback_id, number, trigger, sent_at, duration_ms, http_status, error, response_head)
     values ($1, 1, 'schedule', '2026-01-02T03:04:05.678Z', 12, 500, 'It answered 500.', 'oh <b>no</b>')`,
    [callbackId],
  );
}

describe('the log', () => {
  it('lists by state and occasion, newest first, with what came of the last try', async () => {
    const caller = await api.openAccount();
    const failed = await createCallback(caller);
    const waiting = await createCallback(caller);
    await giveUp(failed.id);
    const ids = async (query: string) =>
      itemsOf(await ask(caller, `/callbacks?${query}`)).map(({ id }) => id);
    expect(await ids('')).toEqual([waiting.id, failed.id]);
    expect(await ids(`limit=1&after=${waiting.id}`)).toEqual([failed.id]);
    expect(await ids('state=pending')).toEqual([waiting.id]);
    expect(await ids('occasion=late')).toEqual([]);
    expect(await ids(`task=${failed.taskId}`)).toEqual([failed.id]);
    expect(itemsOf(await ask(caller, '/callbacks?state=failed'))[0]).toMatchObject({
      task_id: failed.taskId,
      next_try_at: null,
      last_try: { sent_at: '2026-01-02T03:04:05.678Z', http_status: 500, error: 'It answered 500.' },
    });
  });

  it('shows the body and each try with its headers, and no signature', async () => {
    const caller = await api.openAccount();
    const { id, taskId } = await createCallback(caller);
    await giveUp(id);
    const { body, text } = await ask(caller, `/callbacks/${id}`);
    expect(JSON.parse(String(body.body))).toMatchObject({ task_id: taskId, status: 'success' });
    expect(body.all_tries).toEqual([
      expect.objectContaining({
        response_head: 'oh <b>no</b>',
        request_headers: {
          'content-type': 'application/json',
          'user-agent': expect.stringMatching(/^Reelay\//),
          'webhook-id': id,
          'webhook-timestamp': '1767323045',
        },
      }),
    ]);
    expect(text).not.toContain('webhook-signature');
  });

  it('is closed to other accounts and to the other mode', async () => {
    const caller = await api.openAccount();
    const { id } = await createCallback(caller);
    const others = [await api.openAccount(), await api.openKey(caller.accountId, { mode: 'live' })];
    for (const other of others) {
      expect(itemsOf(await ask(other, '/callbacks'))).toEqual([]);
      expect((await ask(other, `/callbacks/${id}`)).status).toBe(404);
      expect((await ask(other, `/callbacks/${id}/replay`, 'POST')).status).toBe(404);
    }
  });

  it('sends all that were given up again with one call, and a second call leaves them alone', async () => {
    const caller = await api.openAccount();
    const other = await api.openAccount();
    const mine = [await createCallback(caller), await createCallback(caller)];
    const foreign = await createCallback(other);
    await createCallback(caller);
    for (const { id } of [...mine, foreign]) await giveUp(id);
    const replay = () => ask(caller, '/callbacks/replay-failed', 'POST');
    expect((await replay()).body).toEqual({ replayed: 2 });
    expect((await replay()).body).toEqual({ replayed: 0 });
    const { rows } = await pool.query<{ id: string }>(
      `select payload->>'callbackId' as id from graphile_worker._private_jobs where payload->>'trigger' = 'replay' order by 1`,
    );
    expect(rows.map(({ id }) => id)).toEqual(mine.map(({ id }) => id).sort());
    expect((await ask(caller, `/callbacks/${mine[0].id}/replay`, 'POST')).status).toBe(429);
  });
});

describe('a test delivery', () => {
  it('to an inbox is kept there with a signature that verifies', async () => {
    const caller = await api.openAccount();
    const inbox = (await ask(caller, '/inboxes', 'POST')).body;
    const tried = await ask(caller, '/callbacks/test', 'POST', { url: String(inbox.url) });
    expect(tried.body).toMatchObject({ is_delivered: true, http_status: 200, error: null });
    expect(tried.text).not.toContain('webhook-signature');
    const { requests } = (await ask(caller, `/inboxes/${inbox.id}`)).body;
    expect(requests).toEqual([expect.objectContaining({ signature: 'valid', body: tried.body.body })]);
  });

  it.each(['http://10.0.0.1/', 'http://169.254.169.254/latest', 'ftp://example.com/', 'no address'])(
    'to %s is refused and says why',
    async (url) => {
      const { body } = await ask(await api.openAccount(), '/callbacks/test', 'POST', { url });
      expect(body).toMatchObject({ is_delivered: false, http_status: null });
      expect(body.error).toMatch(/^The address was refused/);
    },
  );
});

describe('an inbox', () => {
  it('takes what any client posts to its address, shows it as text, and goes with what is in it', async () => {
    const caller = await api.openAccount();
    const { id, url } = (await ask(caller, '/inboxes', 'POST')).body;
    const path = new URL(String(url)).pathname;
    const headers = { 'content-type': 'text/plain', cookie: 'reelay.session=secret' };
    const posted = await api.call({ method: 'POST', path: `${path}?a=1`, body: '<script>', headers });
    expect([posted.status, posted.text]).toEqual([200, '{}']);
    const { requests } = (await ask(caller, `/inboxes/${id}`)).body;
    expect(requests).toEqual([
      expect.objectContaining({ method: 'POST', query: 'a=1', body: '<script>', signature: 'absent' }),
    ]);
    expect(JSON.stringify(requests)).not.toContain('secret');
    expect((await ask(await api.openAccount(), `/inboxes/${id}`)).status).toBe(404);
    expect((await ask(caller, `/inboxes/${id}`, 'DELETE')).body).toEqual({ id });
    expect((await api.call({ method: 'POST', path, body: 'x', headers })).status).toBe(404);
  });

  it('is not opened by a guessed address, whose body is not read', async () => {
    const path = `/inbox/${'0'.repeat(32)}-${'0'.repeat(32)}`;
    expect((await api.call({ method: 'POST', path, body: 'x' })).status).toBe(404);
  });
});

describe('the secret', () => {
  it('is masked until an owner reveals it', async () => {
    const { accountId } = await api.openAccount();
    const owner = await makeKey(accountId, 'owner');
    const { secret } = (await ask(owner, '/callback-secret/reveal', 'POST')).body;
    const masked = await ask(await makeKey(accountId, 'reader'), '/callback-secret');
    expect(masked.body).toMatchObject({ hint: `whsec_…${String(secret).slice(-4)}`, earlier_until: null });
    expect(masked.text).not.toContain(String(secret));
  });

  it('is revealed with a line in the audit log that names the caller and does not hold the secret', async () => {
    const { accountId } = await api.openAccount();
    const owner = await makeKey(accountId, 'owner');
    await ask(owner, '/callback-secret');
    const { secret } = (await ask(owner, '/callback-secret/reveal', 'POST')).body;
    const { rows } = await pool.query(
      `select action, actor_kind, actor_id, subject from audit_lines where account_id = $1 and action like 'secret.%'`,
      [accountId],
    );
    const subject = 'callback secret, test';
    expect(rows).toEqual([{ action: 'secret.reveal', actor_kind: 'key', actor_id: owner.row.id, subject }]);
    const { rows: held } = await pool.query('select from audit_lines l where l::text like $1', [
      `%${String(secret).slice(6)}%`,
    ]);
    expect(held).toEqual([]);
  });

  it('is replaced with the overlap that was asked for', async () => {
    const owner = await makeKey((await api.openAccount()).accountId, 'owner');
    const rotate = async (hours: number) =>
      (await ask(owner, '/callback-secret/rotate', 'POST', { overlap_hours: hours })).body;
    await ask(owner, '/callback-secret/reveal', 'POST');
    const overlapping = await rotate(168);
    const days = (Date.parse(String(overlapping.earlier_until)) - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(7, 1);
    const atOnce = await rotate(0);
    expect(atOnce.earlier_until).toBeNull();
    expect(atOnce.secret).not.toBe(overlapping.secret);
  });
});
