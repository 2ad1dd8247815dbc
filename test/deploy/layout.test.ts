// The nodes of deploy/compose.yaml as plain processes: two API nodes, two workers, S3 storage and a proxy, with the
// settings that the file gives them. One node of each kind is killed under way.
import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../server/src/db/testing.ts';
import { startS3Server } from '../../server/src/files/testing-s3.ts';
import { PROVIDER_SETTINGS } from '../../server/src/provider-settings.ts';
import { SETTINGS } from '../../server/src/settings.ts';
import { ask, type Door } from '../stage/api.ts';
import { call } from '../stage/http.ts';
import { type Environment, findFreePort, type ServerProcess, Site, signal } from '../stage/processes.ts';
import { waitFor } from '../stage/wait.ts';
import { type Forwarder, startForwarder } from './forwarder.ts';

const DEPLOY = join(import.meta.dirname, '..', '..', 'deploy');
const ENDED_WITHIN_MS = 90_000;
const TASKS = 3;
const KINDS = ['api', 'work'] as const;

const database = await createTestDatabase();
const storage = await startS3Server({ hasBucket: false });
afterAll(() => storage.stop());

const composition = await readFile(join(DEPLOY, 'compose.yaml'), 'utf8');
/** The settings of all nodes: the block of the anchor, up to the next member. */
const [, block] = /environment: &environment\n((?: {4}\w+: .*\n)+)/.exec(composition) ?? [];
const settings = [...(block ?? '').matchAll(/^ +(\w+): "(.*)"$/gm)].map(([, name, value]) => ({
  name,
  value,
}));
const nodes = [...composition.matchAll(/^ {2}((api|work)-\d): \*(\w+)$/gm)].map(([, name, kind]) => ({
  name,
  kind: kind as (typeof KINDS)[number],
}));

let site: Site;
let forwarder: Forwarder;
let door: Door;
const ports = new Map<string, number>();
const running = new Map<string, ServerProcess>();

/** As the file gives them, with the addresses of this run in place of those inside the composition. */
function environmentOf(): Environment {
  const here: Environment = {
    REELAY_SECRET: 'a secret of this test, of more than 32 characters',
    PUBLIC_URL: forwarder.url,
    REELAY_TRUST_PROXY: '127.0.0.0/8',
    DATABASE_URL: database.url,
    REELAY_S3_ENDPOINT: storage.settings.endpoint ?? '',
    REELAY_S3_ACCESS_KEY_ID: storage.settings.accessKeyId,
    REELAY_S3_SECRET_ACCESS_KEY: storage.settings.secretAccessKey,
  };
  return Object.fromEntries(settings.map(({ name, value }) => [name, here[name] ?? value]));
}

async function startNode({ name, kind }: (typeof nodes)[number]): Promise<void> {
  const dataDir = join(site.folder, name);
  await mkdir(dataDir);
  const node = site.start({ DATA_DIR: dataDir, PORT: String(ports.get(name)) }, kind);
  if ((await node.ready) === undefined) throw new Error(node.log());
  running.set(name, node);
}

async function makeBucket(): Promise<string> {
  const words = [join(DEPLOY, 'make-bucket.ts')];
  const { stdout } = await promisify(execFile)(process.execPath, words, { env: site.environment });
  return stdout.trim();
}

async function create(prompt: string): Promise<string> {
  const { json } = await call({
    method: 'POST',
    url: `${door.url}/api/v1/client/job/CreateTask`,
    key: door.key,
    body: JSON.stringify({
      model: 'reelay/draft-t2v',
      input: { prompt, duration: 1, resolution: '480p' },
    }),
  });
  return (json.data as { task_id: string }).task_id;
}

interface EndedTask {
  status: string;
  result: { media_urls: string[] } | null;
}

async function read(taskId: string): Promise<EndedTask> {
  const { json } = await ask(door, `job/TaskInfo?task_id=${taskId}`);
  return json.data as unknown as EndedTask;
}

beforeAll(async () => {
  for (const { name } of nodes) ports.set(name, await findFreePort());
  const apis = nodes.filter(({ kind }) => kind === 'api').map(({ name }) => ports.get(name) ?? 0);
  forwarder = await startForwarder(apis);
  site = await Site.open(environmentOf());
});

afterAll(async () => {
  await site?.close();
  await forwarder?.close();
});

describe('deploy/compose.yaml', () => {
  it('gives settings that there are, to two nodes of each kind', () => {
    const known = Object.keys({ ...SETTINGS, ...PROVIDER_SETTINGS });
    expect(settings.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
    expect(settings.length).toBeGreaterThan(5);
    for (const one of KINDS) expect(nodes.filter(({ kind }) => kind === one)).toHaveLength(2);
  });

  it('demands each secret, and example.env names all of them', async () => {
    const example = await readFile(join(DEPLOY, 'example.env'), 'utf8');
    const given = [...example.matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    const demanded = [...composition.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name);
    expect([...new Set(demanded)].sort()).toEqual(given.sort());
  });

  it('makes its bucket once', async () => {
    expect(await makeBucket()).toMatch(/ was made\.$/);
    expect(await makeBucket()).toMatch(/ is there\.$/);
  });
});

describe('its nodes', () => {
  it('end every task with a file, though one of each kind is killed', async () => {
    for (const node of nodes) await startNode(node);
    const { key } = (await site.run('keys', 'create', '--mode', 'test')) as { key: string };
    door = { url: forwarder.url, key };
    const ids = await Promise.all(
      Array.from({ length: TASKS }, (_, at) => create(`Deep space, planet ${at}`)),
    );
    await waitFor('a task under way', ENDED_WITHIN_MS, async () =>
      (await Promise.all(ids.map(read))).some(({ status }) => status === 'running'),
    );
    for (const name of ['api-1', 'work-1']) {
      signal(running.get(name)?.pid ?? 0, 'SIGKILL');
      // Until then it could take the connection of a call, and no more.
      await running.get(name)?.exited;
    }
    const more = await create('A lake at dawn');
    for (const id of [...ids, more]) {
      const { result } = await waitFor('the end', ENDED_WITHIN_MS, async () => {
        const task = await read(id);
        return task.status === 'success' && task;
      });
      const [address] = result?.media_urls ?? [];
      expect(address).toMatch(forwarder.url);
      const file = await fetch(address);
      expect([file.status, file.headers.get('content-type')]).toEqual([200, 'video/mp4']);
      expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(10_000);
    }
    expect(await site.run('credits', 'audit')).toEqual({ violations: [] });
  });
});
