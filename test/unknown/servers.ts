// Reelay's processes: one API and two workers, each started again whenever it has died, as a supervisor would
// do. They are killed by SIGKILL from outside, at a failpoint, or at a statement on its way to PostgreSQL. A
// process that ends in any other way is an incident, and the proof has failed.
import { createInterface } from 'node:readline';
import type { Failpoint } from '../../server/src/lib/failpoints.ts';
import { type Environment, type ServerProcess, type Site, signal } from '../stage/processes.ts';
import { SqlGate, type StatementPlan } from '../stage/sql-gate.ts';
import { rest, waitFor } from '../stage/wait.ts';

const WORKERS = 2;
const READY_WITHIN_MS = 240_000;
const STOPPED_WITHIN_MS = 60_000;
const ERROR_LEVEL = 50;

export interface Death {
  role: 'api' | 'worker';
  /** `by chance`, a failpoint, or a statement. */
  place: string;
}

interface CrewRecord {
  deaths: Death[];
  incidents: string[];
}

/** One process that is started again whenever it has ended. */
class Slot {
  readonly role: Death['role'];
  readonly #site: Site;
  readonly #environment: Environment;
  readonly #command: string;
  /** The failpoints of the next lives. */
  readonly #failpoints: Failpoint[] = [];
  process: ServerProcess | undefined;
  isReady = false;
  /** The place at which the process is being killed. */
  #place: string | undefined;
  #failpoint: Failpoint | undefined;
  #isStopping = false;
  #life = Promise.resolve();
  readonly #record: CrewRecord;

  constructor(role: Death['role'], parts: { site: Site; environment: Environment; record: CrewRecord }) {
    this.role = role;
    this.#command = role === 'api' ? 'api' : 'work';
    this.#site = parts.site;
    this.#environment = parts.environment;
    this.#record = parts.record;
  }

  begin(): void {
    this.#life = this.#live();
  }

  /** The next lives get these failpoints, one each; the present life is over. */
  arm(failpoints: readonly Failpoint[]): void {
    if (failpoints.length === 0) return;
    this.#failpoints.push(...failpoints);
    this.kill('armed');
  }

  /** Whether this life will not end at a failpoint. */
  get isFree(): boolean {
    return this.#failpoints.length === 0 && this.#failpoint === undefined && this.isReady;
  }

  /** A life that was to end at a failpoint continues without one; what was not reached is reported. */
  disarm(): void {
    const waiting = [...(this.#failpoint ? [this.#failpoint] : []), ...this.#failpoints.splice(0)];
    for (const place of waiting) this.#record.incidents.push(`${this.role}: ${place} was never reached`);
    if (waiting.length > 0) this.kill('disarmed');
  }

  get isDying(): boolean {
    return this.#place !== undefined;
  }

  kill(place: string): void {
    if (!this.process || this.#place !== undefined) return;
    this.#place = place;
    signal(this.process.pid, 'SIGKILL');
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    const { process } = this;
    if (process) signal(process.pid, 'SIGTERM');
    const late = setTimeout(() => {
      this.#record.incidents.push(`${this.role} did not stop within ${STOPPED_WITHIN_MS} ms`);
      if (process) signal(process.pid, 'SIGKILL');
    }, STOPPED_WITHIN_MS);
    await this.#life;
    clearTimeout(late);
  }

  async #live(): Promise<void> {
    while (!this.#isStopping) {
      this.#failpoint = this.#failpoints.shift();
      const dies = this.#failpoint === undefined ? undefined : { REELAY_FAILPOINT: this.#failpoint };
      const process = this.#site.start({ ...this.#environment, ...dies }, this.#command);
      this.#place = undefined;
      this.process = process;
      this.#recordErrors(process);
      this.isReady = (await process.ready) !== undefined;
      const exit = await process.exited;
      this.isReady = false;
      this.process = undefined;
      if (this.#isStopping) break;
      const place: string | undefined = this.#place ?? this.#failpoint;
      if (exit.signal === 'SIGKILL' && place !== undefined) {
        if (place !== 'armed' && place !== 'disarmed') this.#record.deaths.push({ role: this.role, place });
      } else {
        const end = `${exit.signal ?? exit.code}`;
        this.#record.incidents.push(`${this.role} ended on its own (${end}): ${process.log().slice(-500)}`);
        await rest(1_000);
      }
    }
  }

  /** An error in a log is a fault of Reelay that a person would have to look at. */
  #recordErrors({ child }: ServerProcess): void {
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = parseLine(line);
      if (!(entry.level >= ERROR_LEVEL)) return;
      const words = String(entry.err?.message).slice(0, 200);
      this.#record.incidents.push(`${this.role} logged ${entry.msg}: ${words}`);
    });
  }
}

