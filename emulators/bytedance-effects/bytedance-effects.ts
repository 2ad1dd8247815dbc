// Stands in for the effect templates of Volcengine Intelligent Creation Cloud
// (https://www.volcengine.com/docs/6664/1984743) and of KickArt (https://www.volcengine.com/docs/6705/2477693
// and the samples in github.com/bytedance/agentkit-samples, read 2026-11-21), with the call that gives
// tickets. All three are served at one address; in reality each has its own host.
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import { HOUR_MS, MINUTE_MS } from '../../server/src/lib/time.ts';
import type { EmulatedApi, ServedApi, Tools } from '../core/api.ts';
import { type ApiRequest, type Reply, replyJson } from '../core/exchange.ts';
import type { Job, Jobs } from '../core/job.ts';
import { type EffectsError, type EffectsOrder, ERRORS, readOrder } from './order.ts';
import { findSignatureFault, type GatewayError } from './signature.ts';
import { pointsOf, sizeOf } from './templates.ts';

const VERSION = '2025-11-25';
const SUBMIT = 'SubmitAiTemplateTaskAsync';
const QUERY = 'QueryAiTemplateTaskResult';
const TICKET = 'GetOpenAPITicket';
const KICKART = '/openapi/ai_effect';
const RUNNING = '1000';
const LIMIT_MS = HOUR_MS;

/** Which signatures are allowed for which action. Both regions of form A are in use. */
const SIGNED_ACTIONS = [
  {
    actions: [SUBMIT, QUERY],
    version: VERSION,
    service: 'iccloud_muse',
    regions: ['cn-north-1', 'cn-north'],
  },
  { actions: [TICKET], version: '2025-08-25', service: 'ic_iam', regions: ['cn-north'] },
  { actions: [TICKET], version: '2026-02-27', service: 'kickart', regions: ['ap-southeast-1'] },
] as const;

export const bytedanceEffectsApi: EmulatedApi = {
  id: 'bytedance-effects',
  title: 'Volcengine effect templates',
  fields: [
    { name: 'base_url', environment: 'BYTEDANCE_EFFECTS_BASE_URL', value: '{url}' },
    { name: 'access_key', environment: 'VOLC_ACCESS_KEY', value: 'AKEMULATOREXAMPLE' },
    { name: 'secret_key', environment: 'VOLC_SECRET_KEY', value: 'effects-emulator-secret' },
    { name: 'api_key', environment: 'KICKART_API_KEY', value: 'kickart-emulator-key' },
    { name: 'kickart_url', environment: 'KICKART_URL', value: '{url}' },
    { name: 'ticket_url', environment: 'KICKART_TICKET_URL', value: '{url}' },
  ],
  states: {
    queued: RUNNING,
    running: RUNNING,
    succeeded: '0',
    failed: '2000',
    cancelled: '1602',
    expired: '1601',
  },
  resultHours: 24,
  recordHours: 48,
  settings: {
    /** Form A: this many first queries do not find a task. */
    hiddenPolls: 1,
    /** How long a ticket is valid. */
    ticketMinutes: 60,
    /** `good`, `no points`, `no permission`, `no package` or `package expired`. */
    standing: 'good',
    /** Ids of templates that were taken offline. */
    offline: [],
  },
  serve: (tools) => new Effects(tools).served,
};

interface EffectsTask extends EffectsOrder {
  hiddenPolls: number;
  produceId: string;
}

class Effects {
  readonly served: ServedApi;
  readonly #tools: Tools;
  readonly #jobs: Jobs<EffectsTask>;
  /** Until when each ticket is valid. */
  readonly #tickets = new Map<string, number>();

