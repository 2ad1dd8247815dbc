// Stands in for the Vidu open platform (https://platform.vidu.com/docs and its neighbouring pages, read
// 2026-11-21). The pictures of a request are not fetched.
import { createHmac } from 'node:crypto';
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import { HOUR_MS, SECOND_MS } from '../../server/src/lib/time.ts';
import type { EmulatedApi, ServedApi, Tools } from '../core/api.ts';
import type { CallbackPost } from '../core/callbacks.ts';
import { type ApiRequest, type Reply, type Route, replyJson } from '../core/exchange.ts';
import type { Job, Jobs } from '../core/job.ts';
import { Account, isFree } from './account.ts';
import {
  invalidField,
  readLipSyncOrder,
  readOrder,
  readTemplateOrder,
  type ViduError,
  type ViduOrder,
} from './check.ts';
import { listTasks, type ViduTask } from './list.ts';
import { type Endpoint, pixelsOf, VIDU_MODELS } from './models.ts';

const PREFIX = '/ent/v2';
const BODY_BYTES_MAX = 20 * 1024 * 1024;
const RECORD_HOURS = 7 * 24;
const OFF_PEAK_HOURS = 48;
const ID_DIGITS = 18;
/** How long a task is `created` before it is in the queue. */
const CREATED_MS = 100;
const CONCURRENCY = 5;
const RETRIES = 3;

export const viduApi: EmulatedApi = {
  id: 'vidu',
  title: 'Vidu open platform',
  fields: [
    { name: 'base_url', environment: 'VIDU_BASE_URL', value: '{url}' },
    { name: 'api_key', environment: 'VIDU_API_KEY', value: 'vda_emulator_key' },
  ],
  states: {
    queued: 'queueing',
    running: 'processing',
    succeeded: 'success',
    failed: 'failed',
    cancelled: 'failed',
    expired: 'failed',
  },
  resultHours: 24,
  recordHours: RECORD_HOURS,
  bodyBytesMax: BODY_BYTES_MAX,
  settings: {
    // Tasks beyond this number wait.
    concurrency: CONCURRENCY,
    /** The credits that the account was granted. */
    credits: 1_000_000,
    /** The pages use two spellings: `queueing` and `queuing`. */
    queueWord: 'queueing',
    /** `pager` or `paper`: the documents give the page one name and its token the other. */
    pageName: 'pager',
    listShowsPayload: true,
    q1TakesAudio: true,
    takesModeration: false,
  },
  serve: (tools) => serveVidu({ tools, jobs: tools.jobs<ViduTask>(), account: new Account() }),
};

interface Context {
  tools: Tools;
  jobs: Jobs<ViduTask>;
  account: Account;
}

function serveVidu(context: Context): ServedApi {
  const { tools } = context;
  const { api_key: apiKey } = tools.fields;
  return {
    authorize: ({ headers }) =>
      headers.authorization === `Token ${apiKey}` ? apiKey : refuse(tools, UNAUTHORIZED),
    words: {
      noRoute: () => refuse(tools, { status: 404, reason: 'NotFound', message: 'not found' }),
      tooMany: () => refuse(tools, { status: 429, reason: 'TooManyRequests', message: 'too many requests' }),
    },
    routes: [...startRoutes(context), ...taskRoutes(context)],
    callbacks: {
      on: ['running', 'succeeded', 'failed', 'cancelled', 'expired'],
      timeoutMs: 10 * SECOND_MS,
      retries: () => RETRIES,
      pauseMs: 5 * SECOND_MS,
      body: (job) => showTask(job as Job<ViduTask>, tools),
      sign: (post) => sign(post, tools),
    },
  };
}

const UNAUTHORIZED: ViduError = { status: 401, reason: 'Unauthorized', message: 'unauthorized' };
const TASK_NOT_FOUND: ViduError = { status: 404, reason: 'TaskNotFound', message: 'task not found' };

function refuse({ random }: Tools, { status, reason, message }: ViduError): Reply {
  return replyJson({ code: status, reason, message, metadata: { trace_id: random.hex(32) } }, status);
}

