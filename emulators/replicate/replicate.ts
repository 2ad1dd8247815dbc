// Stands in for Replicate's HTTP API (https://replicate.com/docs/reference/http and /docs/topics/webhooks, read
// 2026-11-21): predictions of a few models, whose input and output are removed an hour after their end.
import { createHmac } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { HOUR_MS, SECOND_MS } from '../../server/src/lib/time.ts';
import {
  type ApiRequest,
  type EmulatedApi,
  type Reply,
  replyJson,
  type ServedApi,
  type Tools,
} from '../core/api.ts';
import type { CallbackPost } from '../core/callbacks.ts';
import type { Job, Jobs } from '../core/jobs.ts';
import { NOT_FOUND, type ReplicateOrder, readOrder, refuse } from './check.ts';
import { REPLICATE_MODELS } from './models.ts';

const PREDICTIONS = '/v1/predictions';
/** Of nobody: whoever follows it sends a token away. */
const FOREIGN = 'https://api.attacker.example';
const DATA_HOURS = 1;
const PAGE = 100;

export const replicateApi: EmulatedApi = {
  id: 'replicate',
  title: 'Replicate',
  fields: [
    { name: 'base_url', environment: 'REPLICATE_BASE_URL', value: '{url}/v1' },
    { name: 'api_key', environment: 'REPLICATE_API_TOKEN', value: 'r8_emulator_0123456789' },
    {
      name: 'webhook_secret',
      environment: 'REPLICATE_WEBHOOK_SECRET',
      value: 'whsec_ZW11bGF0b3Itd2ViaG9vay1zZWNyZXQ=',
    },
  ],
  states: {
    queued: 'starting',
    running: 'processing',
    succeeded: 'succeeded',
    failed: 'failed',
    cancelled: 'canceled',
    expired: 'aborted',
  },
  resultHours: DATA_HOURS,
  recordHours: 24,
  settings: {
    /** The absolute addresses in answers are on another host. */
    foreignAddresses: false,
    /** There is no money left: creates are refused. */
    noCredit: false,
    /** The output is a list of addresses, as of some models. */
    listsOutput: false,
    /** How old the signature of a callback says it is. */
    signedSecondsAgo: 0,
  },
  serve: (tools) => new Replicate(tools).served,
};

class Replicate {
  readonly served: ServedApi;
  readonly #tools: Tools;
  readonly #jobs: Jobs<ReplicateOrder>;

