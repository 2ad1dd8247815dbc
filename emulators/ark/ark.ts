// Stands in for the content generation tasks and the pictures of Volcengine Ark and BytePlus ModelArk
// (https://www.volcengine.com/docs/82379/1520757 and its neighbouring pages, read 2026-11-21). The pictures
// of a request are not fetched.
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import { DAY_MS, SECOND_MS } from '../../server/src/lib/time.ts';
import type { EmulatedApi, ServedApi, Tools } from '../core/api.ts';
import { type ApiRequest, type Reply, readCount, replyJson } from '../core/exchange.ts';
import type { Job, Jobs } from '../core/job.ts';
import { type ArkError, type ArkOrder, framesOf, readOrder } from './check.ts';
import { FRAME_RATE, pixelsOf, tokensOf } from './models.ts';
import { createPictures } from './pictures.ts';

const TASKS = '/api/v3/contents/generations/tasks';
const PICTURES = '/api/v3/images/generations';
const RECORD_DAYS = 7;
const PAGE_MAX = 500;
const PAGE_SIZE = 20;
const STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'expired'] as const;

export const arkApi: EmulatedApi = {
  id: 'ark',
  title: 'Volcengine Ark',
  fields: [
    { name: 'base_url', environment: 'ARK_BASE_URL', value: '{url}/api/v3' },
    { name: 'api_key', environment: 'ARK_API_KEY', value: 'ark-emulator-key' },
  ],
  states: {
    queued: 'queued',
    running: 'running',
    succeeded: 'succeeded',
    failed: 'failed',
    cancelled: 'cancelled',
    expired: 'expired',
  },
  resultHours: 24,
  recordHours: RECORD_DAYS * 24,
  settings: { endpointModel: 'doubao-seedance-1-0-pro-250528' },
  serve: (tools) => serveArk(tools, tools.jobs<ArkTask>()),
};

interface ArkTask {
  order: ArkOrder;
  /** The seed that was used. */
  seed: number;
}

/** Types of errors by status; https://www.volcengine.com/docs/82379/1299023. */
const TYPES: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  429: 'TooManyRequests',
};

function serveArk(tools: Tools, jobs: Jobs<ArkTask>): ServedApi {
  const refuse = ({ status, code, message, param }: ArkError): Reply => {
    const text = `${message} Request id: ${tools.random.hex(32)}`;
    return replyJson({ error: { code, message: text, param, type: TYPES[status] } }, status);
  };
  const notFound = (id: string) =>
    refuse({ status: 404, code: 'ResourceNotFound', message: `The task ${id} is not found.`, param: 'id' });
  const show = (job: Job<unknown>) => showTask(job as Job<ArkTask>, tools);
  return {
    authorize: ({ headers }) => authorize(headers.authorization, tools.fields.api_key) ?? refuse(BAD_KEY),
    words: {
      noRoute: () =>
        refuse({ status: 404, code: 'NotFound', message: 'The address is not found.', param: '' }),
      tooMany: (request) => refuse(tooMany(request)),
    },
    routes: [
      {
        method: 'POST',
        path: TASKS,
        on: 'start',
        answer: (request) => create(request, { tools, jobs, refuse }),
      },
      {
        method: 'POST',
        path: PICTURES,
        on: 'start',
        answer: (request) => createPictures(request, { tools, jobs: jobs as Jobs<unknown>, refuse }),
      },
      {
        method: 'GET',
        path: `${TASKS}/{id}`,
        on: 'poll',
        answer: (request) => {
          const job = jobs.find(request, request.params.id);
          return job ? replyJson(show(job)) : notFound(request.params.id);
        },
      },
      { method: 'GET', path: TASKS, on: 'list', answer: (request) => list(request, { tools, jobs, refuse }) },
      {
        method: 'DELETE',
        path: `${TASKS}/{id}`,
        on: 'cancel',
        answer: (request) => {
          const job = jobs.find(request, request.params.id);
          return job ? cancelOrDelete(job, { jobs, refuse }) : notFound(request.params.id);
        },
      },
    ],
    callbacks: {
      on: ['queued', 'running', 'succeeded', 'failed', 'expired'],
      timeoutMs: 5 * SECOND_MS,
      retries: (state) => (state === 'succeeded' || state === 'failed' ? 3 : 0),
      pauseMs: SECOND_MS,
      body: show,
    },
  };
}

const BAD_KEY: ArkError = {
  status: 401,
  code: 'AuthenticationError',
  message: 'The API key in the request is missing or invalid.',
  param: '',
};

function authorize(header: string | undefined, apiKey: string): string | undefined {
  const key = /^Bearer (.+)$/.exec(header ?? '')?.[1];
  return key === apiKey ? key : undefined;
}

/** Endpoints and models have their own limits. */
function tooMany({ json }: ApiRequest): ArkError {
  const isEndpoint = String((json as JsonObject | undefined)?.model).startsWith('ep-');
  return {
    status: 429,
    code: isEndpoint ? 'RateLimitExceeded.EndpointRPMExceeded' : 'ModelAccountRpmRateLimitExceeded',
    message: 'The requests per minute (RPM) limit has been exceeded.',
    param: '',
  };
}

interface Context {
  tools: Tools;
  jobs: Jobs<ArkTask>;
  refuse: (error: ArkError) => Reply;
}

