// The stream of an account: what comes, and to which callers.
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { claimTasks } from '../../dispatch/testing.ts';
import { type Caller, createTestApi, GOOD_BODY } from '../../http/testing.ts';
import { newId } from '../../lib/ids.ts';
import { isObject, type Json, type JsonObject, parseOwnJson } from '../../lib/json.ts';

const api = await createTestApi();
const { changes, pool, watch } = api.core;
const patience = { interval: 20 };

interface Event {
  id: string;
  name: string;
  data: JsonObject;
}

interface Stream {
  events: Event[];
  isOver: boolean;
  text: string;
  leave(): void;
}

function readEvents(text: string): Event[] {
  return [...text.matchAll(/^id: (\d+)\nevent: (\w+)\ndata: (.*)$/gm)].map(([, id, name, data]) => {
    const value = parseOwnJson<Json>(data);
    return { id, name, data: isObject(value) ? value : {} };
  });
}

async function follow({ key }: Caller, headers: Record<string, string> = {}, query = ''): Promise<Stream> {
  const request = get(`${api.url}/api/v1/client/job/Events${query}`, {
    agent: false,
    headers: { 'x-api-key': key, ...headers },
  });
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const stream: Stream = { events: [], isOver: false, text: '', leave: () => request.destroy() };
  response.setEncoding('utf8').on('data', (part: string) => {
    stream.text += part;
    stream.events = readEvents(stream.text);
  });
  response.on('error', () => undefined);
  response.on('close', () => {
    stream.isOver = true;
  });
  await expect.poll(() => stream.events.some(({ name }) => name === 'balance'), patience).toBe(true);
  return stream;
}

async function createId(caller: Caller): Promise<string> {
  return String((await api.create(caller, GOOD_BODY)).data.task_id);
}

function statusesOf({ events }: Stream, taskId: string): unknown[] {
  return events.filter(({ data }) => data.task_id === taskId).map(({ data }) => data.status);
}

it('carries a task from its create to its end, its progress and the balance, to members of the account alone', async () => {
  const caller = await api.openAccount({ credits: '100' });
  const live = await api.openKey(caller.accountId, { mode: 'live' });
  const callers = [caller, caller, await api.openAccount(), live];
  const streams = await Promise.all(callers.map((one) => follow(one)));
  expect(watch.size).toBe(3);
  const id = await createId(caller);
  await expect.poll(() => statusesOf(streams[0], id), patience).toEqual(['pending']);
  const [task] = await claimTasks(pool, { nodeId: newId(), limit: 1000, leaseMs: 60_000 });
  await pool.query(
    `insert into task_events (task_id, name, detail) values ($1, 'task.progress', '{"percent":40}')`,
    [id],
  );
  changes.announce([task.id]);
  await expect
    .poll(() => streams[0].events.at(-1)?.data, patience)
    .toMatchObject({ task_id: id, status: 'running', progress: 40, position: null, is_storing: false });
  await api.endTask(id);
  await expect
    .poll(() => streams[1].events.find(({ data }) => data.status === 'success')?.data, patience)
    .toMatchObject({ task_id: id, error: null, model: GOOD_BODY.model, credits: expect.any(Number) });
  expect(statusesOf(streams[2], id)).toEqual([]);
  expect(statusesOf(streams[3], id)).toEqual([]);
  expect(streams[0].text).toMatch(/^retry: 3000\n/);
  for (const stream of streams) stream.leave();
  await expect.poll(() => watch.size, patience).toBe(0);
});

it('goes on after the last event that the client has, with what has changed meanwhile', async () => {
  const caller = await api.openAccount();
  const ended = await createId(caller);
  const open = await createId(caller);
  const before = await follow(caller);
  const last = before.events.at(-1)?.id ?? '';
  before.leave();
  expect(statusesOf(before, open)).toEqual([]);
  await api.endTask(ended);
  const after = await follow(caller, { 'last-event-id': last });
  expect(statusesOf(after, ended)).toEqual(['success']);
  expect(statusesOf(after, open)).toEqual(['pending']);
  expect(after.events.every(({ id }) => Number(id) >= Number(last))).toBe(true);
  after.leave();
});

it('sees a change of which no notice came', async () => {
  const caller = await api.openAccount();
  const id = await createId(caller);
  const stream = await follow(caller);
  await pool.query(`update tasks set state = 'running', started_at = now() where id = $1`, [id]);
  await expect.poll(() => statusesOf(stream, id).at(-1), patience).toBe('running');
  await pool.query(`update tasks set state = 'pending', started_at = null where id = $1`, [id]);
  stream.leave();
});

it('ends when its key is disabled, after the time that was asked for, and beyond 50 of an account is refused', async () => {
  const caller = await api.openAccount();
  const other = await api.openKey(caller.accountId);
  const stream = await follow(other);
  const short = await follow(caller, {}, '?seconds=1');
  await pool.query('update api_keys set disabled_at = now() where id = $1', [other.row.id]);
  await expect.poll(() => [stream.isOver, short.isOver], patience).toEqual([true, true]);
  const many = await Promise.all(Array.from({ length: 50 }, () => follow(caller)));
  const refused = await api.call({ path: '/api/v1/client/job/Events', key: caller.key });
  expect(refused.status).toBe(429);
  for (const one of many) one.leave();
});
