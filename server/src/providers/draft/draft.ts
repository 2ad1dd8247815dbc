// The built-in provider: fetches the user's pictures, renders in a child process, hands over the files. It
// keeps its jobs only in the memory of this process; after a crash they are `lost` and the engine renders
// again, which is free.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from 'typebox';
import { PICTURE_TYPES, type SoundJob } from '../../../../draft/job.ts';
import { RenderError, type Renderer, type RenderOptions } from '../../../../draft/renderer.ts';
import type { JsonObject } from '../../lib/json.ts';
import { pause, SECOND_MS } from '../../lib/time.ts';
import { faultsOf } from '../answers.ts';
import type {
  CancelOutcome,
  Failure,
  FindOutcome,
  LocalProvider,
  LocalSlots,
  PollOutcome,
  ProbeOutcome,
  ProviderFacts,
  Reference,
  StartOutcome,
  StartRequest,
} from '../contract.ts';
import {
  describeUnused,
  estimateWork,
  listAddresses,
  materialOf,
  type TemplateEffect,
  toRenderJob,
  toStillJob,
} from './map.ts';
import { RenderSlots, type Slot } from './render-slots.ts';
import { successOf } from './report.ts';
import { needsRenderer, type Scenario, scenarioOf } from './scenarios.ts';
import { toSoundJob } from './sounds.ts';

/** A file that was fetched for a render, and what replaced it if its address was a sample address. */
export interface FetchedInput {
  path: string;
  note?: string;
}

/** What an address of an input is to hold. */
export type InputKind = 'picture' | 'clip' | 'sound';

export interface InputRequest {
  kind: InputKind;
  url: string;
  /** The file to write; it does not exist yet. */
  path: string;
  /** Sample addresses stand for bundled files. */
  testMode: boolean;
  signal: AbortSignal;
}

export interface DraftOptions {
  renderer: Renderer;
  /** Fetches a user's file into a file. @throws RenderError with reason `input` and a message for the user. */
  fetchInput(request: InputRequest): Promise<FetchedInput>;
  /** What a template of the catalogue asks the renderer for. */
  findEffect(model: string, input: JsonObject): Promise<TemplateEffect | undefined>;
  /** What the catalogue says of models: what each does, such as `image-upscale`, and how many files it makes. */
  models?: {
    operationsOf(model: string): readonly string[];
    filesAsked(model: string, input: JsonObject): number | undefined;
  };
  /** Folder for the files of running jobs; the caller empties it at start. */
  workFolder: string;
  /** Renders of any length at once, and short ones in addition. */
  jobsMax: number;
  shortJobsMax: number;
  /** Scheduling priority of short renders, so that they overtake long ones; by default the renderer's own. */
  shortNiceness?: number;
  mark: boolean;
  /** False while a result could not be stored: then nothing is rendered. True by default. */
  hasRoom?: () => boolean;
  /** Why nothing can be rendered here, if so. */
  unavailable?: string;
  /** Receives faults of Reelay's own side: a disk, a database, a storage. */
  onFault?: (error: unknown) => void;
}

interface Job {
  folder: string;
  abort: AbortController;
  progress: number;
  /** It needs no renderer, or not yet, so it takes no slot from other jobs. */
  idle: boolean;
  isShort: boolean;
  slot?: Slot;
  outcome?: PollOutcome;
  done: Promise<void>;
}

const FACTS: ProviderFacts = {
  title: 'Built-in draft renderer',
  docs: 'https://github.com/Brooooooklyn/webcodecs-node',
  checked: '2026-11-21',
  credential: [],
  recovery: { kind: 'restart' },
  cancel: 'any time',
  hints: 'no',
  resultHours: 1,
  recordHours: 1,
  pollSecondsMin: 0,
  pollBatchMax: 1,
  pictures: { as: 'bytes', types: PICTURE_TYPES },
  resultHosts: [],
};

/** An offer of the renderer says nothing more about a model. */
const paramsSchema = Type.Object({}, { additionalProperties: false });

/** Names under which models take pictures; `describeUnused` says what is left of the rest. */
const PICTURE_INPUTS = ['img_urls', 'images', 'reference_images', 'image_url'];

const STOPPED: Failure = { reason: 'cancelled', message: 'The render was stopped' };

function toFailure({ failure: { reason, message } }: RenderError): Failure {
  switch (reason) {
    case 'input':
      return { reason: 'invalid_input', message };
    case 'moderation':
      return { reason: 'content_refused', message };
    case 'crashed':
      return { reason: 'lost', message };
    case 'internal':
      return { reason: 'failed', message };
    case 'timed_out':
    case 'cancelled':
      return { reason, message };
  }
}

/** The seed of a request that names none: equal requests give equal pictures. */
function seedOf(request: StartRequest): number {
  const { seed, ...rest } = request.input;
  if (typeof seed === 'number' && seed >= 0) return seed >>> 0;
  return createHash('sha256')
    .update(`${request.model} ${JSON.stringify(rest)}`)
    .digest()
    .readUInt32LE(0);
}

