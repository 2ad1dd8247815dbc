// The providers of the proof: the emulators of `npm run emulators`, in a process of their own that the system under test
// can only reach over HTTP. What they write into their logs of accepted jobs is the witness of the whole proof.
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
import { LANE_FACTS, LANES, type Lane } from './lanes.ts';

const MAIN = fileURLToPath(new URL('../../emulators/main.ts', import.meta.url));
const READY_WITHIN_MS = 60_000;
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

  /** Finds addresses for them. Nothing listens there until `start`. @param folder that the process stands in. */
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
    const pairs = LANES.flatMap((lane) => {
      const api = EMULATED_APIS.find(({ id }) => id === lane);
      return (api?.fields ?? []).map(({ name, environment }) => [environment, this.#urls[lane].fields[name]]);
    });
    return Object.fromEntries(pairs);
  }

  /** Opens the ports. */
  async start(): Promise<void> {
    this.#child = launch(this.#folder, this.#portBase);
    await announcedBy(this.#child);
    for (const lane of LANES) {
      const { settings } = LANE_FACTS[lane];
      if (settings !== undefined) await this.#control(lane, 'POST settings', settings);
    }
  }

  /** Ends the process; what it has accepted stays in its logs. */
  async stop(): Promise<void> {
    if (this.#child) await end(this.#child);
  }

  async addFaults(lane: Lane, faults: readonly Fault[]): Promise<void> {
    if (faults.length > 0) await this.#control(lane, 'POST faults', faults as unknown as Json);
  }

  /** How many faults nothing has met. */
  async countFaults(): Promise<number> {
    const lists = await Promise.all(LANES.map((lane) => this.#control(lane, 'GET faults')));
    return lists.flat().length;
  }

  /** The last tries of callbacks, some thousands at least. */
  async deliveries(lane: Lane): Promise<Delivery[]> {
    return (await this.#control(lane, 'GET callbacks')) as unknown as Delivery[];
  }

  /** Every job that was ever accepted, by the logs on the disk. */
  async accepted(): Promise<AcceptedJob[]> {
    const jobs = await Promise.all(LANES.map((lane) => readLog(path.join(this.#logFolder, `${lane}.jsonl`))));
    return jobs.flat();
  }

  async #control(lane: Lane, operation: string, json?: Json): Promise<Json> {
    const [method, name] = operation.split(' ');
    const response = await fetch(`${this.#urls[lane].url}/_control/${name}`, {
      method,
      body: json === undefined ? undefined : JSON.stringify(json),
    });
    const answer = (await response.json()) as Json;
    if (!response.ok) throw new Error(`${lane}: ${operation}: ${JSON.stringify(answer)}`);
    return answer;
  }
}

function logFolderOf(folder: string): string {
  return path.join(folder, 'accepted');
}

function launch(folder: string, portBase: number): ChildProcess {
  const words = ['--only', LANES.join(','), '--port-base', String(portBase), '--json'];
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