  constructor(tools: Tools) {
    this.#tools = tools;
    this.#jobs = tools.jobs<EffectsTask>();
    const hasAction =
      (...actions: string[]) =>
      ({ query }: ApiRequest) =>
        actions.includes(query.get('Action') ?? '');
    const signed = { method: 'POST', path: '/' } as const;
    this.served = {
      authorize: (request) => this.#authorize(request),
      words: {
        noRoute: (request) => this.#refuseRoute(request),
        tooMany: (request) => this.#refuseRate(request),
        busy: (request) => this.#refuse(formOf(request), ERRORS.busy),
      },
      routes: [
        { ...signed, when: hasAction(SUBMIT), on: 'start', answer: (request) => this.#submit('a', request) },
        { ...signed, when: hasAction(QUERY), on: 'poll', answer: (request) => this.#queryA(request) },
        { ...signed, when: hasAction(TICKET), on: 'other', answer: () => this.#giveTicket() },
        ...['', '/v2'].flatMap(
          (end) =>
            [
              {
                method: 'POST',
                path: `${KICKART}/submit${end}`,
                on: 'start',
                answer: (request: ApiRequest) => this.#submit('b', request),
              },
              {
                method: 'POST',
                path: `${KICKART}/query${end}`,
                on: 'poll',
                answer: (request: ApiRequest) => this.#queryB(request),
              },
            ] as const,
        ),
        {
          method: 'POST',
          path: `${KICKART}/cancel`,
          on: 'cancel',
          answer: (request) => this.#cancel(request),
        },
      ],
      callbacks: {
        on: ['succeeded', 'failed', 'cancelled', 'expired'],
        timeoutMs: 5_000,
        // No retries are documented.
        retries: () => 0,
        pauseMs: 0,
        body: (job) => this.#showB(job as Job<EffectsTask>),
      },
    };
  }

  #authorize(request: ApiRequest): string | Reply {
    return formOf(request) === 'a' ? this.#authorizeSigned(request) : this.#authorizeKickart(request);
  }

  #authorizeSigned(request: ApiRequest): string | Reply {
    const { fields, clock } = this.#tools;
    const [action, version] = [request.query.get('Action') ?? '', request.query.get('Version')];
    const known = SIGNED_ACTIONS.find(
      (one) => one.version === version && one.actions.some((name) => name === action),
    );
    if (!known) return this.#refuseGateway(request, NO_ACTION);
    const fault = findSignatureFault(request, {
      accessKey: fields.access_key,
      secretKey: fields.secret_key,
      sessionToken: fields.session_token ?? '',
      service: known.service,
      regions: known.regions,
      nowMs: clock.now(),
    });
    return fault ? this.#refuseGateway(request, fault) : fields.access_key;
  }

  #authorizeKickart({ headers }: ApiRequest): string | Reply {
    const { fields, clock } = this.#tools;
    const key = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (key !== undefined && key === fields.api_key) return key;
    const untilMs = this.#tickets.get(headers['x-muse-token'] ?? '');
    if (untilMs !== undefined && clock.now() < untilMs) return fields.access_key;
    return this.#refuse('b', { code: 1300, message: 'AuthFailed' });
  }

