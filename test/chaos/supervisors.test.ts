// C1: the server as a service manager runs it: `npm start` is started, and only that process gets the signal.
// Whatever the signal, nothing survives: no server, no render, no PostgreSQL, and the port is free.
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import path from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { createTestDatabase } from '../../server/src/db/testing.ts';
import { call } from '../stage/http.ts';
import { type Exit, Site, signal } from '../stage/processes.ts';
import { waitFor } from '../stage/wait.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const READY_MS = 240_000;
const GONE_MS = 30_000;
const database = await createTestDatabase();

interface Service {
  pid: number;
  exited: Promise<Exit>;
  printed(): string;
}

/** Starts a script of package.json, and kills its whole group when the test is over, whatever is left. */
function startScript(script: string[], site: Site, extra: Record<string, string> = {}): Service {
  const child = spawn('npm', ['run', ...script], {
    cwd: ROOT,
    env: { ...site.environment, ...extra },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let printed = '';
  const keep = (text: Buffer) => {
    printed += text;
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const pid = child.pid ?? 0;
  onTestFinished(() => signal(-pid, 'SIGKILL'));
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, name) => resolve({ code, signal: name }));
  });
  return { pid, exited, printed: () => printed };
}

interface Process {
  pid: number;
  parent: number;
  command: string;
  environment: string;
}

async function listProcesses(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  const all = await Promise.all(
    pids.map(async (pid) => {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
      const parent = Number(/^PPid:\s+(\d+)/m.exec(await read('status'))?.[1]);
      const command = (await read('cmdline')).replaceAll('\0', ' ').trim();
      return { pid: Number(pid), parent, command, environment: await read('environ') };
    }),
  );
  // A process that has ended and was not collected has no command line.
  return all.filter(({ command }) => command !== '');
}

/**
 * The processes that were given the site's folder: in their environment, or in their arguments like
 * PostgreSQL.
 */
async function listLeft(site: Site): Promise<Process[]> {
  const all = await listProcesses();
  return all.filter(({ command, environment }) => (command + environment).includes(site.folder));
}

/** A render has an empty environment; it is a child of the server. */
async function findRender(site: Site): Promise<Process | undefined> {
  const all = await listProcesses();
  const servers = (await listLeft(site)).map(({ pid }) => pid);
  return all.find(({ command, parent }) => command.includes('render-process') && servers.includes(parent));
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function openSite(extra: Record<string, string> = {}): Promise<Site> {
  const site = await Site.open({
    HOME: process.env.HOME ?? '',
    NODE_COMPILE_CACHE: path.join(inject('testServer').folder, 'compiled'),
    ...extra,
  });
  onTestFinished(() => site.close());
  return site;
}

async function expectNothingLeft(site: Site): Promise<void> {
  await expect.poll(() => listLeft(site), { timeout: GONE_MS, interval: 100 }).toEqual([]);
  expect(await isListening(Number(site.environment.PORT))).toBe(false);
}

const SECRET = 'the secret that both nodes share.';

describe('C1: npm start, signalled as a supervisor does', () => {
  it('C1: TERM while it renders ends the server, its render and its PostgreSQL, and exits with 0', async () => {
    const site = await openSite();
    const service = startScript(['start'], site);
    const key = await waitFor('the greeting', READY_MS, () => /Test key +(\S+)/.exec(service.printed())?.[1]);
    const url = `http://127.0.0.1:${site.environment.PORT}/api/v1/client/job/CreateTask`;
    const body = JSON.stringify({ model: 'reelay/draft-t2v', input: { prompt: 'a city', duration: 12 } });
    expect((await call({ method: 'POST', url, key, body })).status).toBe(200);
    const render = await waitFor('a render', READY_MS, () => findRender(site));
    expect((await listLeft(site)).map(({ command }) => command).join()).toContain('postgres');
    signal(service.pid, 'SIGTERM');
    expect(await service.exited).toEqual({ code: 0, signal: null });
    await expectNothingLeft(site);
    expect((await listProcesses()).map(({ pid }) => pid)).not.toContain(render.pid);
  });

  it.each([
    ['KILL', ['start']],
    ['HUP', ['reelay', '--', 'work']],
  ] as const)('C1: %s to npm run %j leaves nothing behind', async (name, script) => {
    // Both are nodes of one database, which knows its secret.
    const site = await openSite({ DATABASE_URL: database.url, REELAY_SECRET: SECRET, LOG_LEVEL: 'info' });
    const service = startScript([...script], site);
    await waitFor('it is ready', READY_MS, () => /Reelay is ready|server\.ready/.test(service.printed()));
    signal(service.pid, `SIG${name}`);
    await service.exited;
    await expectNothingLeft(site);
    expect(service.printed()).not.toMatch(/\bat .*\.ts:\d+/);
  });

  it('C1: INT to npm run emulators ends them', async () => {
    const site = await openSite();
    const service = startScript(['emulators', '--', '--only', 'ark', '--port-base', '0'], site);
    await waitFor('it is ready', READY_MS, () => service.printed().includes('Ctrl-C'));
    signal(service.pid, 'SIGINT');
    await service.exited;
    await expectNothingLeft(site);
  });
});
