// Stands in for engines that speak the `/v1/videos` dialect: vLLM-Omni, SGLang Diffusion, and one as strict
// as OpenAI's own service was. The setting `engine` chooses; by default the first two share the address, as
// behind a router, so that the shipped models of both can be made. Addresses of pictures are not fetched.
import { isObject, type JsonObject } from '../../server/src/lib/json.ts';
import { SECOND_MS } from '../../server/src/lib/time.ts';
import type { EmulatedApi, ServedApi, Tools } from '../core/api.ts';
import { type ApiRequest, type Reply, replyJson } from '../core/exchange.ts';
import type { Job, Jobs } from '../core/job.ts';
import { readDerived } from './derived.ts';
import { ENGINES, type Engine, type VideoOrder } from './engines.ts';
import { type CreateBody, readBody } from './form.ts';

const VIDEOS = '/v1/videos';
const LIST_MAX = 100;

export const openaiVideosApi: EmulatedApi = {
  id: 'openai-videos',
  title: 'OpenAI videos dialect',
  fields: [
    { name: 'base_url', environment: 'OPENAI_VIDEOS_BASE_URL', value: '{url}/v1' },
    { name: 'api_key', environment: 'OPENAI_VIDEOS_API_KEY', value: 'videos-emulator-key' },
  ],
  states: {
    queued: 'queued',
    running: 'in_progress',
    succeeded: 'completed',
    failed: 'failed',
    cancelled: 'deleted',
    expired: 'failed',
  },
  resultHours: 24,
  recordHours: 24,
  settings: {
    /** `vllm-omni`, `sglang`, `openai`, or `both`: a create in JSON goes to SGLang, any other to vLLM-Omni. */
    engine: 'both',
    /** The one model that is served; empty for any. */
    model: '',
    /** Raising it restarts the engine: earlier videos are forgotten. */
    restarts: 0,
    /** False: a running video is not aborted in time (vLLM-Omni only). */
    abortsInTime: true,
  },
  serve: (tools) => new Videos(tools).served,
};

interface VideoJob {
  order: VideoOrder;
  engine: Engine;
  restarts: number;
}

class Videos {
  readonly served: ServedApi;
  readonly #tools: Tools;
  readonly #jobs: Jobs<VideoJob>;

  constructor(tools: Tools) {
    this.#tools = tools;
    this.#jobs = tools.jobs<VideoJob>();
    this.served = {
      authorize: (request) => this.#authorize(request),
      words: {
        noRoute: () => this.#engine().noRoute,
        tooMany: () => ({
          ...this.#engine().refuse({
            status: 429,
            message: 'Rate limit reached.',
            code: 'rate_limit_exceeded',
          }),
          headers: { 'retry-after': '7' },
        }),
      },
      routes: [
        { method: 'POST', path: VIDEOS, on: 'start', answer: (request) => this.#create(request) },
        { method: 'GET', path: VIDEOS, on: 'list', answer: (request) => this.#list(request) },
        ...['edits', 'extensions', '{id}/remix'].map(
          (path) =>
            ({
              method: 'POST',
              path: `${VIDEOS}/${path}`,
              on: 'start',
              when: () => this.#engine().derives,
              answer: (request: ApiRequest) => this.#derive(request, path),
            }) as const,
        ),
        {
          method: 'GET',
          path: `${VIDEOS}/{id}`,
          on: 'poll',
          answer: (request) => this.#with(request, (job) => this.#answer(job)),
        },
        {
          method: 'DELETE',
          path: `${VIDEOS}/{id}`,
          on: 'cancel',
          answer: (request) => this.#with(request, (job) => this.#delete(job)),
        },
        {
          method: 'GET',
          path: `${VIDEOS}/{id}/content`,
          on: 'download',
          answer: (request) => this.#with(request, (job) => this.#open(request, job)),
        },
      ],
    };
  }

  /** The engine that answers if no video decides it; by the encoding of a create, if there are two. */
  #engine(encoding?: CreateBody['encoding']): Engine {
    const chosen = String(this.#tools.settings.engine);
    const engine = ENGINES[chosen === 'both' ? (encoding === 'json' ? 'sglang' : 'vllm-omni') : chosen];
    if (!engine) throw new Error(`the setting engine is one of ${Object.keys(ENGINES).join(', ')}, both`);
    return engine;
  }

