import { gzipSync } from 'node:zlib';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { withTransaction } from '../db/pool.ts';
import { createTestDatabase } from '../db/testing.ts';
import { createGuardedFetch } from '../lib/guarded-fetch.ts';
import { newId } from '../lib/ids.ts';
import { USER_AGENT } from '../lib/version.ts';
import type { DeliveryRow } from './callbacks.store.ts';
import { TRY_DELAYS_MS } from './schedule.ts';
import {
  closeAfterEachTest,
  type Delivery,
  type Received,
  startDelivery,
  startReceiver,
  waitUntil,
} from './testing.ts';

const database = await createTestDatabase();
closeAfterEachTest();

async function settled(delivery: Delivery, callbackId: string, state: string): Promise<DeliveryRow[]> {
  await waitUntil(`the callback is ${state}`, async () => (await delivery.read(callbackId)).state === state);
  return (await delivery.callbacks.deliveriesOf(callbackId)) ?? [];
}

async function tried(delivery: Delivery, callbackId: string, tries: number): Promise<DeliveryRow[]> {
  await waitUntil(`try ${tries} is recorded`, async () => (await delivery.read(callbackId)).tries === tries);
  return (await delivery.callbacks.deliveriesOf(callbackId)) ?? [];
}

/** The milliseconds between the last record of a try and the next one, on the clock of the database. */
async function pauseAheadMs(callbackId: string): Promise<number> {
  const { rows } = await database.pool.query<{ ms: number }>(
    `select (extract(epoch from c.next_try_at - j.created_at) * 1000)::float8 as ms
     from callbacks c join graphile_worker._private_jobs j on j.payload->>'callbackId' = c.id::text
     where c.id = $1 and j.run_at = c.next_try_at`,
    [callbackId],
  );
  return rows[0].ms;
}

/** The tries that still wait or run; the last job counts until the queue has removed it. */
async function countJobs(callbackId: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `select count(*)::integer as count from graphile_worker._private_jobs where payload->>'callbackId' = $1`,
    [callbackId],
  );
  return rows[0].count;
}

function verify(request: Received, secret: string): unknown {
  return new Webhook(secret).verify(request.body, request.headers as Record<string, string>);
}

test('a receiver gets the task object with a signature that the public library accepts', async () => {
  const receiver = await startReceiver();
  const delivery = await startDelivery(database);
  const callbackId = await delivery.enqueue(receiver.url);

  const [logged] = await settled(delivery, callbackId, 'delivered');
  expect(logged).toMatchObject({ number: 1, trigger: 'schedule', http_status: 200, error: null });
  expect(receiver.received).toHaveLength(1);
  const [request] = receiver.received;
  const body = verify(request, await delivery.callbacks.readSecret(delivery.owner));
  expect(body).toEqual({ task_id: (await delivery.read(callbackId)).task_id, status: 'success' });
  expect(request).toMatchObject({
    method: 'POST',
    path: '/hook',
    headers: { 'webhook-id': callbackId, 'content-type': 'application/json', 'user-agent': USER_AGENT },
  });
});

test('a callback about no task is posted as it was written, signed and logged as the others', async () => {
  const receiver = await startReceiver();
  const { accountId, callbacks, owner, ...delivery } = await startDelivery(database);
  const body = JSON.stringify({ type: 'balance.low' });
  const item = { accountId, url: receiver.url, testMode: true, occasion: 'balance', body } as const;
  await withTransaction(database.pool, (client) => callbacks.enqueueNotice(client, item));
  const [{ id }] = await callbacks.list({ owner, limit: 9 });

  await waitUntil('it is delivered', async () => (await delivery.read(id)).state === 'delivered');
  expect(verify(receiver.received[0], await callbacks.readSecret(owner))).toEqual({ type: 'balance.low' });
  expect(await callbacks.list({ owner, occasions: ['end', 'late'], limit: 9 })).toEqual([]);
  expect(await callbacks.deliveriesOf(id, owner)).toHaveLength(1);
});

test('while two secrets overlap in a rotation both verify, afterwards only the new one', async () => {
  const receiver = await startReceiver();
  const delivery = await startDelivery(database);
  const { owner, callbacks } = delivery;
  const oldSecret = await callbacks.readSecret(owner);
  const newSecret = await callbacks.rotateSecret(owner, 1);
  expect(newSecret).not.toBe(oldSecret);
  expect(await callbacks.readSecret(owner)).toBe(newSecret);

  await settled(delivery, await delivery.enqueue(receiver.url), 'delivered');
  expect(() => verify(receiver.received[0], oldSecret)).not.toThrow();
  expect(() => verify(receiver.received[0], newSecret)).not.toThrow();

  await database.pool.query(
    `update callback_secrets set expires_at = now() - interval '1 second'
     where account_id = $1 and expires_at is not null`,
    [owner.accountId],
  );
  await settled(delivery, await delivery.enqueue(receiver.url), 'delivered');
  expect(() => verify(receiver.received[1], oldSecret)).toThrow('No matching signature');
  expect(() => verify(receiver.received[1], newSecret)).not.toThrow();
});

