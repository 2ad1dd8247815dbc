// `npm run proof:openapi`: makes clients of the description of a server by two generators, in an install of their own since
// their compiler is another one, compiles ten lines of each, and runs them against that server. Exit code 1 when one fails.
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedPostgres } from '../../server/src/db/embedded.ts';
import { silentLog } from '../../server/src/db/log.ts';
import { DoorStage } from './door-stage.ts';

const run = promisify(execFile);
const PACKAGES = [
  'openapi-typescript@7.13.0',
  'openapi-fetch@0.17.0',
  '@hey-api/openapi-ts@0.99.0',
  'typescript@5.9.3',
  '@types/node@24.19.2',
];
const COMPILE = [
  '--strict',
  '--skipLibCheck',
  '--target',
  'es2022',
  '--module',
  'commonjs',
  '--outDir',
  'out',
];

/** How a client is made, and ten lines that use it. */
const CLIENTS = {
  'openapi-typescript': {
    make: (url: string) => ['openapi-typescript', `${url}/openapi/crun.json`, '-o', 'reelay.d.ts'],
    use: `import createClient from 'openapi-fetch';
import type { components, paths } from './reelay';

type Task = components['schemas']['Task'];
const reelay = createClient<paths>({
  baseUrl: process.env.REELAY_BASE_URL,
  headers: { 'x-api-key': process.env.REELAY_API_KEY },
});
async function main(): Promise<void> {
  const body = { model: 'reelay/draft-t2v', input: { prompt: 'a lake' } };
  const { data, error } = await reelay.POST('/api/v1/client/job/CreateTask', { body });
  if (!data) throw new Error(error.message);
  const query = { task_id: data.data.task_id };
  const found = await reelay.GET('/api/v1/client/job/TaskInfo', { params: { query } });
  const task: Task | undefined = found.data?.data;
  console.log(task?.status);
}
void main();
`,
  },
  'hey-api': {
    make: (url: string) => ['openapi-ts', '-i', `${url}/openapi/crun.json`, '-o', 'client'],
    use: `import { client } from './client/client.gen';
import { createTask, taskInfo } from './client/sdk.gen';
import type { Task } from './client/types.gen';

client.setConfig({
  baseUrl: process.env.REELAY_BASE_URL,
  headers: { 'x-api-key': process.env.REELAY_API_KEY },
});
async function main(): Promise<void> {
  const body = { model: 'reelay/draft-t2v', input: { prompt: 'a lake' } };
  const { data } = await createTask({ body, throwOnError: true });
  const found = await taskInfo({ query: { task_id: data.data.task_id }, throwOnError: true });
  const task: Task = found.data.data;
  console.log(task.status);
}
void main();
`,
  },
} as const;

async function proveClient(
  folder: string,
  stage: DoorStage,
  [name, { make, use }]: [string, (typeof CLIENTS)[keyof typeof CLIENTS]],
): Promise<boolean> {
  const { key } = await stage.openAccount();
  const env = { PATH: process.env.PATH, HOME: folder, REELAY_BASE_URL: stage.url, REELAY_API_KEY: key };
  const options = { cwd: folder, env };
  const file = `use-${name}`;
  try {
    await writeFile(path.join(folder, `${file}.ts`), use);
    await run('npx', ['--no-install', ...make(stage.url)], options);
    await run('npx', ['--no-install', 'tsc', ...COMPILE, `${file}.ts`], options);
    const { stdout } = await run(process.execPath, [path.join('out', `${file}.js`)], options);
    const isMade = stdout.trim() === 'pending';
    process.stdout.write(`${isMade ? 'holds ' : 'BROKEN'}  ${name}: a task is ${stdout.trim()}\n`);
    return isMade;
  } catch (error) {
    const { stdout = '', message } = error as Error & { stdout?: string };
    process.stdout.write(`BROKEN  ${name}: ${message}\n${stdout}\n`);
    return false;
  }
}

async function prove(): Promise<boolean> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'reelay-openapi-')));
  // PostgreSQL may run as another user, who needs access.
  await chmod(folder, 0o755);
  const database = await startEmbeddedPostgres({ dataDir: folder, log: silentLog });
  try {
    const clients = await mkdtemp(path.join(folder, 'clients-'));
    await writeFile(path.join(clients, 'package.json'), '{"private":true}');
    await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...PACKAGES], {
      cwd: clients,
    });
    const stage = await DoorStage.open({ databaseUrl: database.url, dataDir: folder });
    const held: boolean[] = [];
    for (const one of Object.entries(CLIENTS)) held.push(await proveClient(clients, stage, one));
    await stage.close();
    return held.every(Boolean);
  } finally {
    await database.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

process.exitCode = (await prove()) ? 0 : 1;
