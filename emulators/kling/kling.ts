// Stands in for the video tasks of Kling AI (https://kling.ai/document-api/apiReference/model/textToVideo and
// its neighbouring pages, read 2026-11-21). The pictures of a request are not fetched.
import { createHmac } from 'node:crypto';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { SECOND_MS } from '../../server/src/lib/time.ts';
import type { EmulatedApi, ServedApi, Tools } from '../core/api.ts';
import type { CallbackPost } from '../core/callbacks.ts';
import { type ApiRequest, type Reply, type Route, readCount, replyJson } from '../core/exchange.ts';
import type { Job, Jobs } from '../core/job.ts';
import { type KlingError, type KlingOrder, readOrder } from './check.ts';
import { type Endpoint, sizeOf } from './models.ts';
import { judgeToken } from './token.ts';

const ENDPOINTS: readonly Endpoint[] = [
  'text2video',
  'image2video',
  'multi-image2video',
  'motion-control',
  'effects',
];
const DAY_HOURS = 24;
const FILE_DAYS = 30;
const PAGE_NUM_MAX = 1000;
const PAGE_SIZE_MAX = 500;
const PAGE_SIZE = 30;

export const klingApi: EmulatedApi = {
  id: 'kling',
  title: 'Kling AI',
  fields: [
    { name: 'base_url', environment: 'KLING_BASE_URL', value: '{url}' },
    { name: 'api_key', environment: 'KLING_API_KEY', value: 'kling-emulator-key' },
    { name: 'access_key', environment: 'KLING_ACCESS_KEY', value: 'kling-emulator-access' },
    { name: 'secret_key', environment: 'KLING_SECRET_KEY', value: 'kling-emulator-secret' },
    { name: 'webhook_secret', environment: 'KLING_WEBHOOK_SECRET', value: 'whsec_a2xpbmctZW11bGF0b3I=' },
  ],
  // A task that ends early has failed, whatever the reason: there is no other word for it.
  states: {
    queued: 'submitted',
    running: 'processing',
    succeeded: 'succeed',
    failed: 'failed',
    cancelled: 'failed',
    expired: 'failed',
  },
  resultHours: FILE_DAYS * DAY_HOURS,
  recordHours: FILE_DAYS * DAY_HOURS,
  settings: {
    /** `good`, or why the account may not start anything: `exception`, `arrears`, `depleted`. */
    account: 'good',
    /** A prompt with one of these words violates the content rules. */
    refusedWords: ['forbidden-content'],
  },
  serve: (tools) => serveKling(tools, tools.jobs<KlingOrder>()),
};

const ACCOUNT_FAULTS: Readonly<Record<string, KlingError>> = {
  exception: { status: 429, code: 1100, message: 'Account exception' },
  arrears: { status: 429, code: 1101, message: 'Account in arrears' },
  depleted: { status: 429, code: 1102, message: 'Account balance not enough' },
};

interface Context {
  tools: Tools;
  jobs: Jobs<KlingOrder>;
  refuse: (error: KlingError) => Reply;
  accept: (data: JsonObject | JsonObject[]) => Reply;
}

function serveKling(tools: Tools, jobs: Jobs<KlingOrder>): ServedApi {
  const answer = (code: number, message: string) => ({ code, message, request_id: tools.random.uuid() });
  const refuse = ({ status, code, message }: KlingError): Reply => replyJson(answer(code, message), status);
  const context: Context = {
    tools,
    jobs,
    refuse,
    accept: (data) => replyJson({ ...answer(0, 'SUCCEED'), data }),
  };
  return {
    authorize({ headers }) {
      const { api_key: apiKey, access_key: accessKey, secret_key: secretKey } = tools.fields;
      const rules = { apiKey, accessKey, secretKey, nowMs: tools.clock.now() };
      const fault = judgeToken(headers.authorization, rules);
      return fault ? refuse({ status: 401, ...fault }) : accessKey;
    },
    words: {
      noRoute: () => refuse({ status: 404, code: 1202, message: 'The requested method is invalid' }),
      tooMany: () => refuse({ status: 429, code: 1302, message: 'The API request is too fast' }),
      busy: () => refuse({ status: 429, code: 1303, message: 'parallel task over resource pack limit' }),
    },
    routes: ENDPOINTS.flatMap((endpoint) => routesOf(endpoint, context)),
    callbacks: {
      on: ['queued', 'running', 'succeeded', 'failed'],
      timeoutMs: 5 * SECOND_MS,
      // Not documented.
      retries: () => 3,
      pauseMs: 10 * SECOND_MS,
      body: (job) => showTask(job as Job<KlingOrder>, tools),
      sign: (post) => sign(post, tools),
    },
  };
}

