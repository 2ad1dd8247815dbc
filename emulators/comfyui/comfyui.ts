// Stands in for a ComfyUI server (server.py and execution.py, read 2026-11-21): one graph at a time, a queue
// and a history in memory that a restart empties, uploads, and files. It has no keys; the key belongs to a
// proxy in front of it.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import type { EmulatedApi, ServedApi, Tools } from '../core/api.ts';
import { type ApiRequest, type Reply, type Route, readForm, replyJson } from '../core/exchange.ts';
import type { Jobs } from '../core/job.ts';
import type { FileShape } from '../core/video.ts';
import { pauseBy } from '../core/waiting.ts';
import { describeNodes } from './nodes.ts';
import { runGraph } from './run.ts';
import { type Prompt, type PromptJob, STATES, STATS, showEntry, showItem, showOutputs } from './show.ts';
import { watchPrompts } from './socket.ts';
import { type Graph, validateGraph } from './validate.ts';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const RECORD_HOURS = 24 * 365;

export const comfyuiApi: EmulatedApi = {
  id: 'comfyui',
  title: 'ComfyUI',
  fields: [
    { name: 'base_url', environment: 'COMFYUI_BASE_URL', value: '{url}' },
    { name: 'api_key', environment: 'COMFYUI_API_KEY', value: 'comfyui-emulator-key' },
  ],
  states: STATES,
  resultHours: RECORD_HOURS,
  recordHours: RECORD_HOURS,
  settings: {
    concurrency: 1,
    /** Model files in the folders of the server. */
    files: [
      'wan2.2_ti2v_5B_fp16.safetensors',
      'umt5_xxl_fp8_e4m3fn_scaled.safetensors',
      'wan2.2_vae.safetensors',
    ],
    /** `kept`: a prompt id of the caller is used; `ignored`, as by older servers; `refused`. */
    promptIds: 'kept',
    /** False: like older servers, which interrupt whatever runs. */
    interruptsById: true,
    /** Raising it restarts the server: queue and history are then empty. */
    restarts: 0,
    uploadBytesMax: 100 * 1024 * 1024,
  },
  serve: (tools) => new ComfyUi(tools).served,
};

const NOTHING: Reply = { status: 200 };
const TROUBLE: Reply = { status: 500, text: '500 Internal Server Error\n\nServer got itself in trouble' };

class ComfyUi {
  readonly served: ServedApi;
  readonly #tools: Tools;
  readonly #jobs: Jobs<Prompt>;
  readonly #uploads = new Map<string, Uint8Array>();
  /** Jobs by the prompt ids of the callers, which may repeat one. */
  readonly #byPromptId = new Map<string, string[]>();
  /** By folder and name. */
  readonly #files = new Map<string, { jobId: string; shape: FileShape }>();
  /** Ids of jobs that may still be open, so that a look at the queue costs only what is in it. */
  readonly #open = new Set<string>();
  #number = 0;

