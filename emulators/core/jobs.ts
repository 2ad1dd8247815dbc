// The jobs of an emulator. Their states follow from the clock and are computed when a caller looks, so that
// open jobs cost nothing; a timer runs only while a job has a callback. A job is in the log of accepted jobs
// before `add` returns.
import { createHash } from 'node:crypto';
import type { Json } from '../../server/src/lib/json.ts';
import { HOUR_MS } from '../../server/src/lib/time.ts';
import type { AcceptedLog } from './accepted-log.ts';
import type { EmulatorClock } from './clock.ts';
import type { ApiRequest } from './exchange.ts';
import type { JobFault } from './faults.ts';
import { TimeQueue } from './heap.ts';
import type { Job, JobState, Jobs, NewJob } from './job.ts';
import type { Settings } from './settings.ts';

const STATES: readonly JobState[] = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'expired'];

interface Row {
  id: string;
  data: unknown;
  model: string;
  token: string | undefined;
  callbackUrl: string | undefined;
  state: JobState;
  error: Json | undefined;
  resultUrl: string | undefined;
  /** Infinite for a job that never finishes. */
  runMs: number | undefined;
  createdAtMs: number;
  updatedAtMs: number;
  startedAtMs: number | undefined;
  endedAtMs: number | undefined;
}

interface Step {
  atMs: number;
  row: Row;
  to: 'ready' | 'finished' | 'expired';
}

/** Receives every change, at the time of the clock. */
export type ChangeListener = (job: Job<unknown>) => void;

/** What the store must know about the API whose jobs it keeps. */
interface JobsOwner {
  id: string;
  /** The provider's word for each state. */
  states: Readonly<Record<JobState, string>>;
  recordHours: number;
}

export interface JobStoreParts {
  api: JobsOwner;
  clock: EmulatorClock;
  settings: Readonly<Settings>;
  log: AcceptedLog;
  onChange: ChangeListener;
}

const OPEN: readonly JobState[] = ['queued', 'running'];

export class JobStore implements Jobs<unknown> {
  readonly #parts: JobStoreParts;
  readonly #rows = new Map<string, Row>();
  readonly #byToken = new Map<string, Row[]>();
  readonly #steps = new TimeQueue<Step>();
  readonly #counts = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<JobState, number>;
  /** Ready to run, with no room for them; first come, first served. */
  #waiting: Row[] = [];
  #watched = 0;
  #wakeUp: { atMs: number; cancel: () => void } | undefined;

  constructor(parts: JobStoreParts) {
    this.#parts = parts;
  }

