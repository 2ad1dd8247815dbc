import { type ChildProcess, spawn } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { unlockDeadWorkers } from '../db/jobs.ts';
import { withTransaction } from '../db/pool.ts';
import { createTestDatabase } from '../db/testing.ts';
import { newId } from '../lib/ids.ts';
import { closeAfterEachTest, startDelivery, startReceiver, waitUntil } from './testing.ts';

const database = await createTestDatabase();
closeAfterEachTest();

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function startChild(nodeId: string): { child: ChildProcess; gone: Promise<void> } {
  const script = path.join(import.meta.dirname, 'testing-child.ts');
  const child = spawn(process.execPath, [script, database.url, nodeId], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.push(child);
  return { child, gone: new Promise((resolve) => child.on('exit', () => resolve())) };
}

test('after a sender was killed between the request and its record, a second request has the same webhook-id', async () => {
  const deadNodeId = newId();
  const { child, gone } = startChild(deadNodeId);
  const receiver = await startReceiver((response) => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    response.end('ok');
  });
  const delivery = await startDelivery(database, { running: false });
  const callbackId = await delivery.enqueue(receiver.url);
  await gone;
  expect(await delivery.read(callbackId)).toMatchObject({ state: 'pending', tries: 0 });

  await delivery.jobs.start();
  expect(await unlockDeadWorkers(database.pool, [newId()])).toBe(0);
  expect(await unlockDeadWorkers(database.pool, [deadNodeId])).toBe(1);
  await waitUntil('it is delivered', async () => (await delivery.read(callbackId)).state === 'delivered');
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([callbackId, callbackId]);
  expect(await delivery.callbacks.deliveriesOf(callbackId)).toHaveLength(1);
});

test('callbacks whose senders are killed again and again all arrive, and none twice without need', async () => {
  const receiver = await startReceiver((response) => setTimeout(() => response.end('ok'), 5));
  const delivery = await startDelivery(database, { running: false });
  const ids = await Promise.all(Array.from({ length: 150 }, () => delivery.enqueue(receiver.url)));
  const kills = 3;
  for (let killed = 1; killed <= kills; killed += 1) {
    const nodeId = newId();
    const { child, gone } = startChild(nodeId);
    await waitUntil('the sender is at work', () => receiver.received.length >= killed * 30);
    child.kill('SIGKILL');
    await gone;
    await unlockDeadWorkers(database.pool, [nodeId]);
  }
  await delivery.jobs.start();
  await waitUntil('all are delivered', async () => {
    const { rows } = await database.pool.query<{ left: number }>(
      `select count(*)::integer as left from callbacks where id = any($1::uuid[]) and state <> 'delivered'`,
      [ids],
    );
    return rows[0].left === 0;
  });
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(ids));
  // Each kill can repeat the requests that were under way at that moment, at most 48.
  expect(receiver.received.length).toBeLessThanOrEqual(ids.length + kills * 48);
});

test('a try that was recorded before its sender died is not made again', async () => {
  const receiver = await startReceiver();
  const delivery = await startDelivery(database);
  const callbackId = await delivery.enqueue(receiver.url);
  await waitUntil('it is delivered', async () => (await delivery.read(callbackId)).state === 'delivered');
  const job = JSON.stringify({ callbackId, step: 0, trigger: 'schedule', receiver: 'x' });
  await database.pool.query(`select graphile_worker.add_job('callbacks.deliver', $1::json)`, [job]);
  await waitUntil('the job has run', async () => {
    const { rows } = await database.pool.query('select 1 from graphile_worker._private_jobs');
    return rows.length === 0;
  });
  expect(receiver.received).toHaveLength(1);
});

test('a stop during a try abandons it unrecorded, and the next process makes it', async () => {
  const held: ServerResponse[] = [];
  const receiver = await startReceiver((response) => {
    if (held.push(response) > 1) response.end('ok');
  });
  const first = await startDelivery(database);
  const callbackId = await first.enqueue(receiver.url);
  await waitUntil('the receiver has the request', () => held.length === 1);
  await first.jobs.stop(50);
  expect(await first.read(callbackId)).toMatchObject({ state: 'pending', tries: 0 });

  const second = await startDelivery(database);
  await second.hurry();
  await waitUntil('it is delivered', async () => (await second.read(callbackId)).state === 'delivered');
});

test('a receiver that never answers, with 2,000 callbacks waiting, does not delay the others', async () => {
  const blackHole = await startReceiver(() => undefined);
  const receiver = await startReceiver();
  const delivery = await startDelivery(database, { concurrency: 40 });
  const { accountId, callbacks } = delivery;
  const item = () => ({ taskId: newId(), accountId, url: blackHole.url, testMode: true, copies: 1 });
  const items = Array.from({ length: 2_000 }, item);
  await withTransaction(database.pool, (client) => callbacks.enqueue(client, items));
  await waitUntil('the black hole holds requests', () => blackHole.received.length >= 4);

  const ids: string[] = [];
  for (let count = 0; count < 30; count += 1) ids.push(await delivery.enqueue(receiver.url));
  // The wait is limited to less than the 15 s for which the silent receiver holds its first requests.
  await waitUntil('the others have their callbacks', () => receiver.received.length >= ids.length);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(ids));
  expect(blackHole.received).toHaveLength(4);
});
