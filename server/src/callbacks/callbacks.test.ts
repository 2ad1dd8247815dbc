import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { closeAfterEachTest, startDelivery, startReceiver, waitUntil } from './testing.ts';

const database = await createTestDatabase();
closeAfterEachTest();

test('a receiver gets the task object under a signature that the public library accepts', async () => {
  const receiver = await startReceiver();
  const delivery = await startDelivery(database);
  const callbackId = await delivery.enqueue(receiver.url);

  await waitUntil(
    'the callback is delivered',
    async () => (await delivery.read(callbackId)).state === 'delivered',
  );
  expect(receiver.received).toHaveLength(1);
  const [request] = receiver.received;
  const webhook = new Webhook(await delivery.callbacks.readSecret(delivery.accountId));
  const body = webhook.verify(request.body, request.headers as Record<string, string>);
  expect(body).toEqual({ task_id: (await delivery.read(callbackId)).task_id, status: 'success' });
  expect(request).toMatchObject({
    method: 'POST',
    path: '/hook',
    headers: { 'webhook-id': callbackId, 'content-type': 'application/json', 'user-agent': 'Reelay' },
  });
});