  add(request: ApiRequest, job: NewJob<unknown>): Job<unknown> {
    if (this.#rows.has(job.id)) throw new Error(`the job ${job.id} is there already`);
    const { api, clock, settings, log } = this.#parts;
    const nowMs = clock.now();
    const row = createRow(job, request.faults.job, nowMs);
    log.append({
      at: nowMs,
      provider: api.id,
      jobId: job.id,
      credential: request.key.slice(-4),
      token: job.token ?? job.callbackUrl ?? null,
      model: job.model,
      bodySha256: createHash('sha256').update(request.body).digest('hex'),
    });
    this.#rows.set(job.id, row);
    if (job.token !== undefined) this.#remember(job.token, row);
    this.#counts.queued += 1;
    this.#steps.add({ atMs: nowMs + settings.queueMs, row, to: 'ready' });
    if (job.expiresAtMs !== undefined) this.#steps.add({ atMs: job.expiresAtMs, row, to: 'expired' });
    if (job.callbackUrl !== undefined) {
      this.#watched += 1;
      this.#parts.onChange(this.#view(row));
    }
    this.#watch();
    return this.#view(row);
  }

  unusedId(make: () => string): string {
    let id = make();
    while (this.#rows.has(id)) id = make();
    return id;
  }

  find(request: ApiRequest, id: string): Job<unknown> | undefined {
    this.#catchUp();
    const row = this.#rows.get(id);
    if (!row || request.faults.job?.kind === 'not_found' || this.#isForgotten(row)) return undefined;
    return this.#view(row, request.faults.job);
  }

  list(request: ApiRequest): Job<unknown>[] {
    this.#catchUp();
    if (request.faults.job?.kind === 'not_found') return [];
    const rows = [...this.#rows.values()].filter((row) => !this.#isForgotten(row));
    return rows.reverse().map((row) => this.#view(row, request.faults.job));
  }

  withToken(request: ApiRequest, token: string): Job<unknown>[] {
    this.#catchUp();
    if (request.faults.job?.kind === 'not_found') return [];
    const rows = (this.#byToken.get(token) ?? []).filter(
      (row) => this.#rows.has(row.id) && !this.#isForgotten(row),
    );
    return rows.map((row) => this.#view(row, request.faults.job));
  }

  cancel(id: string, from: readonly JobState[]): boolean {
    this.#catchUp();
    const row = this.#rows.get(id);
    if (!row || !OPEN.includes(row.state) || !from.includes(row.state)) return false;
    this.#end(row, 'cancelled', this.#parts.clock.now());
    return true;
  }

  remove(id: string): void {
    this.#catchUp();
    const row = this.#rows.get(id);
    if (!row) return;
    // Its steps find it ended, and its place is free for the next one.
    if (OPEN.includes(row.state)) this.#end(row, 'cancelled', this.#parts.clock.now(), { silently: true });
    this.#counts[row.state] -= 1;
    this.#rows.delete(id);
  }

  openCount(): number {
    this.#catchUp();
    return this.#counts.queued + this.#counts.running;
  }

  /** How many jobs are in each state. */
  counts(): Record<JobState, number> {
    this.#catchUp();
    return { ...this.#counts };
  }

  /** To be called when settings have changed: there may be more room. */
  reconsider(): void {
    this.#catchUp();
    this.#fillRoom(this.#parts.clock.now());
    this.#watch();
  }

  /** Everything that was due happens, each at its own time. */
  #catchUp(): void {
    const nowMs = this.#parts.clock.now();
    for (let step = this.#steps.takeDue(nowMs); step; step = this.#steps.takeDue(nowMs)) this.#perform(step);
  }

  #perform({ row, to, atMs }: Step): void {
    if (to === 'ready' && row.state === 'queued') {
      this.#waiting.push(row);
      this.#fillRoom(atMs);
    } else if (to === 'finished' && row.state === 'running') {
      this.#end(row, row.error === undefined ? 'succeeded' : 'failed', atMs);
    } else if (to === 'expired' && OPEN.includes(row.state)) {
      this.#end(row, 'expired', atMs);
    }
  }

  #fillRoom(atMs: number): void {
    const { settings } = this.#parts;
    const room = settings.concurrency ?? Number.POSITIVE_INFINITY;
    while (this.#waiting.length > 0 && this.#counts.running < room) {
      const row = this.#waiting.shift() as Row;
      if (row.state !== 'queued') continue;
      row.startedAtMs = atMs;
      row.runMs ??= settings.runMs;
      this.#change(row, 'running', atMs);
      if (Number.isFinite(row.runMs)) this.#steps.add({ atMs: atMs + row.runMs, row, to: 'finished' });
    }
  }

  #end(row: Row, state: JobState, atMs: number, { silently = false } = {}): void {
    const isWatched = row.callbackUrl !== undefined;
    if (silently) row.callbackUrl = undefined;
    row.endedAtMs = atMs;
    this.#change(row, state, atMs);
    if (isWatched) this.#watched -= 1;
    this.#fillRoom(atMs);
  }

  #change(row: Row, state: JobState, atMs: number): void {
    this.#counts[row.state] -= 1;
    this.#counts[state] += 1;
    row.state = state;
    row.updatedAtMs = atMs;
    if (row.callbackUrl !== undefined) this.#parts.onChange(this.#view(row));
  }

  /** Keeps one timer at the next step while a callback is wanted. */
  #watch(): void {
    const next = this.#steps.first();
    if (this.#watched === 0 || !next || (this.#wakeUp && this.#wakeUp.atMs <= next.atMs)) return;
    this.#wakeUp?.cancel();
    const cancel = this.#parts.clock.at(next.atMs, () => {
      this.#wakeUp = undefined;
      this.#catchUp();
      this.#watch();
    });
    this.#wakeUp = { atMs: next.atMs, cancel };
  }

  #remember(token: string, row: Row): void {
    const rows = this.#byToken.get(token);
    if (rows) rows.push(row);
    else this.#byToken.set(token, [row]);
  }

  #isForgotten({ createdAtMs }: Row): boolean {
    return this.#parts.clock.now() - createdAtMs >= this.#parts.api.recordHours * HOUR_MS;
  }

  #view(row: Row, fault?: JobFault): Job<unknown> {
    const { states } = this.#parts.api;
    const { state, status } =
      fault?.kind === 'state' ? readWord(fault.state, states) : wordFor(row.state, states);
    return {
      id: row.id,
      data: row.data,
      model: row.model,
      callbackUrl: row.callbackUrl,
      state,
      status,
      error: state === 'failed' ? row.error : undefined,
      progress: this.#progressOf(row),
      resultUrl: fault?.kind === 'result_url' ? fault.url : row.resultUrl,
      createdAtMs: row.createdAtMs,
      updatedAtMs: row.updatedAtMs,
      endedAtMs: row.endedAtMs,
    };
  }

  #progressOf({ state, startedAtMs, runMs }: Row): number {
    if (state === 'succeeded') return 1;
    if (startedAtMs === undefined || runMs === undefined || runMs === 0) return 0;
    return Math.min(1, (this.#parts.clock.now() - startedAtMs) / runMs);
  }
}

function createRow(job: NewJob<unknown>, fault: JobFault | undefined, nowMs: number): Row {
  return {
    id: job.id,
    data: job.data,
    model: job.model,
    token: job.token,
    callbackUrl: job.callbackUrl,
    state: 'queued',
    error: fault?.kind === 'fail' ? fault.json : job.error,
    resultUrl: fault?.kind === 'result_url' ? fault.url : undefined,
    runMs: fault?.kind === 'never' ? Number.POSITIVE_INFINITY : job.runMs,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    startedAtMs: undefined,
    endedAtMs: undefined,
  };
}

function wordFor(state: JobState, states: JobsOwner['states']): { state: JobState; status: string } {
  return { state, status: states[state] };
}

/** A word of a fault: a known word shows as its state; with an unknown word, the job shows as running. */
function readWord(status: string, states: JobsOwner['states']): { state: JobState; status: string } {
  return { state: STATES.find((state) => states[state] === status) ?? 'running', status };
}
