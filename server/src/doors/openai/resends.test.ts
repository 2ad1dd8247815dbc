// One task for each create, however often a client sends its request: the clients of OpenAI repeat a POST by themselves, under
// no key, and number their attempts.
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { GOOD, stageOpenai, toForm } from './testing.ts';

const { api, create, countTasks, call, key } = await stageOpenai();
let prompts = 0;

/** A body that no other create has. */
function newBody(): Record<string, string> {
  prompts += 1;
  return { ...GOOD, prompt: `boat ${prompts}` };
}

const attempt = (number: number) => ({ 'x-stainless-retry-count': String(number) });

async function idOf(answer: ReturnType<typeof create>): Promise<unknown> {
  const { status, body, text } = await answer;
  expect([status, text]).toEqual([200, expect.any(String)]);
  return body.id;
}

/** Sends a create whose client is gone before its answer. */
function sendAndLeave(body: object, headers: Record<string, string>): Promise<void> {
  const text = JSON.stringify(body);
  const head = { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  const request = `POST /v1/videos HTTP/1.1\r\nhost: x\r\ncontent-length: ${text.length}\r\n${lines.join('\r\n')}\r\n\r\n${text}`;
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () => socket.write(request));
    socket.once('data', () => socket.destroy());
    socket.once('close', () => resolve());
    socket.once('error', reject);
  });
}

describe('a repeat without a key', () => {
  it('gets the task of the attempt whose answer was lost, and is charged once', async () => {
    const before = await countTasks();
    const body = newBody();
    await sendAndLeave(body, attempt(0));
    const first = await create(body, attempt(1));
    const second = await create(body, attempt(2));
    expect(first.headers['idempotent-replayed']).toBe('true');
    expect(second.body.id).toBe(first.body.id);
    expect(await countTasks()).toBe(before + 1);
  });

  it('waits for the attempt before it where that is still being decided', async () => {
    const before = await countTasks();
    const body = newBody();
    const both = await Promise.all([idOf(create(body, attempt(0))), idOf(create(body, attempt(1)))]);
    expect(new Set(both).size).toBe(1);
    expect(await countTasks()).toBe(before + 1);
  });

  it('makes the task when no attempt before it has arrived', async () => {
    const before = await countTasks();
    const body = newBody();
    const first = await idOf(create(body, attempt(1)));
    expect(await idOf(create(body, attempt(2)))).toBe(first);
    expect(await countTasks()).toBe(before + 1);
  });

  it('is known in a form too, whatever its boundary is', async () => {
    const before = await countTasks();
    const fields = Object.entries(newBody());
    const one = toForm(fields, 'one');
    const other = toForm(fields, 'other');
    const first = await idOf(create(one.body, { ...one.headers, ...attempt(0) }));
    expect(await idOf(create(other.body, { ...other.headers, ...attempt(1) }))).toBe(first);
    expect(await countTasks()).toBe(before + 1);
  });

  it('of one of two equal creates gets one of their tasks, and that of the other gets the other', async () => {
    const before = await countTasks();
    const body = newBody();
    const made = [await idOf(create(body, attempt(0))), await idOf(create(body, attempt(0)))];
    const found = [await idOf(create(body, attempt(1))), await idOf(create(body, attempt(1)))];
    expect(found.toSorted()).toEqual(made.toSorted());
    expect(await countTasks()).toBe(before + 2);
  });

  it('never gets a task that its client has read: that is the task of another create', async () => {
    const body = newBody();
    const known = await idOf(create(body, attempt(0)));
    await call(`/v1/videos/${known}`);
    expect(await idOf(create(body, attempt(1)))).not.toBe(known);
  });

  it('of another account or another body gets nothing of it', async () => {
    const body = newBody();
    const made = await idOf(create(body, attempt(0)));
    const other = await api.openAccount();
    const foreign = { ...attempt(1), authorization: `Bearer ${other.key}` };
    expect(await idOf(create(body, foreign))).not.toBe(made);
    expect(await idOf(create({ ...body, seconds: '5' }, attempt(1)))).not.toBe(made);
  });

  it('makes a task of its own after an attempt that was refused for its rate', async () => {
    const limited = await api.openAccount({ limits: { createsMax: 1, createsWindowSeconds: 1 } });
    const headers = { authorization: `Bearer ${limited.key}` };
    const body = newBody();
    const made = await idOf(create(body, { ...headers, ...attempt(0) }));
    expect((await create(body, { ...headers, ...attempt(0) })).status).toBe(429);
    await expect
      .poll(async () => (await create(body, { ...headers, ...attempt(1) })).body.id)
      .toSatisfy((id) => id !== undefined && id !== made);
  });
});

it('without a number is a create of its own, since nothing says that it is a repeat', async () => {
  const body = newBody();
  expect(await idOf(create(body))).not.toBe(await idOf(create(body)));
});

describe('an Idempotency-Key', () => {
  it('gives the same video whatever number the attempt has, and refuses another body', async () => {
    const body = newBody();
    const headers = { 'idempotency-key': 'k1' };
    const made = await idOf(create(body, headers));
    expect(await idOf(create(body, { ...headers, ...attempt(1) }))).toBe(made);
    const other = await create({ ...body, prompt: 'another' }, headers);
    expect([other.status, other.headers['x-should-retry']]).toEqual([409, 'false']);
  });
});