function startRoutes(context: Context): Route[] {
  const { tools } = context;
  const doubt = () => ({
    q1TakesAudio: tools.settings.q1TakesAudio === true,
    takesModeration: tools.settings.takesModeration === true,
  });
  const models = (Object.keys(VIDU_MODELS) as Endpoint[]).map((endpoint) => ({
    path: endpoint as string,
    read: (json: Json | undefined) => readOrder(endpoint, json, doubt()),
  }));
  const templates = ['template', 'template2video'].map((path) => ({ path, read: readTemplateOrder }));
  const lipSync = { path: 'lip-sync', read: readLipSyncOrder };
  return [...models, ...templates, lipSync].map(({ path, read }) => ({
    method: 'POST',
    path: `${PREFIX}/${path}`,
    on: 'start',
    answer(request) {
      const order = read(request.json);
      return 'reason' in order ? refuse(tools, order) : create(request, order, context);
    },
  }));
}

function taskRoutes(context: Context): Route[] {
  const { tools, jobs } = context;
  return [
    {
      method: 'GET',
      path: `${PREFIX}/tasks/{id}/creations`,
      on: 'poll',
      answer(request) {
        const job = jobs.find(request, request.params.id);
        return job ? replyJson(showTask(job, tools)) : refuse(tools, TASK_NOT_FOUND);
      },
    },
    { method: 'GET', path: `${PREFIX}/tasks`, on: 'list', answer: (request) => list(request, context) },
    {
      method: 'POST',
      path: `${PREFIX}/tasks/{id}/cancel`,
      on: 'cancel',
      answer: (request) => cancel(request, context),
    },
    {
      method: 'GET',
      path: `${PREFIX}/credits`,
      on: 'other',
      answer: (request) => showAccount(request, context),
    },
  ];
}

/** Lack of credits is a 400. */
const CREDIT_INSUFFICIENT: ViduError = {
  status: 400,
  reason: 'CreditInsufficient',
  message: 'insufficient credits',
};

function create(request: ApiRequest, order: ViduOrder, { tools, jobs, account }: Context): Reply {
  const granted = Number(tools.settings.credits);
  const look = () => account.remaining(granted, jobs, request);
  if (!account.covers(order.credits, granted, look)) return refuse(tools, CREDIT_INSUFFICIENT);
  const { callbackUrl, payload } = order;
  const job = jobs.add(request, {
    id: jobs.unusedId(() => tools.random.digits(ID_DIGITS)),
    data: { order, seed: order.seed === 0 ? tools.random.integer(2 ** 31) : order.seed },
    model: order.modelName || (order.template ?? order.type),
    ...(payload === '' ? {} : { token: payload }),
    callbackUrl,
    ...(order.offPeak ? { expiresAtMs: tools.clock.now() + OFF_PEAK_HOURS * HOUR_MS } : {}),
  });
  account.take(job.id, order.credits);
  return replyJson({ ...showOrder(job), task_id: job.id, state: 'created' });
}

/** What the answer to a create repeats. */
function showOrder({ data: { order, seed }, createdAtMs }: Job<ViduTask>): JsonObject {
  return {
    type: order.type,
    model: order.modelName,
    style: order.style,
    prompt: order.prompt,
    images: order.images,
    ...(order.template === undefined ? {} : { template: order.template }),
    duration: order.duration,
    seed,
    aspect_ratio: order.ratio,
    resolution: order.resolution,
    movement_amplitude: order.movement,
    payload: order.payload,
    bgm: order.bgm,
    audio: order.audio,
    off_peak: order.offPeak,
    is_rec: order.isRecommended,
    watermark: order.watermark,
    credits: order.credits,
    cus_priority: 0,
    client_request_id: '',
    created_at: new Date(createdAtMs).toISOString(),
  };
}

/** A word for a state. A word that a fault asked for is left unchanged. */
function wordOf({ state, status, createdAtMs }: Job<ViduTask>, { clock, settings }: Tools): string {
  if (state !== 'queued' || status !== viduApi.states.queued) return status;
  return clock.now() - createdAtMs < CREATED_MS ? 'created' : String(settings.queueWord);
}

/** The answer to a query of a task, and the body of a callback. */
function showTask(job: Job<ViduTask>, tools: Tools): JsonObject {
  const { order } = job.data;
  return {
    id: job.id,
    state: wordOf(job, tools),
    err_code: errorOf(job),
    credits: isFree(job.state) ? 0 : order.credits,
    payload: order.payload,
    bgm: order.bgm,
    off_peak: order.offPeak,
    creations: job.state === 'succeeded' ? [showCreation(job, tools)] : [],
  };
}