  constructor(tools: Tools) {
    this.#tools = tools;
    this.#jobs = tools.jobs<Prompt>();
    this.served = {
      authorize: (request) => this.#authorize(request),
      words: {
        noRoute: () => ({ status: 404, text: '404: Not Found' }),
        tooMany: () => ({
          status: 429,
          text: '<html>429 Too Many Requests</html>',
          contentType: 'text/html',
        }),
      },
      routes: ['', '/api'].flatMap((prefix) => this.#routes(prefix)),
      openSocket: (request) => (/^(\/api)?\/ws$/.test(request.path) ? this.#watch(request) : undefined),
    };
  }

  #routes(prefix: string): Route[] {
    return [
      { method: 'POST', path: `${prefix}/prompt`, on: 'start', answer: (request) => this.#submit(request) },
      {
        method: 'GET',
        path: `${prefix}/prompt`,
        on: 'other',
        answer: (request) => replyJson({ exec_info: { queue_remaining: this.#openJobs(request).length } }),
      },
      { method: 'GET', path: `${prefix}/object_info`, on: 'other', answer: () => replyJson(this.#nodes()) },
      {
        method: 'GET',
        path: `${prefix}/object_info/{name}`,
        on: 'other',
        answer: ({ params }) => {
          const { [params.name]: node } = this.#nodes();
          return replyJson(node === undefined ? {} : { [params.name]: node });
        },
      },
      { method: 'GET', path: `${prefix}/queue`, on: 'poll', answer: (request) => this.#showQueue(request) },
      {
        method: 'POST',
        path: `${prefix}/queue`,
        on: 'cancel',
        answer: (request) => this.#changeQueue(request),
      },
      {
        method: 'POST',
        path: `${prefix}/interrupt`,
        on: 'cancel',
        answer: (request) => this.#interrupt(request),
      },
      {
        method: 'GET',
        path: `${prefix}/history/{id}`,
        on: 'poll',
        answer: (request) => this.#showHistory(request, this.#named(request, request.params.id)),
      },
      {
        method: 'GET',
        path: `${prefix}/history`,
        on: 'list',
        answer: (request) => this.#showHistory(request, this.#jobs.list(request).reverse()),
      },
      {
        method: 'POST',
        path: `${prefix}/upload/image`,
        on: 'other',
        answer: (request) => this.#upload(request),
      },
      { method: 'GET', path: `${prefix}/view`, on: 'download', answer: (request) => this.#view(request) },
      { method: 'GET', path: `${prefix}/system_stats`, on: 'other', answer: () => replyJson(STATS) },
    ];
  }

  /** The page of a proxy, which uses one header for keys or the other. */
  #authorize({ headers }: ApiRequest): string | Reply {
    const { api_key: key } = this.#tools.fields;
    const given = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? headers['x-api-key'] ?? '';
    if (key === '' || given === key) return given;
    return { status: 401, text: '<html>401 Authorization Required</html>', contentType: 'text/html' };
  }

  #submit(request: ApiRequest): Reply {
    const { json } = request;
    if (!isObject(json)) return TROUBLE;
    const { prompt, prompt_id: given = null, client_id: clientId, extra_data: extraData = {} } = json;
    if (!isObject(prompt)) return refuse({ type: 'no_prompt', message: 'No prompt provided' });
    if (!this.#takesId(given)) {
      return refuse({ type: 'invalid_prompt_id', message: 'prompt_id must be a valid UUID' });
    }
    const { files } = this.#tools.settings;
    const verdict = validateGraph(prompt, {
      models: (files as string[]) ?? [],
      hasUpload: (name) => this.#uploads.has(name),
    });
    if (!verdict.isGood) return refuse(verdict.error, verdict.nodeErrors);
    const isOurs = typeof given === 'string' && this.#tools.settings.promptIds === 'kept';
    const promptId = isOurs ? given : this.#tools.random.uuid();
    const number = this.#number;
    this.#number += 1;
    this.#queue(request, {
      promptId,
      number,
      graph: prompt as unknown as Graph,
      extraData: {
        ...(extraData as JsonObject),
        ...(typeof clientId === 'string' ? { client_id: clientId } : {}),
        create_time: this.#tools.clock.now(),
      },
      outputs: verdict.outputs,
    });
    return replyJson({ prompt_id: promptId, number, node_errors: verdict.nodeErrors });
  }

  /** Older servers do not look at it. */
  #takesId(given: Json): boolean {
    const { promptIds } = this.#tools.settings;
    if (given === null || promptIds === 'ignored') return true;
    return promptIds !== 'refused' && typeof given === 'string' && UUID.test(given);
  }

  #queue(request: ApiRequest, prompt: Omit<Prompt, 'run' | 'restarts'>): void {
    const { promptId, extraData } = prompt;
    const known = this.#byPromptId.get(promptId) ?? [];
    const id = known.length === 0 ? promptId : `${promptId}#${known.length}`;
    const run = runGraph(prompt, { uploads: this.#uploads, files: this.#files.size });
    const own = Object.entries(extraData).find(
      ([name, value]) => name !== 'client_id' && typeof value === 'string',
    );
    const job = this.#jobs.add(request, {
      id,
      data: { ...prompt, run, restarts: Number(this.#tools.settings.restarts) },
      model:
        Object.values(prompt.graph)
          .map((node) => node.inputs.unet_name)
          .find(isText) ?? 'workflow',
      token: own ? String(own[1]) : promptId,
      error: run.error,
    });
    this.#byPromptId.set(promptId, [...known, job.id]);
    this.#open.add(job.id);
    for (const { subfolder, filename, shape } of run.saved) {
      this.#files.set(`${subfolder}/${filename}`, { jobId: job.id, shape });
    }
  }

  /** As the editor reads them. */
  #nodes(): JsonObject {
    return describeNodes((this.#tools.settings.files as string[]) ?? []);
  }

  /**
   * What the socket of a client receives: the length of the queue, and the progress of the prompts that the
   * client sent.
   */
  #watch(request: ApiRequest): AsyncGenerator<Json> {
    return watchPrompts({
      clientId: request.query.get('clientId') ?? this.#tools.random.hex(32),
      isGone: request.isGone,
      pause: () => pauseBy(this.#tools),
      now: () => this.#tools.clock.now(),
      open: () => this.#openJobs(request).length,
      prompts: () =>
        this.#jobs.list(request).map((job) => ({
          id: job.data.promptId,
          clientId: job.data.extraData.client_id,
          state: job.state,
          progress: job.progress,
          nodes: Object.keys(job.data.graph),
          outputs: showOutputs(job.data.run.saved),
          error: isObject(job.error) ? job.error : {},
        })),
    });
  }

  /** Jobs with a prompt id that this run of the server knows. */
  #named(request: ApiRequest, promptId: string): PromptJob[] {
    const ids = this.#byPromptId.get(promptId) ?? [];
    return ids.map((id) => this.#jobs.find(request, id)).filter((job) => job !== undefined);
  }

  #isOfThisRun({ data }: PromptJob): boolean {
    return data.restarts === this.#tools.settings.restarts;
  }

  /**
   * In the order of their numbers. An ended job is dropped by its true state, and shown by the faults of the
   * request.
   */
  #openJobs(request: ApiRequest): PromptJob[] {
    const jobs: PromptJob[] = [];
    for (const id of this.#open) {
      const truth = this.#jobs.find({ ...request, faults: {} }, id);
      if (!truth || isEnded(truth)) this.#open.delete(id);
      const job = this.#jobs.find(request, id);
      if (job && !isEnded(job) && this.#isOfThisRun(job)) jobs.push(job);
    }
    return jobs;
  }

  #showQueue(request: ApiRequest): Reply {
    const jobs = this.#openJobs(request);
    const items = (state: string) => jobs.filter((job) => job.status === state).map(showItem);
    return replyJson({ queue_running: items(STATES.running), queue_pending: items(STATES.queued) });
  }

  /** The answer is empty, whether or not there was anything to remove. */
  #changeQueue(request: ApiRequest): Reply {
    if (!isObject(request.json)) return TROUBLE;
    const { clear, delete: ids = [] } = request.json;
    if (!Array.isArray(ids)) return TROUBLE;
    for (const job of this.#openJobs(request)) {
      const isMeant = clear === true || ids.includes(job.data.promptId);
      if (!isMeant || job.state !== 'queued') continue;
      this.#jobs.remove(job.id);
      this.#open.delete(job.id);
    }
    return NOTHING;
  }