test('a rotation without overlap ends all earlier secrets at once', async () => {
  const receiver = await startReceiver();
  const delivery = await startDelivery(database);
  const { owner, callbacks } = delivery;
  const earlier = [await callbacks.readSecret(owner), await callbacks.rotateSecret(owner)];
  const newSecret = await callbacks.rotateSecret(owner, 0);
  await settled(delivery, await delivery.enqueue(receiver.url), 'delivered');
  for (const secret of earlier) expect(() => verify(receiver.received[0], secret)).toThrow();
  expect(() => verify(receiver.received[0], newSecret)).not.toThrow();
});

test('many first readers of a secret and many rotations at once leave one current secret', async () => {
  const delivery = await startDelivery(database, { running: false });
  const { owner, callbacks } = delivery;
  const read = await Promise.all(Array.from({ length: 8 }, () => callbacks.readSecret(owner)));
  expect(new Set(read).size).toBe(1);
  const rotated = await Promise.all(Array.from({ length: 8 }, () => callbacks.rotateSecret(owner)));
  expect(new Set(rotated).size).toBe(8);
  expect(rotated).toContain(await callbacks.readSecret(owner));
});

test('secrets are not readable in the database', async () => {
  const delivery = await startDelivery(database, { running: false });
  const secret = await delivery.callbacks.readSecret(delivery.owner);
  const material = Buffer.from(secret.slice('whsec_'.length), 'base64');
  expect(material).toHaveLength(32);
  const { rows } = await database.pool.query('select sealed from callback_secrets where account_id = $1', [
    delivery.accountId,
  ]);
  expect(rows).toHaveLength(1);
  expect(rows[0].sealed.includes(material)).toBe(false);
});

test('a receiver that always fails is tried ten times on the schedule under one webhook-id, then no more', async () => {
  const receiver = await startReceiver((response) => response.writeHead(500).end('no'));
  const delivery = await startDelivery(database);
  const callbackId = await delivery.enqueue(receiver.url);
  for (let made = 1; made < 10; made += 1) {
    await tried(delivery, callbackId, made);
    const pauseMs = await pauseAheadMs(callbackId);
    expect(pauseMs).toBeGreaterThanOrEqual(TRY_DELAYS_MS[made] * 0.85 - 1);
    expect(pauseMs).toBeLessThanOrEqual(TRY_DELAYS_MS[made] * 1.15 + 1);
    await delivery.hurry();
  }
  const log = await settled(delivery, callbackId, 'failed');
  expect(log.map(({ number, http_status, error }) => [number, http_status, error])).toEqual(
    Array.from({ length: 10 }, (_, index) => [index + 1, 500, 'It answered 500.']),
  );
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(
    new Set([callbackId]),
  );
  const secret = await delivery.callbacks.readSecret(delivery.owner);
  for (const request of receiver.received) expect(() => verify(request, secret)).not.toThrow();
  await waitUntil('no further try is planned', async () => (await countJobs(callbackId)) === 0);
});

test('a receiver that comes back gets the callback at the next try', async () => {
  let isUp = false;
  const receiver = await startReceiver((response) => response.writeHead(isUp ? 204 : 502).end());
  const delivery = await startDelivery(database);
  const callbackId = await delivery.enqueue(receiver.url);
  await tried(delivery, callbackId, 1);
  isUp = true;
  await delivery.hurry();
  const log = await settled(delivery, callbackId, 'delivered');
  expect(log.map(({ http_status }) => http_status)).toEqual([502, 204]);
});

test('a refused connection is a failed try that is made again', async () => {
  const receiver = await startReceiver();
  await receiver.close();
  const delivery = await startDelivery(database);
  const [logged] = await tried(delivery, await delivery.enqueue(receiver.url), 1);
  expect(logged).toMatchObject({ http_status: null, error: 'No connection could be made to the host.' });
});

