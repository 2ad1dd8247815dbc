// Stands in for fal: the queue (https://fal.ai/docs/api-reference/inference-api), the keys of its callbacks
// (/docs/documentation/model-apis/inference/webhooks) and the prices of its platform API, read 2026-11-21. As
// at fal, a submit takes any object; what is wrong with it shows in the result of its run.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { isObject, type JsonObject } from '../../server/src/lib/json.ts';
import { MINUTE_MS, SECOND_MS } from '../../server/src/lib/time.ts';
import type { EmulatedApi, ServedApi, Tools } from '../core/api.ts';
import type { CallbackPost } from '../core/callbacks.ts';
import { type ApiRequest, type Reply, replyJson } from '../core/exchange.ts';
import { checkFields } from '../core/fields.ts';
import type { Job, Jobs } from '../core/job.ts';
import { replyUpload, Uploads } from '../core/uploads.ts';
import { contentTypeOf } from '../core/video.ts';
import { isOpen, watchJob } from '../core/waiting.ts';
import { describeFaults, refuse, refusePlatform, replyRun } from './errors.ts';
import { FAL_MODELS } from './models.ts';

const REQUEST = '/{owner}/{app}/requests/{id}';
const KEYS = '/.well-known/jwks.json';
const PLATFORM = '/v1/';
/**
 * Where fal's clients ask for an upload address (rest.fal.ai), and where they put the file (v3.fal.media).
 */
const UPLOADS = '/storage/upload/initiate';
const MEDIA = '/storage/media/';
/** A host that belongs to nobody: following it gives a key away. */
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
    /** Whether a run follows the signal of a cancel. */
    stopsRunning: true,
    /** The age that the signature of a callback claims. */
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
  readonly #uploads = new Uploads();

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
        { method: 'GET', path: '/v1/models/pricing', on: 'other', answer: showPrices },
        { method: 'POST', path: UPLOADS, on: 'other', answer: (request) => this.#placeUpload(request) },
        { method: 'PUT', path: `${MEDIA}{id}`, on: 'other', answer: (request) => this.#takeUpload(request) },
        { method: 'GET', path: `${MEDIA}{id}`, on: 'other', answer: (request) => this.#openUpload(request) },
        {
          method: 'GET',
          path: `${REQUEST}/status/stream`,
          on: 'poll',
          answer: (request) => this.#streamStatus(request),
        },
        {
          method: 'GET',
          path: `${REQUEST}/status`,
          on: 'poll',
          answer: (request) => this.#showStatus(request),
        },
        { method: 'GET', path: REQUEST, on: 'poll', answer: (request) => this.#showResult(request) },
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

  /** The keys of callbacks are public, and so are uploads at their addresses. */
  #authorize({ headers, path }: ApiRequest): string | Reply {
    if (path === KEYS || path.startsWith(MEDIA)) return '';
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
    return named(
      job.id,
      replyJson({
        status: job.status,
        request_id: job.id,
        ...this.#addressesOf(job),
        queue_position: 0,
      }),
    );
  }

  #addressesOf({ id, data }: Job<FalRequest>): JsonObject {
    const [owner, app] = data.endpoint.split('/');
    const host = this.#tools.settings.foreignAddresses ? FOREIGN : this.#tools.url;
    const address = `${host}/${owner}/${app}/requests/${id}`;
    return { response_url: address, status_url: `${address}/status`, cancel_url: `${address}/cancel` };
  }

  /** Only under its own app. */
  #find(request: ApiRequest): Job<FalRequest> | undefined {
    const { owner, app, id } = request.params;
    const job = this.#jobs.find(request, id);
    return `${job?.data.endpoint}/`.startsWith(`${owner}/${app}/`) ? job : undefined;
  }

  #showStatus(request: ApiRequest): Reply {
    const job = this.#find(request);
    if (!job) return NO_REQUEST;
    return named(job.id, replyJson(this.#statusOf(job, request), isOpen(job) ? 202 : 200));
  }

  /** The same as events, one for each change. */
  #streamStatus(request: ApiRequest): Reply {
    const job = this.#find(request);
    if (!job) return NO_REQUEST;
    const watch = watchJob<FalRequest>(this.#tools, request, job.id);
    const show = (known: Job<FalRequest>) => this.#statusOf(known, request);
    async function* showEach(): AsyncGenerator<JsonObject> {
      for await (const known of watch) yield show(known);
    }
    return named(job.id, { events: showEach() });
  }

  #statusOf(job: Job<FalRequest>, { query }: ApiRequest): JsonObject {
    const common = { status: job.status, request_id: job.id, ...this.#addressesOf(job) };
    // Only clients that ask for logs get any.
    const logs = ['1', 'true'].includes(query.get('logs') ?? '') ? logsOf(job) : null;
    if (isOpen(job)) return { ...common, ...(job.state === 'queued' ? { queue_position: 0 } : { logs }) };
    const error = job.state === 'cancelled' ? CANCELLED : job.error;
    const failure = isObject(error) && typeof error.error_type === 'string' ? error : undefined;
    return {
      ...common,
      logs,
      metrics: { inference_time: ((job.endedAtMs ?? 0) - job.createdAtMs) / SECOND_MS },
      ...(failure ? { error: String(failure.detail), error_type: failure.error_type } : {}),
    };
  }

  #showResult(request: ApiRequest): Reply {
    const job = this.#find(request);
    if (!job) return NO_REQUEST;
    if (isOpen(job)) return named(job.id, refuse(400, 'Request is still in progress'));
    if (job.state === 'cancelled') return named(job.id, replyRun(CANCELLED));
    if (job.state !== 'succeeded') return named(job.id, replyRun(job.error));
    const { endpoint, input } = job.data;
    const units = FAL_MODELS[endpoint].bill(input);
    return named(job.id, replyJson(this.#outputOf(job), 200, { 'x-fal-billable-units': String(units) }));
  }

  #outputOf(job: Job<FalRequest>): JsonObject {
    const { endpoint, input, seed } = job.data;
    const { makes, shape, count } = FAL_MODELS[endpoint];
    if (makes === 'video') {
      const url = this.#tools.files.url(job, shape(input));
      return { video: { url, content_type: 'video/mp4', file_name: `${job.id}.mp4`, file_size: null }, seed };
    }
    if (makes === 'sound') {
      const sound = shape(input);
      const url = this.#tools.files.url(job, sound);
      const named = {
        file_name: `${job.id}.${sound.kind}`,
        file_size: null,
        duration: sound.seconds ?? null,
      };
      return { audio: { url, content_type: contentTypeOf(sound), ...named }, seed };
    }
    const { width, height, ...rest } = shape(input);
    const images = Array.from({ length: count(input) }, (_, at) => ({
      url: this.#tools.files.url(job, { ...rest, width, height, ...(at > 0 && { name: String(at + 1) }) }),
      content_type: 'image/png',
      width,
      height,
    }));
    return makes === 'picture' ? { image: images[0], seed } : { images, seed };
  }

  #cancel(request: ApiRequest): Reply {
    const job = this.#find(request);
    if (!job) return replyJson({ status: 'NOT_FOUND' }, 404);
    if (this.#jobs.cancel(job.id, ['queued'])) return replyJson({ status: 'OK' });
    if (!isOpen(job)) return replyJson({ status: 'ALREADY_COMPLETED' }, 400);
    if (this.#tools.settings.stopsRunning) this.#jobs.cancel(job.id, ['running']);
    return replyJson({ status: 'CANCELLATION_REQUESTED' }, 202);
  }

  /**
   * The key asks for an upload address; the file is put there without a key, since nobody can guess the
   * address.
   */
  #placeUpload({ json }: ApiRequest): Reply {
    const { content_type: contentType, file_name: name } = isObject(json) ? json : {};
    if (typeof contentType !== 'string' || typeof name !== 'string') {
      return refuse(422, [{ loc: ['body'], msg: 'Field required', type: 'missing' }]);
    }
    const id = this.#tools.random.letters(24);
    this.#uploads.put(id, { name, contentType, bytes: new Uint8Array() });
    const address = `${this.#tools.url}${MEDIA}${id}`;
    return replyJson({ upload_url: address, file_url: address });
  }

  #takeUpload({ params, body }: ApiRequest): Reply {
    const upload = this.#uploads.get(params.id);
    if (!upload) return refuse(404, 'Not Found');
    this.#uploads.put(params.id, { ...upload, bytes: body });
    return {};
  }

  #openUpload({ params }: ApiRequest): Reply {
    const upload = this.#uploads.get(params.id);
    return upload ? replyUpload(upload) : refuse(404, 'Not Found');
  }

  /** The post at the end. */
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

