// Stands in for fal: the queue (https://fal.ai/docs/api-reference/inference-api), the keys of its callbacks
// (/docs/documentation/model-apis/inference/webhooks) and the prices of its platform API, read 2026-11-21. As there, a
// submit takes any object; what is wrong with it shows in the result of its run.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { isObject, type JsonObject } from '../../server/src/lib/json.ts';
import { MINUTE_MS, SECOND_MS } from '../../server/src/lib/time.ts';
import {
  type ApiRequest,
  type EmulatedApi,
  type Reply,
  replyJson,
  type ServedApi,
  type Tools,
} from '../core/api.ts';
import type { CallbackPost } from '../core/callbacks.ts';
import { checkFields } from '../core/fields.ts';
import type { Job, Jobs } from '../core/jobs.ts';
import { describeFaults, refuse, refusePlatform, replyRun } from './errors.ts';
import { FAL_MODELS } from './models.ts';

const REQUEST = '/{owner}/{app}/requests/{id}';
const KEYS = '/.well-known/jwks.json';
const PLATFORM = '/v1/';
/** Of nobody: whoever follows it sends a key away. */
const FOREIGN = 'https://queue.attacker.example';
const CANCELLED = { detail: 'Request was cancelled by the client', error_type: 'client_cancelled' };

export const falApi: EmulatedApi = {
  id: 'fal',
  title: 'fal',
  fields: [
    { name: 'base_url', environment: 'FAL_BASE_URL', value: '{url}' },
    { name: 'jwks_url', environment: 'FAL_JWKS_URL', value: `{url}${KEYS}` },
    { name: 'platform_url', environment: 'FAL_PLATFORM_URL', value: '{url}/v1' },
    { name: 'api_key', environment: 'FAL_KEY', value: 'fal-emulator:0123456789abcdef' },
  ],
  // The end of a run has one word, however it ended.
  states: {
    queued: 'IN_QUEUE',
    running: 'IN_PROGRESS',
    succeeded: 'COMPLETED',
    failed: 'COMPLETED',
    cancelled: 'COMPLETED',
    expired: 'COMPLETED',
  },
  resultHours: 7 * 24,
  recordHours: 1,
  settings: {
    /** The absolute addresses in answers are on another host. */
    foreignAddresses: false,
    /** The balance is used up: submits are refused. */
    locked: false,
    /** Whether a run heeds the signal of a cancel. */
    stopsRunning: true,
    /** How old the signature of a callback says it is. */
    signedSecondsAgo: 0,
  },
  serve: (tools) => new Fal(tools).served,
};

interface FalRequest {
  endpoint: string;
  input: JsonObject;
  seed: number;
}

class Fal {
  readonly served: ServedApi;
  readonly #tools: Tools;
  readonly #jobs: Jobs<FalRequest>;
  readonly #signer = generateKeyPairSync('ed25519');