test('a receiver that does not answer in time is tried again', async () => {
  const receiver = await startReceiver(() => undefined);
  const fetchGuarded = createGuardedFetch({ allowLoopback: true });
  const hasty: typeof fetchGuarded = Object.assign(
    (...[url, request]: Parameters<typeof fetchGuarded>) => {
      expect(request.timeoutMs).toBe(15_000);
      return fetchGuarded(url, { ...request, timeoutMs: 100 });
    },
    { close: () => fetchGuarded.close() },
  );
  const delivery = await startDelivery(database, { fetchLoopback: hasty });
  const callbackId = await delivery.enqueue(receiver.url);
  const [logged] = await tried(delivery, callbackId, 1);
  expect(logged).toMatchObject({ http_status: null, error: 'No complete answer came within 0.1 s.' });
  expect((await delivery.read(callbackId)).state).toBe('pending');
  await hasty.close();
});

test.each([301, 302, 303, 307, 308])(
  'a %i is a failure that says so, and nothing goes to its target',
  async (status) => {
    const target = await startReceiver();
    const receiver = await startReceiver((response) =>
      response.writeHead(status, { location: target.url }).end(),
    );
    const delivery = await startDelivery(database);
    const callbackId = await delivery.enqueue(receiver.url);
    const [logged] = await tried(delivery, callbackId, 1);
    expect(logged.error).toBe(`It answered ${status} to ${target.url}; redirects are not followed.`);
    expect((await delivery.read(callbackId)).state).toBe('pending');
    expect(target.received).toHaveLength(0);
  },
);

test('a receiver that answers 410 gets nothing from then on', async () => {
  const receiver = await startReceiver((response) => response.writeHead(410).end());
  const delivery = await startDelivery(database);
  const callbackId = await delivery.enqueue(receiver.url);
  const log = await settled(delivery, callbackId, 'gone');
  expect(log).toHaveLength(1);
  await waitUntil('no further try is planned', async () => (await countJobs(callbackId)) === 0);
});

test.each([
  { status: 429, field: '120', leastMs: 120_000, mostMs: 138_000 },
  { status: 503, field: '600', leastMs: 600_000, mostMs: 690_000 },
  { status: 503, field: '9999999', leastMs: 86_400_000, mostMs: 99_360_000 },
  { status: 429, field: '0', leastMs: 4_250, mostMs: 5_750 },
  { status: 500, field: '120', leastMs: 4_250, mostMs: 5_750 },
])('after $status with Retry-After: $field the next try waits $leastMs to $mostMs ms', async (expected) => {
  const headers = { 'retry-after': expected.field };
  const receiver = await startReceiver((response) => response.writeHead(expected.status, headers).end());
  const delivery = await startDelivery(database);
  const callbackId = await delivery.enqueue(receiver.url);
  await tried(delivery, callbackId, 1);
  const pauseMs = await pauseAheadMs(callbackId);
  expect(pauseMs).toBeGreaterThanOrEqual(expected.leastMs - 1);
  expect(pauseMs).toBeLessThanOrEqual(expected.mostMs + 1);
});

test('an endless answer is cut after 1 KiB, its connection is closed, and its start is logged', async () => {
  const piece = '0123456789abcdef'.repeat(64);
  let isCut = false;
  const receiver = await startReceiver((response, _received, request) => {
    request.socket.on('close', () => {
      isCut = true;
    });
    const write = () => {
      while (!response.destroyed && response.write(piece));
    };
    response.writeHead(200).on('drain', write);
    write();
  });
  const delivery = await startDelivery(database);
  const [logged] = await settled(delivery, await delivery.enqueue(receiver.url), 'delivered');
  expect(logged.response_head).toBe(piece);
  await waitUntil('the receiver sees the end of the connection', () => isCut);
});

test('exactly the first 1 KiB of an answer is logged, and a long answer fails no sooner than a short one', async () => {
  const receiver = await startReceiver((response) => response.writeHead(400).end(`${'a'.repeat(1_024)}tail`));
  const delivery = await startDelivery(database);
  const [logged] = await tried(delivery, await delivery.enqueue(receiver.url), 1);
  expect(logged.response_head).toBe('a'.repeat(1_024));
  expect(logged.error).toBe('It answered 400.');
});

