import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createTestApi } from './http/testing.ts';

/** Sends one callback of a test key to this machine with the first try of the real handler, and returns what happened. */
async function callHome(environment: Record<string, string>): Promise<{ calls: number; error: unknown }> {
  let calls = 0;
  const receiver = createServer((_request, response) => {
    calls++;
    response.end('ok');
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void receiver.close());
  const { port } = receiver.address() as AddressInfo;
  const api = await createTestApi(environment);
  const caller = await api.openAccount();
  const body = {
    model: 'reelay/draft-t2v',
    input: { prompt: 'a lake' },
    callback_url: `http://127.0.0.1:${port}/hook`,
  };
  const created = await api.create(caller, body);
  await api.endTask(String(created.data.task_id));
  const { rows } = await api.core.pool.query<{ id: string }>('select id from callbacks');
  const payload = { callbackId: rows[0].id, step: 0, trigger: 'schedule', receiver: `127.0.0.1:${port}` };
  await api.core.callbacks.jobHandlers['callbacks.deliver'](payload, new AbortController().signal);
  const [delivery] = (await api.core.callbacks.deliveriesOf(rows[0].id)) ?? [];
  return { calls, error: delivery.error };
}

test('a test key may have callbacks on this machine while only this machine reaches the server', async () => {
  expect(await callHome({})).toEqual({ calls: 1, error: null });
});

test.each([
  ['published under another name', { PUBLIC_URL: 'https://video.example.com' }],
  ['behind a proxy', { REELAY_TRUST_PROXY: '127.0.0.1' }],
  ['listening on every address', { HOST: '0.0.0.0' }],
])('a server that is %s sends no callback to this machine', async (_where, environment) => {
  const { calls, error } = await callHome(environment);
  expect(calls).toBe(0);
  expect(error).toContain('it leads to this machine');
});