  #interrupt(request: ApiRequest): Reply {
    const wanted = isObject(request.json) ? request.json.prompt_id : undefined;
    const isAny = !wanted || this.#tools.settings.interruptsById === false;
    for (const job of this.#openJobs(request)) {
      if (job.state !== 'running' || !(isAny || job.data.promptId === wanted)) continue;
      this.#jobs.cancel(job.id, ['running']);
    }
    return NOTHING;
  }

  /** Newest last; a prompt id that came twice shows its last run. */
  #showHistory({ query }: ApiRequest, jobs: PromptJob[]): Reply {
    const ended = jobs.filter((job) => isEnded(job) && this.#isOfThisRun(job));
    const most = query.get('max_items');
    const page = most === null ? ended : ended.slice(-Number(most));
    const times = { nowMs: this.#tools.clock.now(), runMs: Number(this.#tools.settings.runMs) };
    return replyJson(Object.fromEntries(page.map((job) => [job.data.promptId, showEntry(job, times)])));
  }

  async #upload(request: ApiRequest): Promise<Reply> {
    if (request.body.length > Number(this.#tools.settings.uploadBytesMax)) {
      return {
        status: 413,
        text: `Maximum request body size exceeded, actual body size ${request.body.length}`,
      };
    }
    const form = await readForm(request).catch(() => undefined);
    const image = form?.get('image');
    const subfolder = String(form?.get('subfolder') ?? '');
    if (!form || !(image instanceof File) || image.name === '' || subfolder.includes('..'))
      return { status: 400 };
    const bytes = new Uint8Array(await image.arrayBuffer());
    const overwrites = ['true', '1'].includes(String(form.get('overwrite')));
    const name = this.#freeName(subfolder, image.name, overwrites);
    this.#uploads.set(subfolder === '' ? name : `${subfolder}/${name}`, bytes);
    return replyJson({ name, subfolder, type: String(form.get('type') ?? 'input') });
  }

  #freeName(subfolder: string, wanted: string, overwrites: boolean): string {
    const path = (name: string) => (subfolder === '' ? name : `${subfolder}/${name}`);
    const dot = wanted.lastIndexOf('.');
    let name = wanted;
    for (let count = 1; !overwrites && this.#uploads.has(path(name)); count += 1) {
      name = dot === -1 ? `${wanted} (${count})` : `${wanted.slice(0, dot)} (${count})${wanted.slice(dot)}`;
    }
    return name;
  }

  #view(request: ApiRequest): Reply {
    const filename = request.query.get('filename') ?? '';
    const subfolder = request.query.get('subfolder') ?? '';
    if (filename.startsWith('/') || `${filename}${subfolder}`.includes('..')) return { status: 400 };
    const file = this.#files.get(`${subfolder}/${filename}`);
    const job = file && this.#jobs.find(request, file.jobId);
    return file && job?.state === 'succeeded' ? { file: file.shape } : { status: 404 };
  }
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string';
}

function refuse(error: JsonObject, nodeErrors: JsonObject = {}): Reply {
  return replyJson({ error: { details: '', extra_info: {}, ...error }, node_errors: nodeErrors }, 400);
}

/** A word that is not ComfyUI's comes from a fault, and shows only in the history. */
function isEnded({ status }: PromptJob): boolean {
  return status !== STATES.queued && status !== STATES.running;
}
