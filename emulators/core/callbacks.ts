// Posts the changes of jobs to the addresses that asked for them: to loopback only, each post within a time
// limit, with the retries that the provider promises. Order is kept for each job unless a fault or a retry
// breaks it.
import { request as requestHttp } from 'node:http';
import type { Json } from '../../server/src/lib/json.ts';
import type { EmulatorClock } from './clock.ts';
import type { CallbackFault, FaultQueue } from './faults.ts';
import type { Job, JobState } from './job.ts';

/** How a provider calls back. */
export interface CallbackRules {
  /** States whose beginning is posted. */
  on: readonly JobState[];
  timeoutMs: number;
  /** Retries after a failed try. */
  retries(state: JobState): number;
  /** Before each retry, by the clock of the emulator. */
  pauseMs: number;
  body(job: Job<unknown>): Json;
  /** Headers that prove the sender; they may depend only on the argument and the clock. */
  sign?(post: CallbackPost): Record<string, string>;
}

export interface CallbackPost {
  job: Job<unknown>;
  url: URL;
  body: string;
}

export interface PostResult {
  /** Undefined when there was no answer in time. */
  status: number | undefined;
  text: string;
}

/** One try, for tests and the control address. */
export interface Delivery {
  at: number;
  jobId: string;
  url: string;
  /** The provider's word in the post. */
  state: string;
  /** When the job entered that state. */
  changedAt: number;
  /** Counts from 1. */
  attempt: number;
  isForged: boolean;
  /** Null: no answer. */
  status: number | null;
}

const DELIVERIES_MAX = 10_000;
const FORGED_RESULT = 'https://results.attacker.example/video.mp4';
const ANSWER_CHARACTERS_MAX = 65_536;

export interface CallbackParts {
  clock: EmulatorClock;
  faults: FaultQueue;
  /** The provider's word for success. */
  succeeded: string;
}

export class CallbackSender {
  readonly #parts: CallbackParts;
  readonly #chains = new Map<string, Promise<unknown>>();
  /** By job: a post that waits for the next one to overtake it. */
  readonly #held = new Map<string, () => void>();
  readonly #deliveries: Delivery[] = [];
  #rules: CallbackRules | undefined;
  #isClosed = false;

  constructor(parts: CallbackParts) {
    this.#parts = parts;
  }

  use(rules: CallbackRules | undefined): void {
    this.#rules = rules;
  }

  /** Takes a change; never throws and never waits. */
  report(job: Job<unknown>): void {
    if (!this.#rules?.on.includes(job.state) || job.callbackUrl === undefined) return;
    const fault = this.#parts.faults.takeForCallback(job.callbackUrl);
    const overtaken = this.#held.get(job.id);
    this.#held.delete(job.id);
    if (fault?.kind === 'reorder') this.#held.set(job.id, () => this.#send(job, undefined));
    else this.#send(job, fault);
    overtaken?.();
  }

  /** The latest tries, oldest first. */
  deliveries(): readonly Delivery[] {
    return this.#deliveries;
  }

  close(): void {
    this.#isClosed = true;
  }

  #send(job: Job<unknown>, fault: CallbackFault | undefined): void {
    if (fault?.kind === 'drop') return;
    if (fault?.kind === 'late') {
      this.#parts.clock.at(this.#parts.clock.now() + fault.ms, () => this.#queue(job, 1, false));
      return;
    }
    this.#queue(job, 1, fault?.kind === 'forge');
    if (fault?.kind === 'double') this.#queue(job, 1, false);
  }

  #queue(job: Job<unknown>, attempt: number, isForged: boolean): void {
    const before = this.#chains.get(job.id) ?? Promise.resolve();
    const own = before.then(() => this.#deliver(job, attempt, isForged));
    this.#chains.set(job.id, own);
    void own.then(() => {
      if (this.#chains.get(job.id) === own) this.#chains.delete(job.id);
    });
  }

  async #deliver(job: Job<unknown>, attempt: number, isForged: boolean): Promise<void> {
    const rules = this.#rules;
    if (this.#isClosed || !rules || job.callbackUrl === undefined) return;
    const shown = isForged ? this.#forge(job) : job;
    const status = await this.#post(shown, rules, isForged);
    this.#deliveries.push({
      at: this.#parts.clock.now(),
      jobId: job.id,
      url: job.callbackUrl,
      state: shown.status,
      changedAt: shown.updatedAtMs,
      attempt,
      isForged,
      status: status ?? null,
    });
    if (this.#deliveries.length > DELIVERIES_MAX) this.#deliveries.shift();
    const isTaken = status !== undefined && status >= 200 && status < 300;
    if (isTaken || isForged || attempt > rules.retries(job.state) || this.#isClosed) return;
    const { clock } = this.#parts;
    clock.at(clock.now() + rules.pauseMs, () => this.#queue(job, attempt + 1, false));
  }

  async #post(job: Job<unknown>, rules: CallbackRules, isForged: boolean): Promise<number | undefined> {
    const address = job.callbackUrl as string;
    const body = JSON.stringify(rules.body(job));
    const signed = URL.canParse(address) ? rules.sign?.({ job, url: new URL(address), body }) : undefined;
    const headers = isForged ? breakSignature(signed ?? {}) : signed;
    return (await postText(address, { body, headers, timeoutMs: rules.timeoutMs })).status;
  }

  #forge(job: Job<unknown>): Job<unknown> {
    const endedAtMs = job.endedAtMs ?? this.#parts.clock.now();
    const { succeeded } = this.#parts;
    return {
      ...job,
      state: 'succeeded',
      status: succeeded,
      endedAtMs,
      error: undefined,
      resultUrl: FORGED_RESULT,
    };
  }
}

/** Changes everything that looks like a proof, and keeps its form. */
function breakSignature(headers: Record<string, string>): Record<string, string> {
  const isProof = (name: string) => /signature$|authorization|token/i.test(name);
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      isProof(name) ? [...value].reverse().join('') : value,
    ]),
  );
}

const LOOPBACK = /^(127(\.\d+){3}|localhost|\[::1\])$/;

/** Posts JSON text; only to this machine, whatever a developer's database says. Never rejects. */
export function postText(
  address: string,
  { body, headers, timeoutMs }: { body: string; headers?: Record<string, string>; timeoutMs: number },
): Promise<PostResult> {
  const none = { status: undefined, text: '' };
  if (!URL.canParse(address)) return Promise.resolve(none);
  const url = new URL(address);
  if (url.protocol !== 'http:' || !LOOPBACK.test(url.hostname)) return Promise.resolve(none);
  return new Promise((resolve) => {
    const request = requestHttp(
      url,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...headers,
        },
        signal: AbortSignal.timeout(timeoutMs),
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          if (text.length < ANSWER_CHARACTERS_MAX) text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode, text }));
        response.on('error', () => resolve(none));
      },
    );
    request.on('error', () => resolve(none));
    request.end(body);
  });
}
