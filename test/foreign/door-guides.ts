// The programs of the guides that need clients of this workspace, run as they stand.
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { Guide } from '../stage/guide.ts';
import type { DoorTools } from './door-clients.ts';

const run = promisify(execFile);
/** The sources, in place of what they are built into. */
const PACKAGE = new URL('../../ai-sdk/src/ai-sdk.ts', import.meta.url).href;

/** Calls the routes of the guide as an application would: two requests for one order, then one until the video is there. */
const CALLS = `
const post = async () => {
  const body = JSON.stringify({ order: 'order-4713', prompt: 'a lake' });
  return (await POST(new Request('http://localhost/', { method: 'POST', body }))).json();
};
const [{ operation }, again] = [await post(), await post()];
const query = new URLSearchParams({ operation: JSON.stringify(operation) });
const get = () => GET(new Request('http://localhost/?' + query));
console.log(JSON.stringify([operation.taskId, again.operation.taskId, (await get()).status]));
for (let answer = await get(); ; answer = await get()) {
  if (answer.status === 202) continue;
  console.log(answer.status, answer.headers.get('content-type'), (await answer.arrayBuffer()).byteLength);
  break;
}
`;

export function testDoorGuides({ stage, key }: DoorTools): void {
  const env = { PATH: process.env.PATH, REELAY_API_KEY: key, REELAY_BASE_URL: stage.url };
  const cwd = import.meta.dirname;
  const wordsOf = (program: string) => ['--input-type=module', '--eval', program];

  it('the guide for agents has settings that hosts can read, and a program that runs as it stands', async () => {
    const guide = new Guide('docs/guides/agents.md');
    const [remote, local] = guide.take('json').map((text) => JSON.parse(text).mcpServers.reelay);
    expect([remote.type, new URL(remote.url).pathname]).toEqual(['http', '/mcp']);
    expect([local.command, local.args]).toEqual(['npx', ['@reelay/mcp']]);
    const [program] = guide.take('js');
    expect(guide.left()).toEqual([]);
    const { stdout } = await run(process.execPath, wordsOf(program), { cwd, env });
    expect(stdout).toMatch(/^pending true Call get_task/);
  });

  it('the guide for the AI SDK has routes that start one video for an order and answer with it', async () => {
    const guide = new Guide('docs/guides/ai-sdk.md');
    const [routes] = guide.take('js');
    expect(guide.left()).toEqual([]);
    const program = routes.replace('@reelay/ai-sdk', PACKAGE) + CALLS;
    const child = spawn(process.execPath, wordsOf(program), {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const [taskId, again, status] = JSON.parse(String((await lines.next()).value));
    expect([again, status]).toEqual([taskId, 202]);
    const bytes = await stage.end(taskId);
    expect((await lines.next()).value).toBe(`200 video/mp4 ${bytes.length}`);
  });
}