function parseLine(line: string): { level: number; msg: string; err?: { message?: string } } {
  try {
    return JSON.parse(line);
  } catch {
    // What it prints once it is ready, or a line that a kill has cut off.
    return { level: 0, msg: '' };
  }
}

export class Servers {
  readonly record: CrewRecord;
  readonly #api: Slot;
  readonly #workers: readonly Slot[];
  readonly #gates: readonly SqlGate[];

  private constructor(parts: { record: CrewRecord; api: Slot; workers: Slot[]; gates: SqlGate[] }) {
    this.record = parts.record;
    this.#api = parts.api;
    this.#workers = parts.workers;
    this.#gates = parts.gates;
  }

  /** Starts the API and then the workers. @param plan where workers die at statements. */
  static async start(parts: { site: Site; databaseUrl: string; plan: StatementPlan }): Promise<Servers> {
    const { site, databaseUrl, plan } = parts;
    const record: CrewRecord = { deaths: [], incidents: [] };
    const workers: Slot[] = [];
    const gates: SqlGate[] = [];
    for (let index = 0; index < WORKERS; index++) {
      const gate = await SqlGate.open({
        databaseUrl,
        judge(label) {
          const isFair = workers[index].isReady && !workers[index].isDying;
          return isFair ? plan.judge(label) : undefined;
        },
        onCut: (label, moment) => workers[index].kill(`${moment} ${label}`),
      });
      gates.push(gate);
      workers.push(new Slot('worker', { site, record, environment: { DATABASE_URL: gate.url } }));
    }
    const api = new Slot('api', { site, record, environment: { DATABASE_URL: databaseUrl } });
    api.begin();
    await waitFor('the API', READY_WITHIN_MS, () => api.isReady);
    for (const worker of workers) worker.begin();
    return new Servers({ record, api, workers, gates });
  }

  /** Resolves when every process is running and none is due to die at a failpoint. */
  async calm(): Promise<void> {
    await waitFor('a calm servers', READY_WITHIN_MS, () => this.#all.every(({ isFree }) => isFree));
  }

  /** Makes both workers die at these places, this many times each; or the API. */
  arm(role: Death['role'], failpoints: readonly Failpoint[], times: number): void {
    const lives = Array.from({ length: times }, () => failpoints).flat();
    const slots = this.#all.filter((slot) => slot.role === role);
    // Each takes its share, so that a round of many places is over sooner.
    slots.forEach((slot, index) => {
      slot.arm(lives.filter((_place, at) => at % slots.length === index));
    });
  }

  /** Whether a process of the role still has a place to die at. */
  isArmed(role: Death['role']): boolean {
    return this.#all.some((slot) => slot.role === role && !slot.isFree);
  }

  /** Whether such a process is at work and will die at its place. */
  isArmedAtWork(role: Death['role']): boolean {
    return this.#all.some((slot) => slot.role === role && slot.isReady && !slot.isFree);
  }

  /** Whether an API and a worker are running, whatever they will die at. */
  get isAtWork(): boolean {
    return this.#api.isReady && this.#workers.some(({ isReady }) => isReady);
  }

  disarm(role: Death['role']): void {
    for (const slot of this.#all) if (slot.role === role) slot.disarm();
  }

  /** Kills a running process of the role. @returns false when there is none just now. */
  killByChance(role: Death['role'], random: () => number): boolean {
    const slots = this.#all.filter((slot) => slot.role === role && slot.isFree && !slot.isDying);
    if (slots.length === 0) return false;
    slots[Math.floor(random() * slots.length)].kill('by chance');
    return true;
  }

  /** Stops a worker for a while in the middle of its work, and lets it continue. */
  async freezeWorker(milliseconds: number): Promise<void> {
    const pid = this.#workers[0].process?.pid;
    if (pid === undefined) return;
    signal(pid, 'SIGSTOP');
    await rest(milliseconds);
    signal(pid, 'SIGCONT');
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((slot) => slot.stop()));
    for (const gate of this.#gates) await gate.close();
  }

  get #all(): Slot[] {
    return [this.#api, ...this.#workers];
  }
}