  constructor(tools: Tools) {
    this.#tools = tools;
    this.#jobs = tools.jobs<FalRequest>();
    this.served = {
      authorize: (request) => this.#authorize(request),
      words: {
        noRoute: () => refuse(404, 'Not Found'),
        tooMany: () => refuse(429, 'Too many requests'),
      },
      routes: [
        { method: 'GET', path: KEYS, on: 'other', answer: () => replyJson(this.#publish()) },
        { method: 'GET', path: '/v1/models/pricing', on: 'other', answer: tellPrices },
        {
          method: 'GET',
          path: `${REQUEST}/status`,
          on: 'poll',
          answer: (request) => this.#tellStatus(request),
        },
        { method: 'GET', path: REQUEST, on: 'poll', answer: (request) => this.#tellResult(request) },
        {
          method: 'PUT',
          path: `${REQUEST}/cancel`,
          on: 'cancel',
          answer: (request) => this.#cancel(request),
        },
        { method: 'POST', path: '/{endpoint*}', on: 'start', answer: (request) => this.#submit(request) },
      ],
      callbacks: {
        on: ['succeeded', 'failed'],
        timeoutMs: 15 * SECOND_MS,
        retries: () => 10,
        // Ten in two hours.
        pauseMs: 12 * MINUTE_MS,
        body: (job) => this.#report(job as Job<FalRequest>),
        sign: (post) => this.#sign(post),
      },
    };
  }

  /** The keys of callbacks are public. */
  #authorize({ headers, path }: ApiRequest): string | Reply {
    if (path === KEYS) return '';
    const key = /^Key (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (key === this.#tools.fields.api_key) return key;
    if (path.startsWith(PLATFORM)) return refusePlatform(401, 'authorization_error', 'Invalid API key');
    if (key === undefined) return refuse(401, 'Authentication is required to access this application');
    return refuse(
      401,
      key.includes(':')
        ? 'No user found for Key ID and Secret'
        : "Invalid Key Authorization header format. Expected '<key_id>:<key_secret>'.",
    );
  }

  #submit(request: ApiRequest): Reply {
    const { endpoint } = request.params;
    const { locked } = this.#tools.settings;
    if (locked) {
      return refuse(
        403,
        'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.',
      );
    }
    const model = Object.hasOwn(FAL_MODELS, endpoint) ? FAL_MODELS[endpoint] : undefined;
    if (!model) return refuse(404, `Application '${endpoint}' not found`);
    const input = request.json;
    if (!isObject(input)) {
      return refuse(422, [{ loc: ['body'], msg: 'Input should be a valid dictionary', type: 'dict_type' }]);
    }
    const callbackUrl = request.query.get('fal_webhook') ?? undefined;
    if (callbackUrl !== undefined && !/^https?:\/\//.test(callbackUrl)) {
      return replyJson({ detail: 'The webhook is not an address', error_type: 'bad_request' }, 400);
    }
    const faults = checkFields(input, model.input);
    const job = this.#jobs.add(request, {
      id: this.#tools.random.uuid(),
      data: { endpoint, input, seed: seedOf(input, this.#tools) },
      model: endpoint,
      callbackUrl,
      ...(faults.length === 0 ? {} : { error: describeFaults(faults, input), runMs: 0 }),
    });
    return replyJson({
      status: job.status,
      request_id: job.id,
      ...this.#addressesOf(job),
      queue_position: 0,
    });
  }

  #addressesOf({ id, data }: Job<FalRequest>): JsonObject {
    const [owner, app] = data.endpoint.split('/');
    const host = this.#tools.settings.foreignAddresses ? FOREIGN : this.#tools.url;
    const address = `${host}/${owner}/${app}/requests/${id}`;
    return { response_url: address, status_url: `${address}/status`, cancel_url: `${address}/cancel` };
  }

  /** Under its own app alone. */
  #find(request: ApiRequest): Job<FalRequest> | undefined {
    const { owner, app, id } = request.params;
    const job = this.#jobs.find(request, id);
    return job?.data.endpoint.startsWith(`${owner}/${app}/`) ? job : undefined;
  }

  #tellStatus(request: ApiRequest): Reply {
    const job = this.#find(request);
    if (!job) return NO_REQUEST;
    const common = { status: job.status, request_id: job.id, ...this.#addressesOf(job) };
    if (isOpen(job)) {
      const more: JsonObject = job.state === 'queued' ? { queue_position: 0 } : { logs: null };
      return replyJson({ ...common, ...more }, 202);
    }
    const error = job.state === 'cancelled' ? CANCELLED : job.error;
    const told = isObject(error) && typeof error.error_type === 'string' ? error : undefined;
    return replyJson({
      ...common,
      logs: null,
      metrics: { inference_time: ((job.endedAtMs ?? 0) - job.createdAtMs) / SECOND_MS },
      ...(told ? { error: String(told.detail), error_type: told.error_type } : {}),
    });
  }

  #tellResult(request: ApiRequest): Reply {
    const job = this.#find(request);
    if (!job) return NO_REQUEST;
    if (isOpen(job)) return refuse(400, 'Request is still in progress');
    if (job.state === 'cancelled') return replyRun(CANCELLED);
    return job.state === 'succeeded' ? replyJson(this.#outputOf(job)) : replyRun(job.error);
  }

  #outputOf(job: Job<FalRequest>): JsonObject {
    const { endpoint, input, seed } = job.data;
    const shape = FAL_MODELS[endpoint].shape(input);
    const url = this.#tools.files.url(job, shape);
    return { video: { url, content_type: 'video/mp4', file_name: `${job.id}.mp4`, file_size: null }, seed };
  }

  #cancel(request: ApiRequest): Reply {
    const job = this.#find(request);
    if (!job) return replyJson({ status: 'NOT_FOUND' }, 404);
    if (this.#jobs.cancel(job.id, ['queued'])) return replyJson({ status: 'OK' });
    if (!isOpen(job)) return replyJson({ status: 'ALREADY_COMPLETED' }, 400);
    if (this.#tools.settings.stopsRunning) this.#jobs.cancel(job.id, ['running']);
    return replyJson({ status: 'CANCELLATION_REQUESTED' }, 202);
  }

  /** What is posted at the end. */
  #report(job: Job<FalRequest>): JsonObject {
    const common = { request_id: job.id, gateway_request_id: job.id };
    if (job.state === 'succeeded') return { ...common, status: 'OK', payload: this.#outputOf(job) };
    const { status, json } = replyRun(job.error);
    return { ...common, status: 'ERROR', error: `Invalid status code: ${status}`, payload: json ?? null };
  }

  #sign({ job, body }: CallbackPost): Record<string, string> {
    const { clock, settings } = this.#tools;
    const sentAt = Math.floor(clock.now() / SECOND_MS) - Number(settings.signedSecondsAgo);
    const userId = 'emulator|1';
    const digest = createHash('sha256').update(body).digest('hex');
    const message = Buffer.from([job.id, userId, sentAt, digest].join('\n'));
    return {
      'x-fal-webhook-request-id': job.id,
      'x-fal-webhook-user-id': userId,
      'x-fal-webhook-timestamp': String(sentAt),
      'x-fal-webhook-signature': sign(null, message, this.#signer.privateKey).toString('hex'),
    };
  }

  #publish(): JsonObject {
    const { x = '' } = this.#signer.publicKey.export({ format: 'jwk' });
    return { keys: [{ kty: 'OKP', crv: 'Ed25519', x, use: 'sig', alg: 'EdDSA', kid: 'emulator-1' }] };
  }
}

const NO_REQUEST = refuse(404, 'Request not found');

function isOpen({ state }: Job<FalRequest>): boolean {
  return state === 'queued' || state === 'running';
}

function seedOf({ seed }: JsonObject, { random }: Tools): number {
  return typeof seed === 'number' && seed >= 0 ? seed : random.integer(2 ** 31);
}

function tellPrices({ query }: ApiRequest): Reply {
  const ids = query.getAll('endpoint_id').flatMap((text) => text.split(','));
  if (ids.length === 0 || ids.length > 50) {
    return refusePlatform(400, 'validation_error', 'Give 1 to 50 of endpoint_id');
  }
  const unknown = ids.find((id) => !Object.hasOwn(FAL_MODELS, id));
  if (unknown !== undefined) return refusePlatform(404, 'not_found', `There is no endpoint ${unknown}`);
  const prices = ids.map((id) => ({
    endpoint_id: id,
    unit_price: FAL_MODELS[id].unitPrice,
    unit: 'second',
    currency: 'USD',
  }));
  return replyJson({ prices, next_cursor: null, has_more: false });
}
