// The providers of the proof: the emulators of `npm run emulators`, in their own process, which the system
// under test can reach only over HTTP. Their logs of accepted jobs are the witness of the whole proof.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AcceptedJob } from '../../emulators/core/accepted-log.ts';
import type { Delivery } from '../../emulators/core/callbacks.ts';
import type { Fault } from '../../emulators/core/faults.ts';
import { EMULATED_APIS } from '../../emulators/emulators.ts';
import type { Json } from '../../server/src/lib/json.ts';
import type { Environment } from '../stage/processes.ts';
import { waitFor } from '../stage/wait.ts';
import { ROUTE_FACTS, ROUTES, type Route } from './routes.ts';

const MAIN = fileURLToPath(new URL('../../emulators/main.ts', import.meta.url));
const READY_WITHIN_MS = 240_000;
const PORT_FROM = 20_000;
const PORTS = 12_000;
const PORT_TRIES = 20;

interface Announced {
  url: string;
  fields: Record<string, string>;
}

export class Emulators {
  readonly #folder: string;
  readonly #logFolder: string;
  readonly #urls: Record<string, Announced>;
  readonly #portBase: number;
  #child: ChildProcess | undefined;

  private constructor(folder: string, portBase: number, urls: Record<string, Announced>) {
    this.#folder = folder;
    this.#logFolder = logFolderOf(folder);
    this.#portBase = portBase;
    this.#urls = urls;
  }

  /**
   * Finds addresses for them. Nothing listens there until `start`. @param folder the working directory of the
   * process.
   */
  static async reserve(folder: string): Promise<Emulators> {
    for (let tries = 1; ; tries++) {
      const portBase = PORT_FROM + Math.floor(Math.random() * PORTS);
      const child = launch(folder, portBase);
      try {
        const urls = await announcedBy(child);
        await end(child);
        return new Emulators(folder, portBase, urls);
      } catch (error) {
        await end(child);
        if (tries === PORT_TRIES) throw error;
      }
    }
  }

  /** The provider accounts as the environment of the server. */
  get environment(): Environment {
    const pairs = ROUTES.flatMap((route) => {
      const api = EMULATED_APIS.find(({ id }) => id === route);
      return (api?.fields ?? []).map(({ name, environment }) => [
        environment,
        this.#urls[route].fields[name],
      ]);
    });
    return Object.fromEntries(pairs);
  }

  /** Opens the ports. */
  async start(): Promise<void> {
    this.#child = launch(this.#folder, this.#portBase);
    await announcedBy(this.#child);
    for (const route of ROUTES) {
      const { settings } = ROUTE_FACTS[route];
      if (settings !== undefined) await this.#control(route, 'POST settings', settings);
    }
  }

  /** Ends the process; what it has accepted stays in its logs. */
  async stop(): Promise<void> {
    if (this.#child) await end(this.#child);
  }

  async addFaults(route: Route, faults: readonly Fault[]): Promise<void> {
    if (faults.length > 0) await this.#control(route, 'POST faults', faults as unknown as Json);
  }

  /** The number of faults that no request has met. */
  async countFaults(): Promise<number> {
    const lists = await Promise.all(ROUTES.map((route) => this.#control(route, 'GET faults')));
    return lists.flat().length;
  }

  /** The latest tries of callbacks, some thousands at least. */
  async deliveries(route: Route): Promise<Delivery[]> {
    return (await this.#control(route, 'GET callbacks')) as unknown as Delivery[];
  }

  /** Every job that was ever accepted, by the logs on the disk. */
  async accepted(): Promise<AcceptedJob[]> {
    const jobs = await Promise.all(
      ROUTES.map((route) => readLog(path.join(this.#logFolder, `${route}.jsonl`))),
    );
    return jobs.flat();
  }

  async #control(route: Route, operation: string, json?: Json): Promise<Json> {
    const [method, name] = operation.split(' ');
    const response = await fetch(`${this.#urls[route].url}/_control/${name}`, {
      method,
      body: json === undefined ? undefined : JSON.stringify(json),
    });
    const answer = (await response.json()) as Json;
    if (!response.ok) throw new Error(`${route}: ${operation}: ${JSON.stringify(answer)}`);
    return answer;
  }
}

function logFolderOf(folder: string): string {
  return path.join(folder, 'accepted');
}

function launch(folder: string, portBase: number): ChildProcess {
  const words = ['--only', ROUTES.join(','), '--port-base', String(portBase), '--json'];
  const pace = ['--queue-ms', '150', '--run-ms', '350', '--log', logFolderOf(folder)];
  return spawn(process.execPath, [MAIN, ...words, ...pace], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: path.join(folder, 'compiled') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** What the program prints once it serves. @throws when it ends before. */
async function announcedBy(child: ChildProcess): Promise<Record<string, Announced>> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  await waitFor('the emulators', READY_WITHIN_MS, () => text.includes('\n') || child.exitCode !== null);
  if (!text.includes('\n')) throw new Error(`the emulators ended with ${child.exitCode}`);
  return JSON.parse(text) as Record<string, Announced>;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

async function readLog(file: string): Promise<AcceptedJob[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AcceptedJob);
}