  constructor(tools: Tools) {
    this.#tools = tools;
    this.#jobs = tools.jobs<ReplicateOrder>();
    const create = (request: ApiRequest) => this.#create(request);
    this.served = {
      authorize: ({ headers }) => this.#authorize(headers.authorization),
      words: {
        noRoute: () => NOT_FOUND,
        tooMany: () => replyJson({ detail: 'Request was throttled. Your rate limit resets in ~30s.' }, 429),
      },
      routes: [
        { method: 'POST', path: '/v1/models/{owner}/{name}/predictions', on: 'start', answer: create },
        { method: 'POST', path: PREDICTIONS, on: 'start', answer: create },
        { method: 'GET', path: `${PREDICTIONS}/{id}`, on: 'poll', answer: (request) => this.#tell(request) },
        { method: 'GET', path: PREDICTIONS, on: 'list', answer: (request) => this.#list(request) },
        {
          method: 'POST',
          path: `${PREDICTIONS}/{id}/cancel`,
          on: 'cancel',
          answer: (request) => this.#cancel(request),
        },
        {
          method: 'GET',
          path: '/v1/account',
          on: 'other',
          answer: () => replyJson({ type: 'user', username: 'emulator', name: 'Emulator', github_url: null }),
        },
      ],
      callbacks: {
        // The events start and completed, which are sent whatever the filter says.
        on: ['queued', 'succeeded', 'failed', 'cancelled', 'expired'],
        timeoutMs: 5 * SECOND_MS,
        retries: (state) => (state === 'queued' ? 0 : 5),
        pauseMs: 30 * SECOND_MS,
        body: (job) => this.#show(job as Job<ReplicateOrder>),
        sign: (post) => this.#sign(post),
      },
    };
  }

  #authorize(header: string | undefined): string | Reply {
    const key = /^(?:Bearer|Token) (.+)$/.exec(header ?? '')?.[1];
    return key === this.#tools.fields.api_key
      ? key
      : refuse(401, 'Unauthenticated', 'You did not pass a valid authentication token');
  }

  #create(request: ApiRequest): Reply {
    const { owner, name } = request.params;
    if (this.#tools.settings.noCredit) {
      const words =
        'You have insufficient credit to run this model. Go to https://replicate.com/account/billing#billing';
      return refuse(402, 'Insufficient credit', words);
    }
    const order = readOrder(request.json, owner === undefined ? undefined : `${owner}/${name}`);
    if (!('input' in order)) return order;
    const job = this.#jobs.add(request, {
      id: this.#tools.random.letters(26),
      data: order,
      model: order.name,
      callbackUrl: order.callbackUrl,
    });
    return replyJson(this.#show(job), 201);
  }

  #tell(request: ApiRequest): Reply {
    const job = this.#jobs.find(request, request.params.id);
    return job ? replyJson(this.#show(job)) : NOT_FOUND;
  }

  #list(request: ApiRequest): Reply {
    const results = this.#jobs.list(request).slice(0, PAGE);
    return replyJson({ previous: null, next: null, results: results.map((job) => this.#show(job)) });
  }

  /** One that has ended is answered as it is. */
  #cancel(request: ApiRequest): Reply {
    const { id } = request.params;
    if (!this.#jobs.find(request, id)) return NOT_FOUND;
    this.#jobs.cancel(id, ['queued', 'running']);
    return this.#tell(request);
  }

  #show(job: Job<ReplicateOrder>): JsonObject {
    const { data, endedAtMs } = job;
    const isRemoved = endedAtMs !== undefined && this.#tools.clock.now() - endedAtMs >= DATA_HOURS * HOUR_MS;
    const host = this.#tools.settings.foreignAddresses ? FOREIGN : this.#tools.url;
    const address = `${host}${PREDICTIONS}/${job.id}`;
    const time = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());
    return {
      id: job.id,
      model: data.name,
      version: data.version,
      input: isRemoved ? {} : data.input,
      logs: '',
      output: job.state === 'succeeded' && !isRemoved ? this.#outputOf(job) : null,
      data_removed: isRemoved,
      error: job.state === 'failed' ? toText(job.error) : null,
      source: 'api',
      status: job.status,
      created_at: time(job.createdAtMs),
      started_at: job.state === 'queued' ? null : time(job.createdAtMs),
      completed_at: time(endedAtMs),
      ...(data.callbackUrl === undefined ? {} : { webhook: data.callbackUrl }),
      urls: { get: address, cancel: `${address}/cancel`, web: `https://replicate.com/p/${job.id}` },
      metrics: endedAtMs === undefined ? {} : this.#measure(job, endedAtMs),
    };
  }

  #outputOf(job: Job<ReplicateOrder>): Json {
    const shape = REPLICATE_MODELS[job.data.name].shape(job.data.input);
    const address = this.#tools.files.url(job, shape);
    return this.#tools.settings.listsOutput ? [address] : address;
  }

  #measure({ createdAtMs }: Job<ReplicateOrder>, endedAtMs: number): JsonObject {
    const total = (endedAtMs - createdAtMs) / SECOND_MS;
    const waited = this.#tools.settings.queueMs / SECOND_MS;
    return { predict_time: Math.max(0, total - waited), total_time: total };
  }

  /** Standard Webhooks. The id stays the same when a post is sent again. */
  #sign({ job, body }: CallbackPost): Record<string, string> {
    const { clock, settings, fields } = this.#tools;
    const id = `msg_${job.id}_${job.status}`;
    const sentAt = Math.floor(clock.now() / SECOND_MS) - Number(settings.signedSecondsAgo);
    const key = Buffer.from(fields.webhook_secret.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${sentAt}.${body}`).digest('base64');
    return { 'webhook-id': id, 'webhook-timestamp': String(sentAt), 'webhook-signature': `v1,${signature}` };
  }
}

function toText(error: Json | undefined): string {
  if (typeof error === 'string') return error;
  return isObject(error) ? JSON.stringify(error) : 'Prediction failed (E1000)';
}