/** The built-in renderer as a provider. */
export class DraftProvider implements LocalProvider {
  readonly id = 'draft';
  readonly facts = FACTS;
  readonly #options: DraftOptions;
  readonly #jobs = new Map<string, Job>();
  /** How often the scenario `unavailable` has already failed for a task. */
  readonly #troubles = new Map<string, number>();
  readonly #slots: RenderSlots;

  constructor(options: DraftOptions) {
    this.#options = options;
    this.#slots = new RenderSlots({ any: options.jobsMax, short: options.shortJobsMax });
  }

  freeSlots(): LocalSlots {
    const { jobsMax, shortJobsMax, hasRoom } = this.#options;
    if (hasRoom?.() === false) return { any: 0, short: 0 };
    const busy = [...this.#jobs.values()].filter((job) => job.outcome === undefined && !job.idle);
    const short = busy.filter(({ slot }) => slot === 'short').length;
    const any = busy.length - short;
    // Waiting jobs beyond the number of slots, when a late job came in between: they may take slots of either
    // kind.
    const surplus = Math.max(0, any - jobsMax);
    return { any: Math.max(0, jobsMax - any), short: Math.max(0, shortJobsMax - short - surplus) };
  }

  workOf(input: JsonObject, makes?: StartRequest['makes']): number {
    return estimateWork(input, makes);
  }

  checkParams(params: JsonObject): string[] {
    return faultsOf(paramsSchema, params);
  }

  async probe(): Promise<ProbeOutcome> {
    const { unavailable } = this.#options;
    return unavailable === undefined
      ? { type: 'works', detail: 'drafts can be rendered here' }
      : { type: 'fails', failure: { reason: 'unavailable', message: unavailable } };
  }

  async start(request: StartRequest): Promise<StartOutcome> {
    const scenario = request.testMode ? scenarioOf(request.input) : undefined;
    const trouble = this.#findTrouble(request, scenario);
    if (trouble) return { type: 'rejected', failure: trouble };
    await mkdir(this.#options.workFolder, { recursive: true });
    const folder = await mkdtemp(join(this.#options.workFolder, 'render-'));
    const name = jobName(request);
    const job: Job = {
      folder,
      abort: new AbortController(),
      progress: 0,
      idle: !needsRenderer(scenario),
      isShort: estimateWork(request.input, request.makes) <= 1,
      done: Promise.resolve(),
    };
    this.#jobs.set(name, job);
    job.done = this.#run(request, job, scenario).then((outcome) => {
      job.outcome = outcome;
    });
    if (scenario === 'lost_answer') return { type: 'unknown', detail: 'the answer to the start was lost' };
    return { type: 'accepted', reference: { job: name } };
  }

  async find(request: StartRequest): Promise<FindOutcome> {
    const name = jobName(request);
    return this.#jobs.has(name) ? { type: 'found', reference: { job: name } } : { type: 'none' };
  }

  async poll(reference: Reference): Promise<PollOutcome> {
    const job = this.#jobOf(reference);
    if (job) return job.outcome ?? { type: 'running', progress: job.progress };
    return {
      type: 'failed',
      failure: { reason: 'lost', message: 'The process that rendered this task is gone' },
    };
  }

  async cancel(reference: Reference): Promise<CancelOutcome> {
    const job = this.#jobOf(reference);
    job?.abort.abort();
    await job?.done;
    return { type: 'stopped' };
  }

  async forget(reference: Reference): Promise<void> {
    const job = this.#jobOf(reference);
    if (!job) return;
    job.abort.abort();
    await job.done;
    this.#jobs.delete(String(reference.job));
    await rm(job.folder, { recursive: true, force: true });
  }

  async changed(reference: Reference): Promise<void> {
    await this.#jobOf(reference)?.done;
  }

  #jobOf(reference: Reference): Job | undefined {
    return typeof reference.job === 'string' ? this.#jobs.get(reference.job) : undefined;
  }

  #findTrouble(request: StartRequest, scenario: Scenario | undefined): Failure | undefined {
    const { unavailable } = this.#options;
    if (unavailable !== undefined)
      return { reason: 'unavailable', message: unavailable, retryAfterSeconds: 10 };
    if (scenario !== 'unavailable') return undefined;
    const shown = this.#troubles.get(request.taskId) ?? 0;
    this.#troubles.set(request.taskId, shown + 1);
    if (shown < 2) {
      const message = 'Down because its input asked for the scenario "unavailable"';
      return { reason: 'unavailable', message, retryAfterSeconds: 1 };
    }
    this.#troubles.delete(request.taskId);
    return undefined;
  }

