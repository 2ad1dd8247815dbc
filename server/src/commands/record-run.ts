// Makes the planned jobs at a provider, one after the other, and turns what went over the wire into fixtures. A start is
// sent once: one whose answer is lost is reported and never repeated.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { newId } from '../lib/ids.ts';
import { type Json, type JsonObject, parseOwnJson } from '../lib/json.ts';
import { pause, SECOND_MS, steadyClock, systemClock } from '../lib/time.ts';
import type { CallContext, PollOutcome, Provider, Reference, StartRequest } from '../providers/contract.ts';
import { createProviderHttp, type ProviderSockets } from '../providers/http.ts';
import { type Exchange, keepExchanges } from '../providers/recording/exchanges.ts';
import {
  makeFixture,
  NotReplayable,
  type Recorded,
  type Recording,
} from '../providers/recording/make-fixture.ts';
import { Redaction } from '../providers/recording/redaction.ts';
import { CANCEL, type PlannedJob, publicInput } from './record-plan.ts';

/** Jobs are asked about this often, unless the provider wants longer. */
const LOOK_SECONDS = 2;
/** How long a job is followed once the run was interrupted, to stop it. */
const STOP_MS = 10 * SECOND_MS;

export interface RecordOptions {
  provider: Provider;
  /** The fields of the account, fallbacks filled in. */
  fields: Readonly<Record<string, string>>;
  jobs: readonly PlannedJob[];
  folder: string;
  sockets: ProviderSockets;
  /** The picture for providers that take bytes. */
  readPicture(): Promise<Uint8Array>;
  /** The end of the time, or Ctrl-C. */
  signal: AbortSignal;
  /** A line for the operator. */
  report(line: string): void;
  /** For tests against something quick. */
  lookMs?: number;
}

export interface RecordResult {
  /** Names of the files that were written. */
  written: string[];
  /** What was not, with the reason. */
  failed: { what: string; why: string }[];
}

/** One run. @throws when the folder cannot be written. */
export async function record(options: RecordOptions): Promise<RecordResult> {
  await mkdir(options.folder, { recursive: true });
  const run = new Run(options);
  await run.probe();
  for (const job of options.jobs) {
    if (options.signal.aborted) run.fail(job.kind, 'the run ended before it');
    else await run.make(job);
  }
  return run.result;
}

/** A job that was accepted, by its two names. */
interface Begun {
  /** As the service names it; shown to the operator only. */
  real: Reference;
  /** As fixtures name it. */
  replayed: Reference;
}

class Run {
  readonly result: RecordResult = { written: [], failed: [] };
  readonly #options: RecordOptions;
  readonly #recording: Recording;
  readonly #kept: Exchange[] = [];
  readonly #context: CallContext;

