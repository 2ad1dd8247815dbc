// Stands in for Runway's developer API (https://docs.dev.runwayml.com/api/ and the types of npm @runwayml/sdk
// 4.20.1, read 2026-11-21): a required version header, credits that are taken at once, a daily limit, and
// DELETE, which cancels open tasks and destroys ended ones.
import { isObject, type JsonObject } from '../../server/src/lib/json.ts';
import { DAY_MS } from '../../server/src/lib/time.ts';
import type { EmulatedApi, ServedApi, Tools } from '../core/api.ts';
import { type ApiRequest, type Reply, readForm, replyJson } from '../core/exchange.ts';
import type { Job, Jobs } from '../core/job.ts';
import { Uploads } from '../core/uploads.ts';
import { type Issue, type RunwayOrder, readOrder } from './check.ts';
import { type Endpoint, RUNWAY_MODELS } from './models.ts';

const ENDPOINTS: readonly Endpoint[] = ['text_to_video', 'image_to_video', 'video_to_video'];
const VERSION = '2024-11-06';
const UPLOADS = '/v1/uploads';
/** Where files are put, which at Runway is another host: an object store with signed forms. */
const STORAGE = '/storage/';
const DOCS = 'https://docs.dev.runwayml.com/api';

export const runwayApi: EmulatedApi = {
  id: 'runway',
  title: 'Runway',
  fields: [
    { name: 'base_url', environment: 'RUNWAY_BASE_URL', value: '{url}' },
    { name: 'api_key', environment: 'RUNWAYML_API_SECRET', value: 'runway-emulator-key' },
    { name: 'version', environment: 'RUNWAY_API_VERSION', value: VERSION },
  ],
  states: {
    queued: 'PENDING',
    running: 'RUNNING',
    succeeded: 'SUCCEEDED',
    failed: 'FAILED',
    cancelled: 'CANCELLED',
    expired: 'FAILED',
  },
  // Addresses live 24 to 48 hours.
  resultHours: 24,
  recordHours: 48,
  settings: {
    /** The organization's credits at the start. */
    credits: 1_000_000,
    /** Tasks of a model in any 24 hours. */
    dailyGenerations: 100_000,
    /** Credits per second that are given back when a task succeeds. */
    refundPerSecond: 0,
  },
  serve: (tools) => new Runway(tools).served,
};

class Runway {
  readonly served: ServedApi;
  readonly #tools: Tools;
  readonly #jobs: Jobs<RunwayOrder>;
  /** When tasks were accepted, by model. */
  readonly #created = new Map<string, number[]>();
  /** What was taken for each task; what is given back is counted only when it matters. */
  readonly #taken = new Map<string, number>();
  #takenCredits = 0;
  readonly #uploads = new Uploads();

