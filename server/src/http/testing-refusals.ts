// What tests of refused requests share: an API at which no such request may cost anything. Only for tests.
import { connect } from 'node:net';
import { afterEach, expect } from 'vitest';
import type { Json } from '../lib/json.ts';
import { type Answer, createTestApi, errorsOf } from './testing.ts';

export const JOBS = '/api/v1/client/job';
export const ACCOUNT = '/api/v1/client/account';

/** A create body of the seedance model with parts of its input replaced. */
export function seedance(input: object, rest: object = {}): Json {
  return { model: 'bytedance/seedance1-0-pro-t2v', input: { prompt: 'x', ...input }, ...rest } as Json;
}

/** Checks the form that every refusal has; the code in the body is the status. */
export function expectRefusal(answer: Answer, status: number): void {
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(answer.body).toMatchObject({
    code: status,
    error: expect.any(String),
    request_id: expect.any(String),
  });
  expect(answer.body.message).not.toBe('');
  if (status === 422) {
    expect(errorsOf(answer).length).toBeGreaterThan(0);
    expect(answer.body).not.toHaveProperty('data');
  } else expect(answer.body.data).toBeNull();
}

/** An API with a caller whose credits no test may touch, and a socket to it. */
export async function stageRefusals() {
  const api = await createTestApi();
  const caller = await api.openAccount({ credits: '100' });
  const untouched = await api.core.credits.balance(caller.accountId, 'test');

  /** Writes bytes to the server and returns everything that comes back until it closes the connection. */
  function sendRaw(text: string | Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      const { port } = new URL(api.url);
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
      socket.on('error', reject);
    });
  }

  afterEach(async () => {
    expect(await api.core.credits.balance(caller.accountId, 'test')).toEqual(untouched);
    const { rows } = await api.core.pool.query(
      `select count(*)::integer as count from tasks where price > 0 and due_at is not null`,
    );
    expect(rows[0].count).toBe(0);
  });

  return { api, caller, sendRaw };
}