  constructor(options: RecordOptions) {
    this.#options = options;
    const { provider, fields, sockets, jobs } = options;
    const { credential } = provider.facts;
    const secrets = credential.filter(({ isSecret }) => isSecret).map(({ name }) => fields[name] ?? '');
    const words = jobs.flatMap(({ model, offer, input }) => [
      model.model,
      ...textsOf([offer.params, publicInput(input)]),
    ]);
    this.#recording = {
      provider,
      fields,
      redaction: new Redaction(words, secrets),
      sockets,
      source: provider.facts.docs,
      date: new Date(systemClock()).toISOString().slice(0, 10),
    };
    this.#context = this.#contextWith(fields);
  }

  #contextWith(fields: Readonly<Record<string, string>>): CallContext {
    const { provider, sockets, readPicture } = this.#options;
    const credential = { id: 'recording', fields };
    const keeping = keepExchanges(sockets, this.#kept);
    return {
      credential,
      http: createProviderHttp(keeping, credential, provider.facts.credential),
      clock: systemClock,
      steady: steadyClock,
      readImage: async () => ({ bytes: await readPicture(), contentType: 'image/jpeg' }),
    };
  }

  fail(what: string, why: string): void {
    this.result.failed.push({ what, why });
    this.#options.report(`not recorded: ${what}: ${why}`);
  }

  /** The test call, with the key and with another one; neither costs anything. */
  async probe(): Promise<void> {
    const { provider, fields } = this.#options;
    await this.#keep('probe.recorded', { operation: 'probe', about: 'the test call' }, () =>
      provider.probe(this.#context),
    );
    const secret = provider.facts.credential.find(({ name, isSecret }) => isSecret && fields[name]);
    if (!secret) return;
    const wrong = this.#contextWith({ ...fields, [secret.name]: disfigure(fields[secret.name]) });
    await this.#keep(
      'probe.recorded-bad-key',
      { operation: 'probe', about: 'the test call, wrong key' },
      () => provider.probe(wrong),
    );
  }

  /** Starts a job and follows it, or stops it if it is one to be cancelled. */
  async make(job: PlannedJob): Promise<void> {
    const begun = await this.#start(job);
    if (!begun) return;
    if (job.kind === CANCEL) return void (await this.#cancel(begun));
    const isOver = await this.#follow(job.kind, begun);
    if (!isOver) await this.#giveUp(job.kind, begun);
    else await this.#askTogether(job.kind, begun);
  }

  async #start({ kind, model, offer, input, template }: PlannedJob): Promise<Begun | undefined> {
    const { provider, report } = this.#options;
    const token = `rl-${newId().replaceAll('-', '')}-1`;
    const common = { model: model.model, params: offer.params ?? {}, ...(template ? { template } : {}) };
    const request: StartRequest = {
      ...common,
      input,
      taskId: newId(),
      epoch: 1,
      token,
      testMode: false,
      intentAtMs: systemClock(),
    };
    const start = { ...common, input: publicInput(input) };
    this.#kept.length = 0;
    const outcome = await provider.start(request, this.#context);
    report(`${kind}: ${model.model}: ${outcome.type}`);
    if (outcome.type === 'unknown') {
      this.fail(kind, 'the answer of the start was lost: it may run and cost, and it is not sent again');
      return undefined;
    }
    if (outcome.type === 'accepted') this.#recording.redaction.hide(outcome.reference);
    const about = `a job of the kind ${kind}: ${outcome.type}`;
    const made = await this.#write(`start.recorded-${kind}`, {
      operation: 'start',
      about,
      start,
      exchanges: [...this.#kept],
      outcome: toJson(outcome),
    });
    // The answer was the result: there is nothing to follow.
    if (outcome.type === 'made') return undefined;
    if (outcome.type !== 'accepted') {
      this.fail(kind, `the start was refused: ${outcome.failure.message}`);
      return undefined;
    }
    const replayed = ((made as JsonObject | undefined)?.reference ?? undefined) as Reference | undefined;
    if (replayed) return { real: outcome.reference, replayed };
    await this.#giveUp(kind, { real: outcome.reference, replayed: outcome.reference });
    return undefined;
  }

  /** One fixture of each state that is seen. True once the job has ended. */
  async #follow(kind: string, { real, replayed }: Begun): Promise<boolean> {
    const { provider, signal, lookMs } = this.#options;
    const seen = new Set<string>();
    const stepMs = lookMs ?? SECOND_MS * Math.max(LOOK_SECONDS, provider.facts.pollSecondsMin);
    while (!signal.aborted) {
      this.#kept.length = 0;
      const outcome: PollOutcome = await provider.poll(real, this.#context);
      if (!seen.has(outcome.type)) {
        seen.add(outcome.type);
        await this.#write(`poll.recorded-${kind}-${outcome.type}`, {
          operation: 'poll',
          about: `a job of the kind ${kind}: ${outcome.type}`,
          references: [replayed],
          exchanges: [...this.#kept],
          outcome: toJson(outcome),
        });
      }
      if (outcome.type === 'succeeded' || outcome.type === 'failed') return true;
      await pause(stepMs, signal);
    }
    return false;
  }

  async #askTogether(kind: string, { real, replayed }: Begun): Promise<void> {
    const { provider } = this.#options;
    if (!provider.pollMany || provider.facts.pollBatchMax < 2) return;
    const facts = { operation: 'pollMany', about: 'jobs in one call', references: [replayed] } as const;
    await this.#keep(`pollMany.recorded-${kind}`, facts, async () =>
      provider.pollMany?.([real], this.#context),
    );
  }

  async #cancel({ real, replayed }: Begun): Promise<void> {
    const { provider } = this.#options;
    const facts = {
      operation: 'cancel',
      about: 'a job right after its start',
      references: [replayed],
    } as const;
    await this.#keep('cancel.recorded', facts, async () => provider.cancel?.(real, this.#context));
  }

  /** An open job of a run that ends: it is stopped if that is possible, and named in any case. */
  async #giveUp(kind: string, { real }: Begun): Promise<void> {
    const { provider } = this.#options;
    const answered = new AbortController();
    const stopped = await Promise.race([
      provider.cancel?.(real, this.#context).then(({ type }) => type === 'stopped'),
      pause(STOP_MS, answered.signal).then(() => false),
    ]);
    answered.abort();
    const end = stopped ? 'it was cancelled' : 'it goes on at the provider, and may cost';
    this.fail(kind, `the job ${JSON.stringify(real)} was not followed to its end; ${end}`);
  }

  async #keep(
    name: string,
    facts: Pick<Recorded, 'operation' | 'about' | 'references'>,
    work: () => Promise<unknown>,
  ): Promise<void> {
    this.#kept.length = 0;
    const outcome = toJson(await work());
    await this.#write(name, { ...facts, exchanges: [...this.#kept], outcome });
  }

  /** Its outcome as a replay has it; undefined when it is no fixture. */
  async #write(name: string, recorded: Recorded): Promise<Json | undefined> {
    const { folder, report } = this.#options;
    try {
      const { fixture, outcome } = await makeFixture(this.#recording, recorded);
      const file = `${name}.json`;
      const whole = path.join(folder, file);
      await writeFile(`${whole}.part`, `${JSON.stringify(fixture, null, 2)}\n`);
      await rename(`${whole}.part`, whole);
      this.result.written.push(file);
      report(`recorded: ${file}`);
      return outcome;
    } catch (error) {
      if (!(error instanceof NotReplayable)) throw error;
      this.fail(name, error.message);
      return undefined;
    }
  }
}

function toJson(value: unknown): Json {
  return parseOwnJson(JSON.stringify(value ?? null));
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Another key of the same form. */
function disfigure(secret: string): string {
  const end = secret.slice(-6).replace(/[0-9a-z]/gi, (character) => (character === '0' ? '1' : '0'));
  return `${secret.slice(0, -6)}${end}`;
}