test('a compressed answer is neither unpacked nor a failure', async () => {
  const bomb = gzipSync(Buffer.alloc(10_000_000));
  const receiver = await startReceiver((response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
  );
  const delivery = await startDelivery(database);
  const [logged] = await settled(delivery, await delivery.enqueue(receiver.url), 'delivered');
  expect(logged.response_head?.length).toBeLessThanOrEqual(1_024);
  expect(logged.response_head).not.toContain('\0');
});

test('an answer of 200 whose body breaks off is a success', async () => {
  const receiver = await startReceiver((response, _received, request) => {
    response.writeHead(200, { 'content-length': '100' }).write('part');
    setImmediate(() => request.socket.resetAndDestroy());
  });
  const delivery = await startDelivery(database);
  const log = await settled(delivery, await delivery.enqueue(receiver.url), 'delivered');
  expect(log).toHaveLength(1);
});

test.each([
  { url: 'http://10.0.0.7/hook', reason: 'it leads to a private or reserved network' },
  { url: 'http://169.254.169.254/latest/meta-data', reason: 'it leads to a private or reserved network' },
  { url: 'http://[::ffff:127.0.0.1]:9999/hook', reason: 'it leads to this machine' },
  { url: 'http://localhost:9999/hook', reason: 'it leads to this machine' },
  { url: 'ftp://example.com/hook', reason: 'it must begin with http:// or https:// and a host' },
])('a live callback to $url is refused at once, with the reason in the log', async ({ url, reason }) => {
  const delivery = await startDelivery(database);
  const callbackId = await delivery.enqueue(url, { testMode: false });
  const log = await settled(delivery, callbackId, 'failed');
  expect(log).toMatchObject([{ http_status: null, error: `The address was refused: ${reason}.` }]);
});

test('a receiver on this machine is refused for live callbacks, and for test callbacks of a public server', async () => {
  const receiver = await startReceiver();
  const atHome = await startDelivery(database);
  await settled(atHome, await atHome.enqueue(receiver.url, { testMode: false }), 'failed');
  await atHome.jobs.stop();
  const inPublic = await startDelivery(database, { loopbackAllowedFor: [] });
  await settled(inPublic, await inPublic.enqueue(receiver.url, { testMode: true }), 'failed');
  expect(receiver.received).toHaveLength(0);
});

test('a name that leads to a private address is refused now and tried again later', async () => {
  const resolve = async () => ['10.0.0.7'];
  const fetchPublic = createGuardedFetch({ allowLoopback: false, resolve });
  const delivery = await startDelivery(database, { fetchPublic });
  const callbackId = await delivery.enqueue('http://receiver.example.com/hook', { testMode: false });
  const [logged] = await tried(delivery, callbackId, 1);
  expect(logged.error).toBe('The address was refused: it leads to a private or reserved network.');
  expect((await delivery.read(callbackId)).state).toBe('pending');
  await fetchPublic.close();
});

test('copies are the same callback sent again, from the start', async () => {
  const receiver = await startReceiver();
  const delivery = await startDelivery(database);
  const callbackId = await delivery.enqueue(receiver.url, { copies: 2 });
  const log = await tried(delivery, callbackId, 2);
  expect(log.map(({ trigger }) => trigger).sort()).toEqual(['copy', 'schedule']);
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([callbackId, callbackId]);
  expect(receiver.received[0].body).toBe(receiver.received[1].body);
  expect((await delivery.read(callbackId)).state).toBe('delivered');
});

test('a replay sends a failed callback once more under its webhook-id and keeps the log', async () => {
  let status = 410;
  const receiver = await startReceiver((response) => response.writeHead(status).end());
  const delivery = await startDelivery(database);
  const { owner, callbacks } = delivery;
  const callbackId = await delivery.enqueue(receiver.url);
  await settled(delivery, callbackId, 'gone');

  status = 200;
  expect(await callbacks.replay(callbackId, { ...owner, accountId: newId() })).toBe(false);
  expect(await callbacks.replay(callbackId, owner)).toBe(true);
  const log = await settled(delivery, callbackId, 'delivered');
  expect(log.map(({ trigger, http_status }) => [trigger, http_status])).toEqual([
    ['schedule', 410],
    ['replay', 200],
  ]);
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([callbackId, callbackId]);
});

test('a replay that fails leaves the schedule of a pending callback unchanged', async () => {
  const receiver = await startReceiver((response) => response.writeHead(500).end());
  const delivery = await startDelivery(database);
  const callbackId = await delivery.enqueue(receiver.url);
  await tried(delivery, callbackId, 1);
  const before = await delivery.read(callbackId);
  await delivery.callbacks.replay(callbackId);
  await tried(delivery, callbackId, 2);
  expect(await delivery.read(callbackId)).toEqual({
    ...before,
    tries: 2,
    replayed_at: expect.any(Date),
    replay_id: expect.any(String),
  });
});

test('a callback that a replay has delivered is not sent again by its schedule', async () => {
  let status = 500;
  const receiver = await startReceiver((response) => response.writeHead(status).end());
  const delivery = await startDelivery(database);
  const callbackId = await delivery.enqueue(receiver.url);
  await tried(delivery, callbackId, 1);
  status = 200;
  await delivery.callbacks.replay(callbackId);
  await settled(delivery, callbackId, 'delivered');
  await delivery.hurry();
  await waitUntil('no job is left', async () => (await countJobs(callbackId)) === 0);
  expect(receiver.received).toHaveLength(2);
});

test('a callback whose task is gone fails and says why', async () => {
  const receiver = await startReceiver();
  const delivery = await startDelivery(database, { renderBody: async () => undefined });
  const [logged] = await settled(delivery, await delivery.enqueue(receiver.url), 'failed');
  expect(logged.error).toBe('The task is no longer stored.');
  expect(receiver.received).toHaveLength(0);
});

test('after the loss of the server secret nothing is sent until the signing secret is rotated', async () => {
  const receiver = await startReceiver();
  const before = await startDelivery(database);
  await before.callbacks.readSecret(before.owner);
  await before.jobs.stop();
  const delivery = await startDelivery(database, { secretKey: 'another secret of the server' });
  const item = { taskId: newId(), accountId: before.accountId, url: receiver.url, testMode: true, copies: 1 };
  await withTransaction(database.pool, (client) => delivery.callbacks.enqueue(client, [item]));
  const [{ id }] = await delivery.callbacks.list({ taskId: item.taskId, limit: 1 });
  const [logged] = await tried(delivery, id, 1);
  expect(logged.error).toBe('The signing secret cannot be read; rotate it.');
  expect(receiver.received).toHaveLength(0);

  const secret = await delivery.callbacks.rotateSecret(before.owner, 0);
  await delivery.hurry();
  await settled(delivery, id, 'delivered');
  expect(() => verify(receiver.received[0], secret)).not.toThrow();
});

test('a callback exists if and only if the transaction that enqueues it commits', async () => {
  const receiver = await startReceiver();
  const delivery = await startDelivery(database);
  const item = {
    taskId: newId(),
    accountId: delivery.accountId,
    url: receiver.url,
    testMode: true,
    copies: 1,
  };
  const failing = withTransaction(database.pool, async (client) => {
    await delivery.callbacks.enqueue(client, [item]);
    throw new Error('the settlement fails');
  });
  await expect(failing).rejects.toThrow('the settlement fails');
  expect(await delivery.callbacks.list({ taskId: item.taskId, limit: 1 })).toEqual([]);

  await settled(delivery, await delivery.enqueue(receiver.url, { taskId: item.taskId }), 'delivered');
  await delivery.enqueue(receiver.url, { taskId: item.taskId });
  expect(await delivery.callbacks.list({ taskId: item.taskId, limit: 10 })).toHaveLength(1);
  expect(receiver.received).toHaveLength(1);
});

test('a list is newest first, has pages by id and shows a key only the callbacks of its account and mode', async () => {
  const delivery = await startDelivery(database, { running: false });
  const { owner, callbacks } = delivery;
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) ids.unshift(await delivery.enqueue('https://example.com/hook'));
  const first = await callbacks.list({ owner, limit: 2 });
  const second = await callbacks.list({ owner, before: first[1].id, limit: 10 });
  expect([...first, ...second].map(({ id }) => id)).toEqual(ids);
  for (const other of [
    { ...owner, accountId: newId() },
    { ...owner, testMode: false },
  ]) {
    expect(await callbacks.list({ owner: other, limit: 10 })).toEqual([]);
    expect(await callbacks.deliveriesOf(ids[0], other)).toBeUndefined();
    expect(await callbacks.replay(ids[0], other)).toBe(false);
  }
  expect(await callbacks.deliveriesOf(ids[0], owner)).toEqual([]);
  expect(await callbacks.deliveriesOf('not an id', owner)).toBeUndefined();
  expect(await callbacks.replay('not an id', owner)).toBe(false);
  expect(await callbacks.list({ owner, taskId: 'not an id', limit: 10 })).toEqual([]);
});

test('clean-up removes ended callbacks and their deliveries after their days, and no pending one', async () => {
  const receiver = await startReceiver();
  const delivery = await startDelivery(database);
  const ended = await delivery.enqueue(receiver.url);
  await settled(delivery, ended, 'delivered');
  await receiver.close();
  const pending = await delivery.enqueue(receiver.url);
  await tried(delivery, pending, 1);
  const age = `update callbacks set created_at = created_at - interval '31 days',
    completed_at = completed_at - interval '31 days' where account_id = $1`;
  expect(await delivery.callbacks.removeOldCallbacks(30, 100)).toBe(0);
  await database.pool.query(age, [delivery.accountId]);
  expect(await delivery.callbacks.removeOldCallbacks(30, 100)).toBe(1);
  const left = await delivery.callbacks.list({ owner: delivery.owner, limit: 10 });
  expect(left.map(({ id }) => id)).toEqual([pending]);
});