  /** An engine without a key accepts everybody. */
  #authorize({ headers }: ApiRequest): string | Reply {
    const { api_key: key } = this.#tools.fields;
    const given = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    return key === '' || given === key ? given : this.#engine().badKey;
  }

  async #create(request: ApiRequest): Promise<Reply> {
    const body = await readBody(request);
    const engine = this.#engine(body?.encoding);
    const order = body
      ? engine.read(body, String(this.#tools.settings.model))
      : { status: 422, field: 'prompt', message: 'Field required' };
    return 'message' in order ? engine.refuse(order) : this.#accept(request, { order, engine });
  }

  #accept(request: ApiRequest, { order, engine }: Omit<VideoJob, 'restarts'>): Reply {
    const job = this.#jobs.add(request, {
      id: `video_${this.#tools.random.hex(32)}`,
      data: { order, engine, restarts: Number(this.#tools.settings.restarts) },
      model: order.model,
      token: order.prompt,
    });
    return replyJson(this.#show(job));
  }

  /** A video made from another one: named by the path or a field, or sent along. */
  async #derive(request: ApiRequest, path: string): Promise<Reply> {
    const engine = this.#engine();
    const body = await readBody(request);
    const { video } = body?.fields ?? {};
    const id = request.params.id ?? (isObject(video) ? String(video.id) : undefined);
    const source = id === undefined ? undefined : this.#jobs.find(request, id);
    if (id !== undefined && source?.state !== 'succeeded') {
      return engine.refuse({ status: 404, message: `Video with id '${id}' not found.`, field: 'video' });
    }
    const order = readDerived(body?.fields, path, source && { id: source.id, order: source.data.order });
    return 'message' in order ? engine.refuse(order) : this.#accept(request, { order, engine });
  }

  /** The video of the path, if this engine knows it. */
  #with(request: ApiRequest, answer: (job: Job<VideoJob>) => Reply): Reply {
    const job = this.#jobs.find(request, request.params.id);
    const isKnown = job && this.#isOfThisRun(job) && job.state !== 'cancelled';
    return isKnown ? answer(job) : this.#engine().refuse({ status: 404, message: 'Video not found' });
  }

  #isOfThisRun({ data }: Job<VideoJob>): boolean {
    return data.restarts === this.#tools.settings.restarts;
  }

  #answer(job: Job<VideoJob>): Reply {
    const isFailed = job.status === 'failed';
    return replyJson(this.#show(job), isFailed ? job.data.engine.failedStatus(job.error) : 200);
  }

  #show({ id, data, status, error, progress, createdAtMs, endedAtMs }: Job<VideoJob>): JsonObject {
    const { model, prompt, shown, remixedFrom } = data.order;
    const isFailed = status === 'failed';
    return {
      id,
      object: 'video',
      model,
      prompt,
      status,
      progress: status === 'in_progress' ? Math.floor(progress * 100) : status === 'completed' ? 100 : 0,
      seconds: shown.seconds,
      size: shown.size,
      quality: 'standard',
      remixed_from_video_id: remixedFrom ?? null,
      created_at: Math.floor(createdAtMs / SECOND_MS),
      completed_at: endedAtMs === undefined ? null : Math.floor(endedAtMs / SECOND_MS),
      expires_at: null,
      error: isFailed ? (error ?? { code: 500, message: 'Out of time' }) : null,
    };
  }

  #list(request: ApiRequest): Reply {
    const limit = Number(request.query.get('limit') ?? LIST_MAX);
    if (!Number.isInteger(limit) || limit < 0 || limit > LIST_MAX) {
      return this.#engine().refuse({
        status: 422,
        field: 'limit',
        message: 'Input should be a valid integer',
      });
    }
    const videos = this.#jobs
      .list(request)
      .filter((job) => this.#isOfThisRun(job) && job.state !== 'cancelled');
    if (request.query.get('order') === 'asc') videos.reverse();
    const after = request.query.get('after');
    const begin = after === null ? 0 : videos.findIndex(({ id }) => id === after) + 1;
    if (after !== null && begin === 0) {
      return this.#engine().refuse({
        status: 400,
        field: 'after',
        message: `No video has the id '${after}'`,
      });
    }
    const data = videos.slice(begin, begin + limit).map((job) => this.#show(job));
    const [first, last] = [data[0]?.id ?? null, data.at(-1)?.id ?? null];
    return replyJson({
      object: 'list',
      data,
      has_more: videos.length > begin + limit,
      first_id: first,
      last_id: last,
    });
  }

  #delete(job: Job<VideoJob>): Reply {
    const { engine } = job.data;
    const isOpen = job.state === 'queued' || job.state === 'running';
    if (isOpen && !engine.deletesOpen) {
      return engine.refuse({ status: 400, message: 'Video cannot be deleted while it is being generated.' });
    }
    if (job.state === 'running' && this.#tools.settings.abortsInTime === false) {
      return engine.refuse({ status: 409, message: 'Cancellation in progress. Please try again later.' });
    }
    this.#jobs.remove(job.id);
    return replyJson(engine.deleted(job.id, this.#show(job)));
  }

  #open({ query }: ApiRequest, job: Job<VideoJob>): Reply {
    if (job.state !== 'succeeded') {
      return job.data.engine.refuse({ status: 404, message: 'Generation is still in-progress' });
    }
    const { width, height, seconds } = job.data.order;
    const kind = query.get('variant') === 'thumbnail' ? 'png' : 'mp4';
    return { file: { kind, width, height, seconds } };
  }
}
