// Stands in for Replicate's HTTP API (https://replicate.com/docs/reference/http and /docs/topics/webhooks,
// read 2026-11-21): predictions of a few models, whose input and output are removed an hour after their end.
import { createHash, createHmac } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../server/src/lib/time.ts';
import type { EmulatedApi, ServedApi, Tools } from '../core/api.ts';
import type { CallbackPost } from '../core/callbacks.ts';
import { type ApiRequest, type Reply, type Route, readForm, replyJson } from '../core/exchange.ts';
import type { Job, Jobs } from '../core/job.ts';
import { replyUpload, type Upload, Uploads } from '../core/uploads.ts';
import { waitForEnd } from '../core/waiting.ts';
import { NOT_FOUND, type ReplicateOrder, readOrder, refuse } from './check.ts';
import { REPLICATE_MODELS } from './models.ts';

const PREDICTIONS = '/v1/predictions';
const FILES = '/v1/files';
/** How long a create that asks for it is held back at most, and by default. */
const PREFER_WAIT_SECONDS = 60;
/** A host that belongs to nobody: following it gives a token away. */
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
    /** No money is left: creates are refused. */
    noCredit: false,
    /** The output is a list of addresses, as with some models. */
    listsOutput: false,
    /** The age that the signature of a callback claims. */
    signedSecondsAgo: 0,
  },
  serve: (tools) => new Replicate(tools).served,
};

class Replicate {
  readonly served: ServedApi;
  readonly #tools: Tools;
  readonly #jobs: Jobs<ReplicateOrder>;
  readonly #files = new Uploads();

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
        {
          method: 'GET',
          path: `${PREDICTIONS}/{id}`,
          on: 'poll',
          answer: (request) => this.#answer(request),
        },
        { method: 'GET', path: PREDICTIONS, on: 'list', answer: (request) => this.#list(request) },
        {
          method: 'POST',
          path: `${PREDICTIONS}/{id}/cancel`,
          on: 'cancel',
          answer: (request) => this.#cancel(request),
        },
        ...this.#fileRoutes(),
        {
          method: 'GET',
          path: '/v1/account',
          on: 'other',
          answer: () => replyJson({ type: 'user', username: 'emulator', name: 'Emulator', github_url: null }),
        },
        {
          method: 'GET',
          path: '/v1/webhooks/default/secret',
          on: 'other',
          answer: () => replyJson({ key: tools.fields.webhook_secret }),
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

  async #create(request: ApiRequest): Promise<Reply> {
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
    await waitForEnd(this.#tools, request, { jobId: job.id, waitMs: readWait(request) });
    const known = this.#jobs.find(request, job.id) ?? job;
    return replyJson(this.#show(known), 201);
  }

  #fileRoutes(): Route[] {
    const open = (answer: (id: string, file: Upload) => Reply) => (request: ApiRequest) => {
      const file = this.#files.get(request.params.id);
      return file ? answer(request.params.id, file) : NOT_FOUND;
    };
    return [
      { method: 'POST', path: FILES, on: 'other', answer: (request) => this.#takeFile(request) },
      {
        method: 'GET',
        path: FILES,
        on: 'other',
        answer: () => {
          const results = this.#files.list().map(([id, file]) => this.#showFile(id, file));
          return replyJson({ previous: null, next: null, results });
        },
      },
      {
        method: 'GET',
        path: `${FILES}/{id}`,
        on: 'other',
        answer: open((id, file) => replyJson(this.#showFile(id, file))),
      },
      {
        method: 'GET',
        path: `${FILES}/{id}/download`,
        on: 'other',
        answer: open((_, file) => replyUpload(file)),
      },
      {
        method: 'DELETE',
        path: `${FILES}/{id}`,
        on: 'other',
        answer: ({ params }) => (this.#files.remove(params.id) ? { status: 204 } : NOT_FOUND),
      },
    ];
  }

  /** https://replicate.com/docs/reference/http#files.create */
  async #takeFile(request: ApiRequest): Promise<Reply> {
    const form = await readForm(request).catch(() => undefined);
    const content = form?.get('content');
    if (!(content instanceof File)) return refuse(400, 'Bad request', 'Missing content');
    const bytes = new Uint8Array(await content.arrayBuffer());
    const contentType = content.type || 'application/octet-stream';
    const file = { name: content.name, contentType, bytes };
    const id = this.#tools.random.letters(26);
    this.#files.put(id, file);
    return replyJson(this.#showFile(id, file), 201);
  }

  #showFile(id: string, { name, contentType, bytes }: Upload): JsonObject {
    return {
      id,
      name,
      content_type: contentType,
      size: bytes.length,
      etag: id,
      checksums: { sha256: createHash('sha256').update(bytes).digest('hex') },
      metadata: {},
      created_at: new Date(this.#tools.clock.now()).toISOString(),
      expires_at: new Date(this.#tools.clock.now() + DAY_MS).toISOString(),
      urls: { get: `${this.#tools.url}${FILES}/${id}` },
    };
  }

  #answer(request: ApiRequest): Reply {
    const job = this.#jobs.find(request, request.params.id);
    return job ? replyJson(this.#show(job)) : NOT_FOUND;
  }

  /** The cursor is the last id of the page before. */
  #list(request: ApiRequest): Reply {
    const all = this.#jobs.list(request);
    const cursor = request.query.get('cursor');
    const begin = cursor === null ? 0 : all.findIndex(({ id }) => id === cursor) + 1;
    if (cursor !== null && begin === 0) return refuse(400, 'Bad request', 'Invalid cursor');
    const page = all.slice(begin, begin + PAGE);
    const last = begin + PAGE < all.length ? page.at(-1)?.id : undefined;
    const next = last === undefined ? null : `${this.#tools.url}${PREDICTIONS}?cursor=${last}`;
    return replyJson({ previous: null, next, results: page.map((job) => this.#show(job)) });
  }

  /** A prediction that has ended is answered unchanged. */
  #cancel(request: ApiRequest): Reply {
    const { id } = request.params;
    if (!this.#jobs.find(request, id)) return NOT_FOUND;
    this.#jobs.cancel(id, ['queued', 'running']);
    return this.#answer(request);
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

/** `Prefer: wait` and `Prefer: wait=n` (https://replicate.com/docs/topics/predictions/create-a-prediction#sync-mode). */
function readWait({ headers }: ApiRequest): number {
  const match = /(?:^|[,;\s])wait(?:=(\d+))?(?:$|[,;\s])/.exec(headers.prefer ?? '');
  if (!match) return 0;
  return Math.min(PREFER_WAIT_SECONDS, Number(match[1] ?? PREFER_WAIT_SECONDS)) * SECOND_MS;
}

function toText(error: Json | undefined): string {
  if (typeof error === 'string') return error;
  return isObject(error) ? JSON.stringify(error) : 'Prediction failed (E1000)';
}
