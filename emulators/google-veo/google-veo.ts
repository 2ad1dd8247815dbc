// Stands in for Veo in the Gemini API (https://ai.google.dev/gemini-api/docs/veo, read 2026-11-21):
// operations without a state, and videos that need the key at one address, from which the redirect must not
// carry it further. Every download that arrives behind a redirect is recorded, so that a test can see what
// came with it.
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import { HOUR_MS } from '../../server/src/lib/time.ts';
import type { EmulatedApi, ServedApi, Tools } from '../core/api.ts';
import { type ApiRequest, type Reply, replyJson } from '../core/exchange.ts';
import type { Job, Jobs } from '../core/job.ts';
import type { FileShape } from '../core/video.ts';
import { readOrder, VEO_MODELS, type VeoOrder } from './check.ts';
import { explainRefusal, type Refusal } from './errors.ts';
import { createPictures, PICTURE_MODELS, PICTURES_METHOD } from './pictures.ts';

const METHOD = 'predictLongRunning';
const KEPT_HOURS = 48;
/** Where a download is redirected to. */
const DOWNLOADS = '/download/v1beta/files/';
/** Not Google's: what has arrived at the redirected addresses. */
const ARRIVALS = '/_arrivals';
const ARRIVALS_MAX = 1000;

export const googleVeoApi: EmulatedApi = {
  id: 'google-veo',
  title: 'Google Gemini API (Veo, Nano Banana)',
  fields: [
    { name: 'base_url', environment: 'GEMINI_BASE_URL', value: '{url}/v1beta' },
    { name: 'api_key', environment: 'GEMINI_API_KEY', value: 'google-veo-emulator-key' },
  ],
  // An operation has no words for its states; these show only on the control address.
  states: {
    queued: 'queued',
    running: 'running',
    succeeded: 'succeeded',
    failed: 'failed',
    cancelled: 'cancelled',
    expired: 'expired',
  },
  resultHours: KEPT_HOURS,
  recordHours: KEPT_HOURS,
  settings: {
    /** Models that the key may use; none means that Google has closed them. */
    models: [...VEO_MODELS, ...PICTURE_MODELS],
    /** The least size of each picture in bytes. */
    pictureBytes: 0,
    /** Origin to which a download is redirected; empty for the emulator's own. */
    downloadOrigin: '',
  },
  serve: (tools) => serveVeo(tools, tools.jobs<VeoJob>()),
};

interface VeoJob {
  order: VeoOrder;
  /** The name of the video, different from the operation's. */
  file: string;
}

/** A request at a redirected address. */
interface Arrival {
  at: number;
  host: string;
  path: string;
  /** Whether the key came with it, in a header or in the address. */
  withKey: boolean;
  headers: string[];
}

interface Context {
  tools: Tools;
  jobs: Jobs<VeoJob>;
  /** Ids of operations by the names of their files. */
  files: Map<string, string>;
  arrivals: Arrival[];
}

function refuse(refusal: Refusal): Reply {
  return replyJson(explainRefusal(refusal), refusal.status);
}

function serveVeo(tools: Tools, jobs: Jobs<VeoJob>): ServedApi {
  const context: Context = { tools, jobs, files: new Map(), arrivals: [] };
  return {
    authorize: (request) => authorize(request, tools.fields.api_key),
    words: {
      // An unknown address is answered by Google's front end, in HTML.
      noRoute: () => ({ status: 404, contentType: 'text/html; charset=UTF-8', text: NOT_FOUND_PAGE }),
      tooMany: () => refuse({ status: 429, kind: 'rate' }),
    },
    routes: [
      {
        method: 'POST',
        path: '/v1beta/models/{call}',
        on: 'start',
        answer: (request) => create(request, context),
      },
      {
        method: 'GET',
        path: '/v1beta/models/{model}/operations/{id}',
        on: 'poll',
        answer: (request) => showOperation(request, context),
      },
      { method: 'GET', path: '/v1beta/models', on: 'other', answer: () => listModels(tools) },
      {
        method: 'GET',
        path: '/v1beta/files/{file}:download',
        on: 'download',
        answer: (request) => redirectDownload(request, context),
      },
      {
        method: 'GET',
        path: `${DOWNLOADS}{file}:download`,
        on: 'download',
        answer: (request) => sendDownload(request, context),
      },
      {
        method: 'GET',
        path: ARRIVALS,
        on: 'other',
        answer: () => replyJson(context.arrivals as unknown as Json),
      },
    ],
  };
}

const NOT_FOUND_PAGE =
  '<!DOCTYPE html>\n<html lang=en>\n<title>Error 404 (Not Found)!!1</title>\n<p><b>404.</b> That is an error.\n';

/** The key comes in its header or in the query. The target of the redirect needs only its address. */
function authorize({ path, headers, query }: ApiRequest, apiKey: string): string | Reply {
  if (path === ARRIVALS || path.startsWith(DOWNLOADS)) return '';
  const key = headers['x-goog-api-key'] ?? query.get('key') ?? undefined;
  if (key === apiKey) return key;
  return refuse(key === undefined ? { status: 403, kind: 'no-key' } : { status: 400, kind: 'bad-key' });
}