/** A task that was cancelled, by hand or after its 48 hours, ends as failed. */
function errorOf({ state, error }: Job<ViduTask>): string {
  if (state === 'cancelled' || state === 'expired') return 'UserCancelled';
  if (state !== 'failed') return '';
  return typeof error === 'string' ? error : 'InternalServiceFailure';
}

function showCreation(job: Job<ViduTask>, { files }: Tools): JsonObject {
  const { order } = job.data;
  const size = pixelsOf(order.resolution, order.ratio);
  const video = { ...size, kind: 'mp4', seconds: order.duration } as const;
  return {
    id: `${job.id}1`,
    url: files.url(job, video),
    cover_url: files.url(job, { ...size, kind: 'png', name: 'cover' }),
    watermarked_url: order.watermark ? files.url(job, { ...video, name: 'watermarked' }) : '',
  };
}

/** The list says neither why a task failed nor what a poll says about sound. */
function showListed(job: Job<ViduTask>, tools: Tools): JsonObject {
  const { order } = job.data;
  return {
    id: job.id,
    key_id: '1',
    state: wordOf(job, tools),
    model: order.modelName,
    ...(order.template === undefined ? {} : { template: order.template }),
    prompt: order.prompt,
    images: order.images,
    duration: order.duration,
    resolution: order.resolution,
    aspect_ratio: order.ratio,
    ...(tools.settings.listShowsPayload === true ? { payload: order.payload } : {}),
    creations: job.state === 'succeeded' ? [showCreation(job, tools)] : [],
    created_at: new Date(job.createdAtMs).toISOString(),
  };
}

function list(request: ApiRequest, { tools, jobs }: Context): Reply {
  const page = listTasks(request, jobs, {
    nowMs: tools.clock.now(),
    pageName: String(tools.settings.pageName),
    wordOf: (job) => wordOf(job, tools),
  });
  if ('wrong' in page) return refuse(tools, invalidField(page.wrong));
  const tasks = page.tasks.map((job) => showListed(job, tools));
  return replyJson({ next_page_token: page.next, tasks });
}

function cancel(request: ApiRequest, { tools, jobs }: Context): Reply {
  const { id } = request.params;
  const job = jobs.find(request, id);
  const given = (request.json as JsonObject | undefined)?.id;
  if (given === undefined) {
    return refuse(tools, { status: 400, reason: 'FieldLacking', message: 'field is missing or empty: id' });
  }
  if (given !== id) return refuse(tools, invalidField('id'));
  if (!job) return refuse(tools, TASK_NOT_FOUND);
  if (jobs.cancel(id, ['queued'])) return replyJson({});
  const message = `task can not be cancelled, it is ${job.state === 'running' ? 'scheduled' : 'finished'}`;
  return refuse(tools, { status: 400, reason: 'BadRequest', message });
}

function showAccount(request: ApiRequest, { tools, jobs, account }: Context): Reply {
  const detail = request.query.get('show_detail') ?? 'false';
  if (detail !== 'true' && detail !== 'false') return refuse(tools, invalidField('show_detail'));
  const { concurrency, credits } = tools.settings;
  const running = jobs.list(request).filter(({ state }) => state === 'running').length;
  const left = account.remaining(Number(credits), jobs, request);
  return replyJson({
    remains: [
      {
        type: 'metered',
        credit_remain: left,
        concurrency_limit: concurrency,
        current_concurrency: running,
        queue_count: jobs.openCount() - running,
      },
    ],
    packages:
      detail === 'true'
        ? [{ id: '1', name: 'emulated', type: 'metered', credit_amount: credits, credit_remain: left }]
        : [],
  });
}

/** The body is not covered. https://platform.vidu.com/docs/callback-signature. */
function sign({ url }: CallbackPost, { clock, random, fields }: Tools): Record<string, string> {
  const signed = { Date: new Date(clock.now()).toUTCString(), 'x-request-nonce': random.uuid() };
  const lines = ['POST', url.pathname, url.search.slice(1), 'vidu', signed.Date];
  const pairs = Object.entries(signed).map(([name, value]) => `${name}:${value}`);
  const text = [...lines, ...pairs, ''].join('\n');
  return {
    ...signed,
    'X-HMAC-ALGORITHM': 'hmac-sha256',
    'X-HMAC-ACCESS-KEY': 'vidu',
    'X-HMAC-SIGNED-HEADERS': Object.keys(signed).join(';'),
    'X-HMAC-SIGNATURE': createHmac('sha256', fields.api_key).update(text).digest('base64'),
  };
}
