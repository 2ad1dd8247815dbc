// What agents have beside the tools: the extension for tasks, and files of their own machine.
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/client';
import { expect, inject } from 'vitest';
import { makeMedia } from '../../server/src/lib/testing-media.ts';
import type { DoorClient, DoorTools } from './door-clients.ts';
import {
  call,
  connect,
  connectByStdio,
  MODERN,
  openBounded,
  order,
  postRaw,
  read,
  TASK_EXTENSION,
} from './door-mcp-client.ts';

/** A task as the extension has it (modelcontextprotocol/ext-tasks 0.2.2). */
interface ExtensionTask {
  taskId: string;
  status: string;
  result?: { content: { type: string; mimeType?: string }[]; isError: boolean };
}

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}(\.\d+)?Z$/);
const FACTS = {
  taskId: expect.any(String),
  statusMessage: expect.any(String),
  createdAt: TIME,
  lastUpdatedAt: TIME,
  ttlMs: null,
  pollIntervalMs: expect.any(Number),
};
/** Takes every answer; the tests look at it themselves. */
const anyAnswer = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
} as const;

async function askOf(client: Client, method: string, taskId: string, more = {}): Promise<ExtensionTask> {
  const params = { taskId, ...more };
  return (await client.request({ method, params }, anyAnswer)) as ExtensionTask;
}

async function statusOf(client: Client, taskId: string): Promise<ExtensionTask> {
  const { _meta, ...task } = { _meta: undefined, ...(await askOf(client, 'tasks/get', taskId)) };
  const more = task.status === 'completed' ? { result: expect.anything() } : {};
  expect(task).toEqual({ ...FACTS, ...more, status: task.status });
  return task;
}

/** A create by a client that takes tasks. The official client has no way yet to be answered with one. */
async function createTask(tools: DoorTools, key: string): Promise<ExtensionTask> {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': { extensions: TASK_EXTENSION },
  };
  const params = { name: 'create_task', arguments: order(key), _meta: meta };
  const headers = {
    authorization: `Bearer ${tools.key}`,
    'mcp-protocol-version': MODERN,
    'mcp-method': 'tools/call',
    'mcp-name': 'create_task',
  };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const text = await (await postRaw(tools, headers, body)).text();
  const { result } = JSON.parse(text.slice(text.indexOf('{'))) as { result: ExtensionTask };
  expect(result).toMatchObject({ ...FACTS, status: 'working', resultType: 'task' });
  return result;
}

export const mcpTaskSteps: DoorClient['steps'] = {
  'tasks of the extension: create_task answers with one, request of tasks/get, tasks/update and tasks/cancel':
    async (tools) => {
      const own = await openBounded(tools, {});
      const client = await connect(own, { takesTasks: true });
      expect(client.getServerCapabilities()?.extensions).toEqual(TASK_EXTENSION);
      const { taskId } = await createTask(own, 'a-task-1');
      expect((await createTask(own, 'a-task-1')).taskId).toBe(taskId);
      expect((await statusOf(client, taskId)).status).toBe('working');
      await askOf(client, 'tasks/update', taskId, { inputResponses: {} });
      await tools.stage.end(taskId);
      const { status, result } = await statusOf(client, taskId);
      expect([status, result?.isError]).toEqual(['completed', false]);
      expect(result?.content[0]).toMatchObject({ type: 'resource_link', mimeType: 'video/mp4' });
      await askOf(client, 'tasks/cancel', taskId);
      const other = await createTask(own, 'a-task-2');
      await askOf(client, 'tasks/cancel', other.taskId);
      expect((await statusOf(client, other.taskId)).status).toBe('cancelled');
      await expect(askOf(client, 'tasks/get', 'none')).rejects.toMatchObject({ code: -32_602 });

      const plain = await connect(own);
      await expect(askOf(plain, 'tasks/get', taskId)).rejects.toMatchObject({ code: -32_021 });
      const foreign = await connect(tools, { takesTasks: true });
      await expect(askOf(foreign, 'tasks/get', taskId)).rejects.toMatchObject({ code: -32_602 });
      await Promise.all([client.close(), plain.close(), foreign.close()]);
    },
  'upload_file over stdio, from the one folder that is named and from nowhere else': async (tools) => {
    const home = await mkdtemp(join(inject('testServer').folder, 'agent-'));
    const folder = join(home, 'pictures');
    await mkdir(join(folder, 'more'), { recursive: true });
    const picture = makeMedia('image/png', 2_000);
    await Promise.all([
      writeFile(join(folder, 'a.png'), picture),
      writeFile(join(home, 'secret.png'), picture),
      writeFile(join(home, 'pictures-too.png'), picture),
      symlink(join(home, 'secret.png'), join(folder, 'link.png')),
    ]);
    const client = await connectByStdio(tools, { env: { REELAY_UPLOAD_FOLDER: folder } });
    for (const path of ['a.png', join(folder, 'a.png')]) {
      const { url } = (await call(client, 'upload_file', { path })).structuredContent as { url: string };
      expect(new Uint8Array(await (await fetch(url)).arrayBuffer())).toEqual(new Uint8Array(picture));
    }
    const outside = [
      '../secret.png',
      '../pictures-too.png',
      join(home, 'secret.png'),
      'link.png',
      'more',
      '.',
      'none.png',
      '/etc/passwd',
    ];
    for (const path of outside) {
      const answer = await call(client, 'upload_file', { path });
      expect([path, answer.isError, read(answer).error.code]).toEqual([path, true, 'not_found']);
    }
    await client.close();
  },
};