  #giveTicket(): Reply {
    const { random, settings, clock } = this.#tools;
    const ticket = `ticket-${random.letters(32)}`;
    this.#tickets.set(ticket, clock.now() + Number(settings.ticketMinutes) * MINUTE_MS);
    return replyJson({ code: 0, message: 'success', data: { ticket } });
  }

  #submit(form: 'a' | 'b', request: ApiRequest): Reply {
    const { settings, random, clock } = this.#tools;
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
      return this.#refuse(form, ERRORS.parameter('the body is not of the type application/json'));
    }
    const order = readOrder(form, request.json, {
      standing: String(settings.standing),
      offline: settings.offline as string[],
    });
    if ('code' in order) return this.#refuse(form, order);
    const job = this.#jobs.add(request, {
      id: this.#jobs.unusedId(() => random.digits(19)),
      data: { ...order, hiddenPolls: Number(settings.hiddenPolls), produceId: random.uuid() },
      model: order.template.templateId,
      callbackUrl: order.callbackUrl,
      expiresAtMs: clock.now() + LIMIT_MS,
    });
    return form === 'a'
      ? this.#replyA(SUBMIT, { Code: 0 }, { TaskId: job.id })
      : this.#replyB({ code: 0, message: 'success', data: { task_id: job.id } });
  }

  /** The task that a body names; any other field is refused. */
  #find(request: ApiRequest, name: 'TaskId' | 'task_id'): Job<EffectsTask> | EffectsError {
    const body = (request.json ?? {}) as JsonObject;
    const { [name]: id, ...more } = body;
    if (typeof id !== 'string' || id === '') return ERRORS.parameter(`${name} is missing`);
    // Samples of the vendor send an empty `payload` along with a query.
    const unknown = Object.keys(more).filter((field) => name === 'TaskId' || field !== 'payload');
    if (unknown.length > 0) return ERRORS.parameter(`${unknown[0]} is not a field`);
    return this.#jobs.find(request, id) ?? ERRORS.notFound;
  }

  #queryA(request: ApiRequest): Reply {
    const job = this.#find(request, 'TaskId');
    const empty = { Progress: 0, ResultExtra: '' };
    if (isError(job)) {
      if (job.code !== ERRORS.notFound.code) return this.#refuse('a', job);
      return this.#replyA(QUERY, { Code: 0 }, { Code: job.code, Message: job.message, ...empty });
    }
    if (job.data.hiddenPolls > 0) {
      job.data.hiddenPolls -= 1;
      const { code, message } = ERRORS.notFound;
      return this.#replyA(QUERY, { Code: 0 }, { Code: code, Message: message, ...empty });
    }
    const { code, message } = stateOf(job);
    const address = job.state === 'succeeded' ? this.#addressOf(job) : undefined;
    return this.#replyA(
      QUERY,
      { Code: 0 },
      {
        Code: code,
        Message: message,
        Progress: progressOf(job),
        ResultExtra: address === undefined ? '' : JSON.stringify({ result_url: address }),
      },
    );
  }

  #queryB(request: ApiRequest): Reply {
    const job = this.#find(request, 'task_id');
    return this.#replyB(isError(job) ? { ...job } : this.#showB(job));
  }

  #cancel(request: ApiRequest): Reply {
    const job = this.#find(request, 'task_id');
    if (isError(job)) return this.#replyB({ ...job });
    if (this.#jobs.cancel(job.id, ['queued', 'running']))
      return this.#replyB({ code: 0, message: 'success' });
    return this.#replyB(
      job.state === 'cancelled'
        ? { code: 1602, message: 'AsyncTaskCanceled' }
        : { code: 1603, message: 'AsyncTaskFinished' },
    );
  }

  /** What a query answers, and what is posted. */
  #showB(job: Job<EffectsTask>): JsonObject {
    const isDone = job.state === 'succeeded';
    const payload: JsonObject = isDone
      ? { result_url: this.#addressOf(job), produce_id: job.data.produceId }
      : {};
    const usage = isDone ? pointsOf(job.data.resolution) : 0;
    return { ...stateOf(job), data: { task_id: job.id, progress: progressOf(job), usage, payload } };
  }

  #addressOf(job: Job<EffectsTask>): string {
    const { template, resolution } = job.data;
    return this.#tools.files.url(job, {
      kind: 'mp4',
      ...sizeOf(template, resolution),
      seconds: template.seconds,
    });
  }

  #replyA(action: string, error: JsonObject, result?: Json, status = 200): Reply {
    const metadata: JsonObject = {
      RequestId: this.#tools.random.hex(32).toUpperCase(),
      Action: action,
      Version: VERSION,
      Service: 'iccloud_muse',
      Region: 'cn-north-1',
      ...error,
    };
    return replyJson(
      { ResponseMetadata: metadata, ...(result === undefined ? {} : { Result: result }) },
      status,
    );
  }

  #replyB(body: JsonObject): Reply {
    return replyJson({ ...body, request_id: this.#tools.random.hex(34).toUpperCase() });
  }

  #refuse(form: 'a' | 'b', { code, message }: EffectsError): Reply {
    if (form === 'b') return this.#replyB({ code, message });
    return this.#replyA(SUBMIT, { Code: code, Message: message }, null);
  }

  #refuseGateway({ query }: ApiRequest, { status, code, codeN, message }: GatewayError): Reply {
    const error: JsonObject = {
      Code: code,
      Message: message,
      ...(codeN === undefined ? {} : { CodeN: codeN }),
    };
    return this.#replyA(query.get('Action') ?? '', { Error: error }, undefined, status);
  }

  #refuseRoute(request: ApiRequest): Reply {
    if (formOf(request) === 'a') return this.#refuseGateway(request, NO_ACTION);
    return { status: 404, text: '404 page not found' };
  }

  #refuseRate(request: ApiRequest): Reply {
    return formOf(request) === 'a' ? this.#refuseGateway(request, TOO_FAST) : this.#refuse('b', ERRORS.busy);
  }
}

const NO_ACTION: GatewayError = {
  status: 404,
  code: 'InvalidActionOrVersion',
  message: 'Could not find operation for the version.',
};
const TOO_FAST: GatewayError = {
  status: 429,
  code: 'FlowLimitExceeded',
  codeN: 100018,
  message: 'The request was rejected because of the current limit of flow.',
};

function formOf({ path }: ApiRequest): 'a' | 'b' {
  return path.startsWith(KICKART) ? 'b' : 'a';
}

function isError(found: Job<EffectsTask> | EffectsError): found is EffectsError {
  return 'code' in found;
}

const MESSAGES: Readonly<Record<string, string>> = {
  [RUNNING]: 'running',
  '0': 'success',
  '1601': 'AsyncTaskTimeoutErr',
  '1602': 'AsyncTaskCanceled',
  '2000': 'AsyncTaskFailed',
};

/** A failed task has the number of its error; a word in a fault that is not a number stays a word. */
function stateOf({ state, status, error }: Job<EffectsTask>): { code: Json; message: string } {
  const own = state === 'failed' ? (error as JsonObject | undefined) : undefined;
  const word = own?.code ?? status;
  const code = Number.isNaN(Number(word)) ? word : Number(word);
  return { code, message: String(own?.message ?? MESSAGES[status] ?? 'unknown') };
}

function progressOf({ state, progress }: Job<EffectsTask>): number {
  return state === 'succeeded' ? 100 : Math.min(99, Math.floor(progress * 100));
}
