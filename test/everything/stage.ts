// Everything that runs: the emulators in their own process, two API processes behind one address, two
// workers, a receiver of callbacks. All of them are started and watched from outside.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CATALOGUE_FILE } from '../../emulators/bytedance-effects/templates.ts';
import type { AcceptedJob } from '../../emulators/core/accepted-log.ts';
import type { CredentialField } from '../../server/src/providers/contract.ts';
import { providers } from '../../server/src/providers/registry.ts';
import type { Door } from '../stage/api.ts';
import { type Environment, findFreePort, type ServerProcess, Site } from '../stage/processes.ts';
import { type Receiver, refuseShyOnce, startReceiver } from '../stage/receiver.ts';
import { waitFor } from '../stage/wait.ts';
import { furtherModels } from './orders.ts';

const EMULATORS = fileURLToPath(new URL('../../emulators/main.ts', import.meta.url));
const READY_WITHIN_MS = 240_000;
/** More than everything costs. */
export const GRANTED = 1_000_000;

/** What `npm run emulators -- --json` prints, by provider. */
type Announced = Record<string, { url: string; fields: Record<string, string> }>;

/** The emulators, in their own process. */
export interface Emulators {
  announced: Announced;
  logFolder: string;
  close(): void;
}

async function startEmulators(logFolder: string): Promise<Emulators> {
  const options = ['--port-base', '0', '--json', '--log', logFolder, '--queue-ms', '300', '--run-ms', '1500'];
  const child = spawn(process.execPath, [EMULATORS, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  const close = () => void child.kill('SIGKILL');
  await waitFor('the emulators', READY_WITHIN_MS, () => text.includes('\n')).catch((error) => {
    close();
    throw error;
  });
  return { announced: JSON.parse(text) as Announced, logFolder, close };
}

/** Every job that any emulator has accepted, by their logs on disk. */
export function readAccepted({ logFolder }: Emulators): AcceptedJob[] {
  return readdirSync(logFolder)
    .flatMap((name) => readFileSync(join(logFolder, name), 'utf8').split('\n'))
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AcceptedJob);
}

/** Makes a provider answer its next starts late; it accepts their jobs at once. */
export async function holdStarts(
  { announced }: Emulators,
  provider: string,
  hold: { times: number; ms: number },
): Promise<void> {
  const body = JSON.stringify({ on: 'start', kind: 'slow', ...hold });
  const answer = await fetch(`${announced[provider].url}/_control/faults`, { method: 'POST', body });
  if (answer.status !== 200) throw new Error(await answer.text());
}

interface AccountField extends CredentialField {
  value: string;
}

/** The fields of each provider account, as the emulators want them. */
function accountFields(announced: Announced): AccountField[] {
  return Object.entries(announced).flatMap(([id, { fields }]) =>
    Object.entries(fields).map(([name, value]) => {
      const field = providers.get(id)?.facts.credential.find((one) => one.name === name);
      if (!field) throw new Error(`the emulator of ${id} sets ${name}, which its adapter does not know`);
      return { ...field, value };
    }),
  );
}

/** The secrets of all provider accounts. */
export function secretsOf({ announced }: Emulators): string[] {
  const secrets = accountFields(announced).filter(({ isSecret, value }) => isSecret && value !== '');
  return secrets.map(({ value }) => value);
}

/** One address in front of several, in turn; bytes are passed on unchanged. */
async function startForwarder(): Promise<{ url: string; targets: string[]; close(): void }> {
  const targets: string[] = [];
  let turn = 0;
  const server = createServer((socket) => {
    const target = targets[turn++ % targets.length];
    if (target === undefined) {
      socket.destroy();
      return;
    }
    const { hostname, port } = new URL(target);
    joinSockets(socket, connect(Number(port), hostname));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, targets, close: () => void server.close() };
}

/** Each ends with the other, also on an error. */
function joinSockets(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ]) {
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    from.pipe(to);
  }
}

/** A server with the name by which PostgreSQL knows its connections. */
export interface NamedServer extends ServerProcess {
  name: string;
}

export interface Stage {
  site: Site;
  emulators: Emulators;
  receiver: Receiver;
  /** Both APIs, with the live key. */
  doors: Door[];
  workers: NamedServer[];
  /** Everything that the servers have printed so far. */
  printed(): string;
}

/** Makes a live key with credits and imports the templates, as an operator does. */
async function openAccount(site: Site): Promise<string> {
  const { key } = (await site.run('keys', 'create', '--mode', 'live')) as { key: string };
  await site.run('credits', 'grant', String(GRANTED));
  await site.run('templates', 'import', fileURLToPath(CATALOGUE_FILE));
  return key;
}

async function awaitReady({ ready, log }: ServerProcess): Promise<void> {
  if ((await ready) === undefined) throw new Error(`a server ended before it was ready: ${log()}`);
}

/** Starts servers on one database, and keeps everything that they print. */
class ServerGroup {
  readonly #site: Site;
  #printed = '';

  constructor(site: Site) {
    this.#site = site;
  }

  get printed(): string {
    return this.#printed;
  }

  start(command: 'api' | 'work', name: string, environment: Environment = {}): NamedServer {
    const address = new URL(this.#site.environment.DATABASE_URL);
    address.searchParams.set('application_name', name);
    const started = this.#site.start({ ...environment, DATABASE_URL: address.href }, command);
    for (const stream of [started.child.stdout, started.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#printed += chunk;
      });
    }
    return { ...started, name };
  }
}

/**
 * Starts everything on a migrated database that nothing else uses.
 * @param closers gets what must be done at the end, in order, even when this throws.
 */
export async function openStage(
  databaseUrl: string,
  environment: Environment,
  closers: (() => void | Promise<void>)[],
): Promise<Stage> {
  const site = await Site.open({ DATABASE_URL: databaseUrl, ...environment });
  closers.push(() => site.close());
  const forwarder = await startForwarder();
  closers.push(forwarder.close);
  const emulators = await startEmulators(join(site.folder, 'accepted'));
  closers.push(emulators.close);
  const receiver = await startReceiver({
    logFile: join(site.folder, 'receipts.log'),
    statusFor: refuseShyOnce(),
  });
  closers.push(receiver.close);
  const modelsFile = join(site.folder, 'models.json');
  writeFileSync(modelsFile, JSON.stringify({ models: furtherModels() }));
  const accounts = accountFields(emulators.announced).map((field) => [field.environment, field.value]);
  Object.assign(site.environment, Object.fromEntries(accounts), {
    PUBLIC_URL: forwarder.url,
    REELAY_MODELS: modelsFile,
  });
  const group = new ServerGroup(site);
  const ports = [await findFreePort(), await findFreePort()];
  const apis = ports.map((port, at) => group.start('api', `api-${at}`, { PORT: String(port) }));
  const workers = [group.start('work', 'worker-0'), group.start('work', 'worker-1')];
  const [key] = await Promise.all([openAccount(site), ...[...apis, ...workers].map(awaitReady)]);
  const doors = ports.map((port) => ({ url: `http://127.0.0.1:${port}`, key }));
  forwarder.targets.push(...doors.map(({ url }) => url));
  return { site, emulators, receiver, doors, workers, printed: () => group.printed };
}
