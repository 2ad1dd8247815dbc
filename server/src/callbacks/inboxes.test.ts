import { expect, test } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { newId } from '../lib/ids.ts';
import type { CallbackOwner } from './callbacks.store.ts';
import { Inboxes } from './inboxes.ts';
import { closeAfterEachTest, startDelivery, waitUntil } from './testing.ts';

const PUBLIC_URL = 'http://127.0.0.1:1';
const SIGNING_KEY = 'a secret of the server under test';

const database = await createTestDatabase();
closeAfterEachTest();
const inboxes = new Inboxes({
  pool: database.pool,
  secretKey: 'a secret for the codes of inboxes',
  signingKey: SIGNING_KEY,
  publicUrl: () => PUBLIC_URL,
});

function newOwner(testMode = true): CallbackOwner {
  return { accountId: newId(), testMode };
}

function tokenOf(address: string): string {
  const token = inboxes.tokenOf(address);
  if (token === undefined) throw new Error('this is the address of an inbox');
  return token;
}

function post(address: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<void> {
  const posted = { method: 'POST', query: '', headers, body: Buffer.from(body) };
  return inboxes.receive(tokenOf(address), posted);
}

async function requestsOf(id: string, owner: CallbackOwner) {
  const inbox = await inboxes.find(id, owner);
  if (!inbox) throw new Error('the owner has this inbox');
  return inboxes.requestsOf(inbox);
}

test.each([true, false])(
  'a callback to an inbox is kept with a signature that verifies (test mode %s)',
  async (testMode) => {
    const delivery = await startDelivery(database, { inboxes, secretKey: SIGNING_KEY });
    const owner = { accountId: delivery.accountId, testMode };
    const inbox = await inboxes.create(owner);
    const callbackId = await delivery.enqueue(inboxes.addressOf(inbox), { testMode });
    await waitUntil('it is delivered', async () => (await delivery.read(callbackId)).state === 'delivered');
    const [request, ...others] = await requestsOf(inbox.id, owner);
    expect(others).toEqual([]);
    expect(request).toMatchObject({ method: 'POST', signature: 'valid' });
    expect(request.headers['webhook-id']).toBe(callbackId);
    expect(JSON.parse(request.body.toString())).toMatchObject({ status: 'success' });
  },
);

test('a callback of a live key still cannot reach another port or path of this machine', async () => {
  const delivery = await startDelivery(database, { inboxes, secretKey: SIGNING_KEY });
  const inbox = await inboxes.create({ accountId: delivery.accountId, testMode: false });
  const address = inboxes.addressOf(inbox);
  const others = [
    address.replace('/inbox/', '/other/'),
    address.replace(':1/', ':2/'),
    `${PUBLIC_URL}/inbox/x`,
  ];
  for (const url of others) {
    const callbackId = await delivery.enqueue(url, { testMode: false });
    await waitUntil('it is refused', async () => (await delivery.read(callbackId)).state === 'failed');
  }
});

test('what was changed on its way, or signed with another secret, is kept as not verified', async () => {
  const delivery = await startDelivery(database, { inboxes, secretKey: SIGNING_KEY });
  const { owner } = delivery;
  const inbox = await inboxes.create(owner);
  const address = inboxes.addressOf(inbox);
  const { headers } = await delivery.callbacks.tryOut(owner, {
    url: address,
    body: '{"a":1}',
  });
  await post(address, '{"a":2}', headers);
  await post(address, '{"a":1}', { ...headers, 'webhook-signature': 'v1,AAAA' });
  await post(address, '{"a":1}');
  const found = await requestsOf(inbox.id, owner);
  expect(found.map(({ signature }) => signature)).toEqual(['absent', 'invalid', 'invalid', 'valid']);
});

test('an inbox keeps the last fifty requests and no more than a megabyte', async () => {
  const owner = newOwner();
  const inbox = await inboxes.create(owner);
  const address = inboxes.addressOf(inbox);
  for (let number = 1; number <= 52; number++) await post(address, `number ${number}`);
  const found = await requestsOf(inbox.id, owner);
  expect(found).toHaveLength(50);
  expect(found.at(-1)?.body.toString()).toBe('number 3');
  for (let number = 0; number < 6; number++) await post(address, Buffer.alloc(400_000, number));
  const large = await requestsOf(inbox.id, owner);
  expect(large.map(({ body }) => body.length)).toEqual([262_144, 262_144, 262_144]);
  expect(large[0].body_bytes).toBe(400_000);
});

test('an address with a guessed code, and one whose inbox has ended, take nothing', async () => {
  const owner = newOwner();
  const inbox = await inboxes.create(owner);
  const address = inboxes.addressOf(inbox);
  const guessed = address.replace(/.{4}$/, (end) => (end === '0000' ? '1111' : '0000'));
  await expect(post(guessed, 'x')).rejects.toMatchObject({ errorName: 'link_invalid' });
  await database.pool.query('update inboxes set expires_at = now() where id = $1', [inbox.id]);
  await expect(post(address, 'x')).rejects.toMatchObject({ errorName: 'link_invalid' });
  expect(await inboxes.find(inbox.id, owner)).toBeUndefined();
  expect(await inboxes.removeEnded(10)).toBe(1);
});

test('headers that open something are not kept, and odd bytes do no harm', async () => {
  const owner = newOwner();
  const inbox = await inboxes.create(owner);
  const headers = { cookie: 'a=b', authorization: 'Bearer x', 'x-api-key': 'y', odd: 'a\0b' };
  await post(inboxes.addressOf(inbox), Buffer.from([0, 255, 1]), headers);
  const [request] = await requestsOf(inbox.id, owner);
  expect(request.headers).toEqual({ odd: 'ab' });
  expect(request.body).toEqual(Buffer.from([0, 255, 1]));
});

test('an account has ten inboxes at most, however many are made at once, and another account sees none of them', async () => {
  const owner = newOwner();
  const made = await Promise.allSettled(Array.from({ length: 12 }, () => inboxes.create(owner)));
  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  const [first] = await inboxes.list(owner);
  for (const other of [newOwner(), { ...owner, testMode: false }]) {
    expect(await inboxes.list(other)).toEqual([]);
    expect(await inboxes.find(first.id, other)).toBeUndefined();
    expect(await inboxes.remove(first.id, other)).toBe(false);
  }
  expect(await inboxes.remove(first.id, owner)).toBe(true);
});