function create(request: ApiRequest, { tools, jobs, refuse }: Context): Reply {
  const order = readOrder(request.json, String(tools.settings.endpointModel));
  if ('status' in order) return refuse(order);
  const { draftTask } = order.content;
  if (draftTask !== undefined && !isFinishedDraft(jobs.find(request, draftTask))) {
    const message = `The draft task ${draftTask} is not found or not succeeded.`;
    return refuse({
      status: 400,
      code: 'InvalidParameter.content',
      message,
      param: 'content.0.draft_task.id',
    });
  }
  const nowMs = tools.clock.now();
  const time = new Date(nowMs).toISOString().replace(/\D/g, '').slice(0, 14);
  const job = jobs.add(request, {
    id: jobs.unusedId(() => `cgt-${time}-${tools.random.letters(5)}`),
    data: { order, seed: order.seed === -1 ? tools.random.integer(2 ** 31) : order.seed },
    model: order.modelName,
    token: order.safetyIdentifier ?? order.callbackUrl,
    callbackUrl: order.callbackUrl,
    expiresAtMs: nowMs + order.expiresAfterSeconds * SECOND_MS,
  });
  return replyJson({
    id: job.id,
    ...(order.safetyIdentifier === undefined ? {} : { safety_identifier: order.safetyIdentifier }),
  });
}

function isFinishedDraft(job: Job<ArkTask> | undefined): boolean {
  return job?.state === 'succeeded' && job.data.order.draft;
}

/** Cancels a waiting task and deletes the record of an ended one; the rest is refused. */
function cancelOrDelete(job: Job<ArkTask>, { jobs, refuse }: Pick<Context, 'jobs' | 'refuse'>): Reply {
  if (jobs.cancel(job.id, ['queued'])) return {};
  if (job.state === 'running' || job.state === 'cancelled') {
    const code = job.state === 'running' ? 'InvalidAction.RunningTaskDeletion' : 'InvalidAction';
    return refuse({ status: 409, code, message: `Cannot delete a task that is ${job.state}.`, param: '' });
  }
  jobs.remove(job.id);
  return {};
}

function list(request: ApiRequest, { tools, jobs, refuse }: Context): Reply {
  const { query } = request;
  const page = readCount(query.get('page_num'), 1, PAGE_MAX);
  const size = readCount(query.get('page_size'), PAGE_SIZE, PAGE_MAX);
  const invalid = (name: string) =>
    refuse({
      status: 400,
      code: `InvalidParameter.${name}`,
      message: `The parameter ${name} is not valid.`,
      param: name,
    });
  if (page === undefined) return invalid('page_num');
  if (size === undefined) return invalid('page_size');
  const status = query.get('filter.status');
  if (status !== null && !STATES.some((state) => state === status)) return invalid('filter.status');
  const ids = query.getAll('filter.task_ids');
  const found =
    ids.length === 0
      ? jobs.list(request)
      : [...new Set(ids)].map((id) => jobs.find(request, id)).filter((job) => job !== undefined);
  const sinceMs = tools.clock.now() - RECORD_DAYS * DAY_MS;
  const model = query.get('filter.model');
  const tier = query.get('filter.service_tier') ?? 'default';
  const fitting = found.filter(
    ({ createdAtMs, state, model: own, data }) =>
      createdAtMs > sinceMs &&
      (status === null || state === status) &&
      (model === null || own === model) &&
      (ids.length > 0 || data.order.serviceTier === tier),
  );
  const items = fitting.slice((page - 1) * size, page * size);
  return replyJson({ items: items.map((job) => showTask(job, tools)), total: fitting.length });
}

/** The task object, as it is answered and posted. */
function showTask(job: Job<ArkTask>, tools: Tools): JsonObject {
  const { order } = job.data;
  const seconds = (at: number) => Math.floor(at / SECOND_MS);
  return {
    id: job.id,
    model: order.modelName,
    status: job.status,
    error: showError(job),
    created_at: seconds(job.createdAtMs),
    updated_at: seconds(job.updatedAtMs),
    service_tier: order.serviceTier,
    execution_expires_after: order.expiresAfterSeconds,
    ...(order.safetyIdentifier === undefined ? {} : { safety_identifier: order.safetyIdentifier }),
    ...(order.model.fields.includes('generate_audio') ? { generate_audio: order.generateAudio } : {}),
    ...(order.model.fields.includes('draft') ? { draft: order.draft } : {}),
    ...(order.content.draftTask === undefined ? {} : { draft_task_id: order.content.draftTask }),
    ...(job.state === 'succeeded' ? showResult(job, tools) : {}),
  };
}

function showError({ state, error }: Job<ArkTask>): Json {
  if (state !== 'failed') return null;
  return error ?? { code: 'InternalServiceError', message: 'The generation has failed.' };
}

function showResult(job: Job<ArkTask>, { files }: Tools): JsonObject {
  const { order, seed } = job.data;
  const size = pixelsOf(order.model.sizes, order.resolution, order.ratio);
  const tokens = tokensOf(size, framesOf(order));
  const shape = { ...size, seconds: framesOf(order) / FRAME_RATE };
  const lastFrame = () => ({ last_frame_url: files.url(job, { ...size, kind: 'png', name: 'last-frame' }) });
  return {
    content: {
      video_url: files.url(job, { ...shape, kind: 'mp4' }),
      ...(order.returnLastFrame ? lastFrame() : {}),
    },
    usage: { completion_tokens: tokens, total_tokens: tokens },
    seed,
    resolution: order.resolution,
    ratio: order.ratio,
    ...(order.frames === undefined ? { duration: order.duration ?? null } : { frames: order.frames }),
    framespersecond: FRAME_RATE,
  };
}
