// What many listeners of one task cost, and what listeners cost that do not read.
import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { type Caller, createTestApi } from '../../http/testing.ts';

const api = await createTestApi();
const { tasks, changes, pool } = api.core;
const sockets = new Set<Socket>();
api.app.server.on('connection', (socket) => sockets.add(socket));

let renderings = 0;
// Each rendering asks once for the links to the files of a task.
const { linkTo } = tasks;
Object.defineProperty(tasks, 'linkTo', {
  get() {
    renderings++;
    return linkTo;
  },
});

interface Stream {
  request: ClientRequest;
  response: IncomingMessage;
  text: string;
}

async function listen({ key }: Caller, taskId: string, isReading = true): Promise<Stream> {
  const path = `${api.url}/api/v1/client/job/TaskEvents?task_id=${taskId}`;
  const request = get(path, { agent: false, headers: { 'x-api-key': key } });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const stream = { request, response, text: '' };
  response.on('error', () => undefined);
  if (isReading) read(stream);
  return stream;
}

function read(stream: Stream): void {
  stream.response.setEncoding('utf8').on('data', (text) => {
    stream.text += text;
  });
}

async function createLarge(caller: Caller): Promise<string> {
  const prompt = 'a city at night '.repeat(240);
  const references = { note: 'x'.repeat(4_000) };
  const answer = await api.create(caller, { model: 'reelay/draft-t2v', input: { prompt, ...references } });
  expect(answer.status).toBe(200);
  return String(answer.data.task_id);
}

/** Changes the task as clients see it, and notifies those that wait for it. */
async function change(taskId: string, model: string): Promise<void> {
  await pool.query('update tasks set model_version = $2 where id = $1', [taskId, model]);
  changes.announce([taskId]);
}

/** More than the sockets of both sides hold by themselves, at a megabyte each. */
const CHANGES = 16;
const patience = { interval: 20 };
const count = (text: string, part: string) => text.split(part).length - 1;

it('B7: renders a task once for all its listeners, and reads it once', async () => {
  const caller = await api.openAccount();
  const id = await createLarge(caller);
  const streams = await Promise.all(Array.from({ length: 60 }, () => listen(caller, id)));
  const haveTasks = (times: number) => () =>
    streams.filter(({ text }) => count(text, 'event: task\n') === times).length;
  await expect.poll(haveTasks(1), patience).toBe(60);
  const before = renderings;
  await api.endTask(id);
  await expect.poll(haveTasks(2), patience).toBe(60);
  await Promise.all(streams.map(({ response }) => response.complete || once(response, 'end')));
  // The change, and a read that was under way or came by itself.
  expect(renderings - before).toBeLessThanOrEqual(2);
  for (const { text } of streams) {
    expect(text).toContain('event: task.succeeded\n');
    expect(text.trimEnd().split('\n').at(-2)).toBe('event: task');
  }
});

it('B7: keeps no more for a listener that does not read than it was sent once, and sends it the latest later', async () => {
  const caller = await api.openAccount();
  const id = await createLarge(caller);
  sockets.clear();
  const slow = await listen(caller, id, false);
  const quick = await listen(caller, id, false);
  let quickBytes = 0;
  quick.response.on('data', (chunk: Buffer) => {
    quickBytes += chunk.length;
  });
  for (let n = 1; n <= CHANGES; n++) {
    const before = quickBytes;
    await pool.query(
      `update tasks set input = json_build_object('prompt', repeat('x', 1000000), 'n', $2::int) where id = $1`,
      [id, n],
    );
    changes.announce([id]);
    await expect.poll(() => quickBytes - before, patience).toBeGreaterThan(1_000_000);
  }
  const unread = Math.max(...[...sockets].map(({ writableLength }) => writableLength));
  expect(unread).toBeGreaterThan(0);
  expect(unread).toBeLessThan(1_100_000);
  await api.endTask(id);
  read(slow);
  await once(slow.response, 'end');
  const shown = slow.text.split('\n').filter((line) => line.startsWith('data: {"task_id"'));
  expect(shown.length).toBeLessThan(CHANGES);
  expect(JSON.parse(String(shown.at(-1)).slice('data: '.length))).toMatchObject({
    task_id: id,
    status: 'success',
  });
  expect(slow.text).toContain('event: task.succeeded\n');
});

it('B7: a listener that leaves or whose key is disabled costs nothing more', async () => {
  const caller = await api.openAccount();
  const id = await createLarge(caller);
  const [leaving, other] = [await listen(caller, id), await listen(caller, id)];
  leaving.request.destroy();
  await change(id, 'one');
  await api.core.accounts.change(caller.accountId, { disabled: true });
  const isOver = () => {
    changes.announce([id]);
    return other.response.complete;
  };
  await expect.poll(isOver, patience).toBe(true);
  const before = renderings;
  await change(id, 'two');
  await new Promise((resolve) => setImmediate(resolve));
  expect(renderings).toBe(before);
});