  /** Never rejects: a failure becomes the outcome. */
  async #run(request: StartRequest, job: Job, scenario: Scenario | undefined): Promise<PollOutcome> {
    try {
      const failure = await play(scenario, job.abort.signal);
      if (failure) return { type: 'failed', failure };
      const late = job.idle;
      const { signal } = job.abort;
      job.slot = await (late ? this.#slots.takeLate(signal) : this.#slots.take(job.isShort, signal));
      if (job.slot === undefined) return { type: 'failed', failure: STOPPED };
      job.idle = false;
      try {
        return await this.#render(request, job);
      } finally {
        this.#slots.free(job.slot, { late });
      }
    } catch (error) {
      if (job.abort.signal.aborted) return { type: 'failed', failure: STOPPED };
      if (error instanceof RenderError) return { type: 'failed', failure: toFailure(error) };
      // The task is not at fault when a disk, a database or a storage of Reelay fails: it is tried again.
      this.#options.onFault?.(error);
      const message = 'The server could not carry out the render';
      return { type: 'failed', failure: { reason: 'unavailable', message } };
    }
  }

  async #render(request: StartRequest, job: Job): Promise<PollOutcome> {
    const { renderer, shortNiceness } = this.#options;
    const inputs = await this.#fetchInputs(request, job);
    const notes = [...inputs.notes, ...describeUnused(request.input, request.makes)];
    const options: RenderOptions = {
      signal: job.abort.signal,
      ...(job.isShort && shortNiceness !== undefined ? { niceness: shortNiceness } : {}),
      onProgress: ({ framesDone, framesTotal }) => {
        job.progress = framesDone / framesTotal;
      },
    };
    const common = {
      input: request.input,
      seed: seedOf(request),
      images: inputs.pictures,
      clips: inputs.clips,
      sound: inputs.sound,
      outDir: job.folder,
      mark: this.#options.mark,
    };
    if (request.makes === 'audio') {
      const made = await renderer.renderSounds(this.#soundJobOf(request, job.folder, inputs.sound), options);
      return { type: 'succeeded', success: successOf(made, notes) };
    }
    const operations = this.#options.models?.operationsOf(request.model);
    if (request.makes === 'image') {
      const drawn = await renderer.renderStills(toStillJob(common, operations), options);
      return { type: 'succeeded', success: successOf(drawn, notes) };
    }
    const effect = await this.#options.findEffect(request.model, request.input);
    const result = await renderer.render(toRenderJob({ ...common, effect }, operations), options);
    return { type: 'succeeded', success: successOf(result, notes) };
  }

  #soundJobOf(request: StartRequest, outDir: string, sound: string | undefined): SoundJob {
    const { model, input } = request;
    const count = this.#options.models?.filesAsked(model, input) ?? 1;
    const wanted = { input, seed: seedOf(request), count, sound, outDir };
    return toSoundJob(wanted, this.#options.models?.operationsOf(model));
  }

  async #fetchInputs({ input, makes, testMode }: StartRequest, job: Job): Promise<FetchedInputs> {
    const notes: string[] = [];
    const fetchAll = async (kind: InputKind, urls: readonly string[]): Promise<string[]> => {
      const paths: string[] = [];
      for (const [at, url] of urls.entries()) {
        const path = join(job.folder, `${kind}-${at}`);
        const fetched = await this.#options.fetchInput({
          kind,
          url,
          path,
          testMode,
          signal: job.abort.signal,
        });
        paths.push(fetched.path);
        if (fetched.note !== undefined) notes.push(fetched.note);
      }
      return paths;
    };
    const pictures = await fetchAll('picture', listAddresses(input, PICTURE_INPUTS));
    if (makes === 'image') return { pictures, clips: [], sound: undefined, notes };
    const used = materialOf(input);
    const clips = await fetchAll('clip', makes === 'audio' ? [] : used.clips);
    const [sound] = await fetchAll('sound', used.sound === undefined ? [] : [used.sound]);
    return { pictures, clips, sound, notes };
  }
}

/** Paths of the files of an input. */
interface FetchedInputs {
  pictures: string[];
  clips: string[];
  sound: string | undefined;
  notes: string[];
}

function jobName({ taskId, epoch }: StartRequest): string {
  return `${taskId}.${epoch}`;
}

async function play(scenario: Scenario | undefined, signal: AbortSignal): Promise<Failure | undefined> {
  switch (scenario) {
    case 'slow':
      await pause(30 * SECOND_MS, signal);
      return undefined;
    case 'stuck':
      while (!signal.aborted) await pause(60 * SECOND_MS, signal);
      return STOPPED;
    case 'fail':
      await pause(2 * SECOND_MS, signal);
      return {
        reason: 'failed',
        message: 'This task failed because its input asked for the scenario "fail"',
      };
    case 'moderation':
      return {
        reason: 'content_refused',
        message: 'Refused because its input asked for the scenario "moderation"',
      };
    default:
      return undefined;
  }
}
