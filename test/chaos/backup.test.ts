// C5: the backup and restore of docs/operations.md, with the commands as written there.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call } from '../stage/http.ts';
import { type Announcement, Site, signal } from '../stage/processes.ts';

const PAGE = path.join(import.meta.dirname, '..', '..', 'docs', 'operations.md');

/** The blocks of commands in the section, one text each, in order. */
async function readCommands(section: string): Promise<string[]> {
  const page = await readFile(PAGE, 'utf8');
  const text = page.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, commands]) => commands);
}

let site: Site;
beforeAll(async () => {
  site = await Site.open();
});
afterAll(() => site?.close(), 60_000);

const runShell = (commands: string) => promisify(execFile)('sh', ['-euc', commands], { cwd: site.folder });

/** Lets a server run while the work is done. */
async function during(work: (server: Announcement) => Promise<void>, dataDir = 'data'): Promise<void> {
  const server = site.start({ DATA_DIR: path.join(site.folder, dataDir) });
  const announced = await server.ready;
  if (announced === undefined) throw new Error(server.log());
  await work(announced).finally(() => signal(server.pid, 'SIGTERM'));
  expect(await server.exited).toEqual({ code: 0, signal: null });
}

it('C5: the commands of the page restore keys and tasks, and so does a plain cp -r', async () => {
  const [backup, restore] = await readCommands('Backup');
  expect([backup, restore]).toEqual([expect.stringContaining('cp'), expect.stringContaining('mv')]);
  let key = '';
  let taskId = '';
  const read = async ({ address }: Announcement) => {
    const url = `${address}/api/v1/client/job/TaskInfo?task_id=${taskId}`;
    return (await call({ url, key })).status;
  };
  await during(async (server) => {
    key = String(server.testKey);
    const body = JSON.stringify({ model: 'reelay/draft-t2v', input: { prompt: 'reelay:moderation' } });
    const url = `${server.address}/api/v1/client/job/CreateTask`;
    const made = await call({ method: 'POST', url, key, body });
    // C6: beside the server, as the page says.
    expect(await site.run('migrate')).toEqual({ migrated: true });
    taskId = (JSON.parse(made.text) as { data: { task_id: string } }).data.task_id;
  });
  await runShell(backup);
  await runShell('rm -rf data/postgres/cluster/base data/secret');
  await runShell(restore);
  await during(async (server) => {
    expect(server.testKey).toBe(key);
    expect(await read(server)).toBe(200);
  });
  // The umask and the owner of a copy may differ from those of the original.
  await runShell('umask 022; cp -r data copied; chmod 755 copied/postgres/cluster');
  await during(async (server) => expect(await read(server)).toBe(200), 'copied');
});