function openModels({ settings }: Tools): string[] {
  return Array.isArray(settings.models) ? settings.models.map(String) : [];
}

function listModels(tools: Tools): Reply {
  const models: Json[] = openModels(tools).map((id) => ({
    name: `models/${id}`,
    version: '3.1',
    displayName: id,
    supportedGenerationMethods: [VEO_MODELS.includes(id) ? METHOD : PICTURES_METHOD],
  }));
  models.push({ name: 'models/gemini-3.8-flash', supportedGenerationMethods: ['generateContent'] });
  return replyJson({ models });
}

function create(request: ApiRequest, { tools, jobs, files }: Context): Reply | Promise<Reply> {
  const [, model, method] = /^(.+):(\w+)$/.exec(request.params.call) ?? [];
  if (method === PICTURES_METHOD && PICTURE_MODELS.includes(model) && openModels(tools).includes(model)) {
    return createPictures(request, model, { tools, jobs, refuse });
  }
  if (
    model === undefined ||
    method !== METHOD ||
    !VEO_MODELS.includes(model) ||
    !openModels(tools).includes(model)
  ) {
    return refuse({ status: 404, kind: 'no-model', name: request.params.call.split(':')[0] });
  }
  const order = readOrder(request.json, model);
  if ('message' in order) return refuse({ status: 400, kind: 'argument', message: order.message });
  const job = jobs.add(request, {
    id: tools.random.letters(12),
    data: { order, file: tools.random.letters(12) },
    model,
  });
  files.set(job.data.file, job.id);
  return replyJson({ name: nameOf(job) });
}

function nameOf({ id, model }: Job<VeoJob>): string {
  return `models/${model}/operations/${id}`;
}

function showOperation(request: ApiRequest, { tools, jobs }: Context): Reply {
  const { model, id } = request.params;
  const job = jobs.find(request, id);
  if (!job || job.model !== model) return refuse({ status: 404, kind: 'no-operation' });
  const name = nameOf(job);
  if (job.state === 'queued' || job.state === 'running') return replyJson({ name });
  return replyJson({ name, done: true, ...readEnd(job, tools.url) });
}

/** Codes of google.rpc.Code for ends that no fault has worded. */
const ENDS: Partial<Record<Job<VeoJob>['state'], JsonObject>> = {
  cancelled: { code: 1, message: 'The operation was cancelled.' },
  expired: { code: 4, message: 'The operation took too long.' },
};

/**
 * A failure with `raiMediaFilteredReasons` comes from the safety filter, which leaves a response without a
 * video.
 */
function readEnd(job: Job<VeoJob>, url: string): JsonObject {
  const failure = (job.error ?? ENDS[job.state]) as JsonObject | undefined;
  if (failure?.raiMediaFilteredReasons !== undefined) return wrapResponse(failure);
  if (failure !== undefined) return { error: failure };
  const uri = job.resultUrl ?? `${url}/v1beta/files/${job.data.file}:download?alt=media`;
  return wrapResponse({ generatedSamples: [{ video: { uri } }] });
}

function wrapResponse(generateVideoResponse: JsonObject): JsonObject {
  const type = 'type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse';
  return { response: { '@type': type, generateVideoResponse } };
}

/** An existing video that is not too old. */
function findVideo(request: ApiRequest, { tools, jobs, files }: Context): Job<VeoJob> | undefined {
  const id = files.get(request.params.file);
  const job = id === undefined ? undefined : jobs.find(request, id);
  if (job?.state !== 'succeeded' || job.endedAtMs === undefined) return undefined;
  return tools.clock.now() < job.endedAtMs + KEPT_HOURS * HOUR_MS ? job : undefined;
}

function redirectDownload(request: ApiRequest, context: Context): Reply {
  const { params, query } = request;
  if (query.get('alt') !== 'media' || !findVideo(request, context)) {
    return refuse({ status: 403, kind: 'no-file', name: params.file });
  }
  const origin = String(context.tools.settings.downloadOrigin) || context.tools.url;
  return { status: 302, headers: { location: `${origin}${DOWNLOADS}${params.file}:download?alt=media` } };
}

function sendDownload(request: ApiRequest, context: Context): Reply {
  const { headers, path, search } = request;
  const { tools, arrivals } = context;
  const key = tools.fields.api_key;
  if (arrivals.length >= ARRIVALS_MAX) arrivals.shift();
  arrivals.push({
    at: tools.clock.now(),
    host: headers.host ?? '',
    path,
    withKey: `${search} ${Object.values(headers).join(' ')}`.includes(key),
    headers: Object.keys(headers),
  });
  const job = findVideo(request, context);
  return job
    ? { file: shapeOf(job.data.order) }
    : refuse({ status: 403, kind: 'no-file', name: request.params.file });
}

const LINES: Readonly<Record<string, number>> = { '720p': 720, '1080p': 1080, '4k': 2160 };

function shapeOf({ resolution, aspectRatio, seconds }: VeoOrder): FileShape {
  const short = LINES[resolution];
  const long = (short * 16) / 9;
  const [width, height] = aspectRatio === '16:9' ? [long, short] : [short, long];
  return { kind: 'mp4', width, height, seconds };
}