  constructor(tools: Tools) {
    this.#tools = tools;
    this.#jobs = tools.jobs<RunwayOrder>();
    this.served = {
      authorize: (request) => this.#authorize(request),
      words: {
        noRoute: () => refuse(404, 'Not found'),
        tooMany: () => refuse(429, 'Too many requests'),
      },
      routes: [
        ...ENDPOINTS.map(
          (endpoint) =>
            ({
              method: 'POST',
              path: `/v1/${endpoint}`,
              on: 'start',
              answer: (request: ApiRequest) => this.#create(request, endpoint),
            }) as const,
        ),
        {
          method: 'GET',
          path: '/v1/tasks/{id}',
          on: 'poll',
          answer: (request) => {
            const job = this.#jobs.find(request, request.params.id);
            return job ? replyJson(this.#show(job)) : NO_TASK;
          },
        },
        {
          method: 'DELETE',
          path: '/v1/tasks/{id}',
          on: 'cancel',
          answer: (request) => this.#delete(request),
        },
        { method: 'POST', path: UPLOADS, on: 'other', answer: (request) => this.#placeUpload(request) },
        {
          method: 'POST',
          path: `${STORAGE}{id}`,
          on: 'other',
          answer: (request) => this.#takeUpload(request),
        },
        {
          method: 'GET',
          path: '/v1/organization',
          on: 'other',
          answer: (request) => this.#describe(request),
        },
      ],
    };
  }

  /** The key first, then the version, which has no default. */
  #authorize({ headers, path }: ApiRequest): string | Reply {
    if (path.startsWith(STORAGE)) return '';
    const key = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (key !== this.#tools.fields.api_key) return refuse(401, 'The API key is missing or not valid.');
    const version = headers['x-runway-version'];
    if (version === this.#tools.fields.version) return key;
    return refuse(
      400,
      version === undefined
        ? 'The X-Runway-Version header is required.'
        : `The X-Runway-Version header "${version}" is not a supported API version.`,
    );
  }

  #create(request: ApiRequest, endpoint: Endpoint): Reply {
    const order = readOrder(request.json, endpoint);
    if (Array.isArray(order)) return refuse(400, 'Validation of body failed', order);
    if (this.#isDayFull(order.model)) {
      return refuse(429, 'You have reached the daily task limit for this model.');
    }
    if (!this.#canPay(order, request)) return refuse(400, 'You do not have enough credits to run this task.');
    const job = this.#jobs.add(request, { id: this.#tools.random.uuid(), data: order, model: order.model });
    this.#created.get(order.model)?.push(job.createdAtMs);
    this.#taken.set(job.id, order.credits);
    this.#takenCredits += order.credits;
    return replyJson({ id: job.id, estimatedCost: { credits: order.credits } });
  }

  /**
   * The types of npm @runwayml/sdk: an upload address, the fields of its form, and the address that a create
   * may name.
   */
  #placeUpload({ json }: ApiRequest): Reply {
    const { filename, type } = isObject(json) ? json : {};
    if (typeof filename !== 'string' || type !== 'ephemeral') {
      const message = 'Invalid input: a filename and the type "ephemeral"';
      return refuse(400, 'Validation of body failed', [
        { code: 'invalid_value', path: ['filename'], message },
      ]);
    }
    const id = this.#tools.random.uuid();
    this.#uploads.put(id, { name: filename, contentType: '', bytes: new Uint8Array() });
    const fields = { key: `uploads/${id}`, policy: this.#tools.random.hex(32) };
    return replyJson({ uploadUrl: `${this.#tools.url}${STORAGE}${id}`, fields, runwayUri: `runway://${id}` });
  }

  async #takeUpload(request: ApiRequest): Promise<Reply> {
    const upload = this.#uploads.get(request.params.id);
    const form = await readForm(request).catch(() => undefined);
    const file = form?.get('file');
    if (!upload || !(file instanceof File)) return refuse(403, 'Access denied');
    const bytes = new Uint8Array(await file.arrayBuffer());
    this.#uploads.put(request.params.id, { name: upload.name, contentType: file.type, bytes });
    return { status: 204 };
  }

  /** When the tasks of a model in the last 24 hours were accepted; older times are dropped. */
  #today(model: string): number[] {
    const nowMs = this.#tools.clock.now();
    const today = (this.#created.get(model) ?? []).filter((at) => at > nowMs - DAY_MS);
    this.#created.set(model, today);
    return today;
  }

  #isDayFull(model: string): boolean {
    const limit = Number(this.#tools.settings.dailyGenerations);
    const known = this.#created.get(model);
    return (known === undefined || known.length >= limit) && this.#today(model).length >= limit;
  }

  /** What may have been given back is counted only if it is needed. */
  #canPay({ credits }: RunwayOrder, request: ApiRequest): boolean {
    const least = Number(this.#tools.settings.credits) - this.#takenCredits;
    return credits <= least || credits <= this.#balance(request);
  }

  #balance(request: ApiRequest): number {
    let spent = 0;
    for (const [id, credits] of this.#taken) {
      const job = this.#jobs.find(request, id);
      spent += job ? this.#costOf(job) : credits;
    }
    return Number(this.#tools.settings.credits) - spent;
  }

  /** What a task has taken or, in the end, cost. */
  #costOf({ state, data }: Job<RunwayOrder>): number {
    if (state === 'failed' || state === 'cancelled' || state === 'expired') return 0;
    const refund = state === 'succeeded' ? Number(this.#tools.settings.refundPerSecond) * data.seconds : 0;
    return Math.max(0, data.credits - refund);
  }

  #show(job: Job<RunwayOrder>): JsonObject {
    const task = {
      id: job.id,
      createdAt: new Date(job.createdAtMs).toISOString(),
      status: this.#isThrottled(job) ? 'THROTTLED' : job.status,
    };
    const cost = { credits: this.#costOf(job) };
    switch (job.status) {
      case 'SUCCEEDED': {
        const { width, height, seconds } = job.data;
        const url = this.#tools.files.url(job, { kind: 'mp4', width, height, seconds });
        return { ...task, cost, output: [url] };
      }
      case 'FAILED':
        return { ...task, cost, ...((job.error ?? FAILURE) as JsonObject) };
      case 'CANCELLED':
        return { ...task, cost };
      case 'RUNNING':
        return { ...task, estimatedCost: cost, progress: Math.round(job.progress * 100) / 100 };
      default:
        return { ...task, estimatedCost: cost };
    }
  }

  /** It could run if other tasks of the organization did not. */
  #isThrottled({ status, createdAtMs }: Job<RunwayOrder>): boolean {
    const { clock, settings } = this.#tools;
    return status === 'PENDING' && clock.now() >= createdAtMs + settings.queueMs;
  }

  #delete(request: ApiRequest): Reply {
    const job = this.#jobs.find(request, request.params.id);
    if (!job) return NO_TASK;
    // A destroyed record does not change the cost.
    if (!this.#jobs.cancel(job.id, ['queued', 'running'])) {
      this.#taken.set(job.id, this.#costOf(job));
      this.#jobs.remove(job.id);
    }
    return { status: 204 };
  }

  #describe(request: ApiRequest): Reply {
    const { concurrency, dailyGenerations, credits } = this.#tools.settings;
    const names = Object.keys(RUNWAY_MODELS);
    const limits = { maxConcurrentGenerations: concurrency, maxDailyGenerations: dailyGenerations };
    return replyJson({
      tier: {
        maxMonthlyCreditSpend: credits,
        models: Object.fromEntries(names.map((name) => [name, limits])),
      },
      creditBalance: this.#balance(request),
      usage: {
        models: Object.fromEntries(
          names.map((name) => [name, { dailyGenerations: this.#today(name).length }]),
        ),
      },
    });
  }
}

/** The failure of a task whose fault gives no words. */
const FAILURE: JsonObject = {
  failure: 'An unexpected error occurred.',
  failureCode: 'INTERNAL.BAD_OUTPUT.CODE01',
};

const NO_TASK = refuse(404, 'Not found');

function refuse(status: number, error: string, issues?: Issue[]): Reply {
  return replyJson(issues ? { error, issues, docUrl: DOCS } : { error }, status);
}