/** Every answer about a request names it. */
function named(id: string, reply: Reply): Reply {
  return { ...reply, headers: { ...reply.headers, 'x-fal-request-id': id } };
}

/** What the runner wrote; the words are invented. */
function logsOf({ createdAtMs, endedAtMs, progress }: Job<FalRequest>): JsonObject[] {
  const line = (message: string, at: number) => ({
    message,
    level: 'INFO',
    source: 'USER',
    timestamp: new Date(at).toISOString(),
  });
  const lines = [line(`${Math.round(progress * 100)}%`, createdAtMs)];
  return endedAtMs === undefined ? lines : [...lines, line('done', endedAtMs)];
}

function seedOf({ seed }: JsonObject, { random }: Tools): number {
  return typeof seed === 'number' && seed >= 0 ? seed : random.integer(2 ** 31);
}

function showPrices({ query }: ApiRequest): Reply {
  const ids = query.getAll('endpoint_id').flatMap((text) => text.split(','));
  if (ids.length === 0 || ids.length > 50) {
    return refusePlatform(400, 'validation_error', 'Give 1 to 50 of endpoint_id');
  }
  const unknown = ids.find((id) => !Object.hasOwn(FAL_MODELS, id));
  if (unknown !== undefined) return refusePlatform(404, 'not_found', `There is no endpoint ${unknown}`);
  const prices = ids.map((id) => ({
    endpoint_id: id,
    unit_price: FAL_MODELS[id].unitPrice,
    unit: FAL_MODELS[id].unit,
    currency: 'USD',
  }));
  return replyJson({ prices, next_cursor: null, has_more: false });
}