function routesOf(endpoint: Endpoint, context: Context): Route[] {
  const path = `/v1/videos/${endpoint}`;
  return [
    { method: 'POST', path, on: 'start', answer: (request) => create(request, endpoint, context) },
    { method: 'GET', path, on: 'list', answer: (request) => list(request, endpoint, context) },
    {
      method: 'GET',
      path: `${path}/{id}`,
      on: 'poll',
      answer(request) {
        const job = findByEither(request, endpoint, context);
        if (!job) return context.refuse({ status: 404, code: 1203, message: 'task not found' });
        return context.accept(showTask(job, context.tools));
      },
    },
  ];
}

/** A task by its id, or by the name that it was given. */
function findByEither(
  request: ApiRequest,
  endpoint: Endpoint,
  { jobs }: Context,
): Job<KlingOrder> | undefined {
  const { id } = request.params;
  const job =
    jobs.find(request, id) ?? jobs.withToken(request, id).find(({ data }) => data.externalId === id);
  return job?.data.endpoint === endpoint ? job : undefined;
}

function create(request: ApiRequest, endpoint: Endpoint, { tools, jobs, refuse, accept }: Context): Reply {
  const order = readOrder(request.json, endpoint);
  if ('status' in order) return refuse(order);
  const account = ACCOUNT_FAULTS[String(tools.settings.account)];
  if (account) return refuse(account);
  const { prompt } = request.json as JsonObject;
  if ((tools.settings.refusedWords as string[]).some((word) => String(prompt ?? '').includes(word))) {
    return refuse({
      status: 400,
      code: 1301,
      message: 'Trigger the content security policy of the platform',
    });
  }
  const { externalId, callbackUrl, model } = order;
  // Unique in the account, across both endpoints. How Kling words it is not documented.
  const isTaken =
    externalId !== undefined &&
    jobs.withToken(request, externalId).some(({ data }) => data.externalId === externalId);
  if (isTaken) return refuse({ status: 400, code: 1201, message: 'external_task_id already exists' });
  const job = jobs.add(request, {
    id: jobs.unusedId(() => tools.random.digits(18)),
    data: order,
    model: model.name,
    token: externalId ?? callbackUrl,
    callbackUrl,
  });
  return accept(showTask(job, tools));
}

function list(request: ApiRequest, endpoint: Endpoint, { tools, jobs, refuse, accept }: Context): Reply {
  const pageNum = readCount(request.query.get('pageNum'), 1, PAGE_NUM_MAX);
  const pageSize = readCount(request.query.get('pageSize'), PAGE_SIZE, PAGE_SIZE_MAX);
  if (pageNum === undefined || pageSize === undefined) {
    const name = pageNum === undefined ? 'pageNum' : 'pageSize';
    return refuse({ status: 400, code: 1201, message: `${name} is out of range` });
  }
  const own = jobs.list(request).filter(({ data }) => data.endpoint === endpoint);
  const page = own.slice((pageNum - 1) * pageSize, pageNum * pageSize);
  return accept(page.map((job) => showTask(job, tools)));
}

/** A task, as it is answered and posted. */
function showTask(job: Job<KlingOrder>, tools: Tools): JsonObject {
  const { externalId } = job.data;
  return {
    task_id: job.id,
    task_status: job.status,
    task_status_msg: job.state === 'failed' ? wordsOf(job) : '',
    task_info: externalId === undefined ? {} : { external_task_id: externalId },
    created_at: job.createdAtMs,
    updated_at: job.updatedAtMs,
    ...(job.state === 'succeeded' ? showResult(job, tools) : {}),
  };
}

/** A failure has only words. */
function wordsOf({ error }: Job<KlingOrder>): string {
  return typeof error === 'string' ? error : 'Generation failed, please try again later';
}

function showResult(job: Job<KlingOrder>, { files }: Tools): JsonObject {
  const { endpoint, mode, ratio, seconds, model, hasSound, hasWatermark } = job.data;
  const shape = { kind: 'mp4' as const, ...sizeOf(mode, ratio), seconds };
  const [silent, sounding] = model.units[mode];
  const units = seconds * (hasSound ? sounding : silent);
  return {
    task_result: {
      videos: [
        {
          id: `${job.id}-1`,
          url: files.url(job, shape),
          watermark_url: hasWatermark ? files.url(job, { ...shape, name: 'watermark' }) : '',
          // A result of an effect does not say how long it is.
          ...(endpoint === 'effects' ? {} : { duration: String(seconds) }),
        },
      ],
    },
    watermark_info: { enabled: hasWatermark },
    final_unit_deduction: String(Number(units.toFixed(4))),
  };
}

/** As https://klingai.com/document-api/api/get-started/callbacks says, if there is a secret. */
function sign({ job, body }: CallbackPost, { fields, clock }: Tools): Record<string, string> {
  if (fields.webhook_secret === '') return {};
  const id = `${job.id}-${job.state}`;
  const time = String(Math.floor(clock.now() / SECOND_MS));
  const key = Buffer.from(fields.webhook_secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${signature}` };
}
