// The calls to Kling. No mapping here; map.ts says what the answers mean.
import type { Json } from '../../lib/json.ts';
import { ask, askFor, failureOfStatus, probeWith, REFERENCE_UNREADABLE, submit } from '../answers.ts';
import { parseBody } from '../callback-body.ts';
import type {
  ApiAnswer,
  CallContext,
  Failure,
  FindOutcome,
  HintOutcome,
  HintRequest,
  PollOutcome,
  ProbeOutcome,
  Reference,
  StartOutcome,
  StartRequest,
} from '../contract.ts';
import { LIST_BYTES_MAX } from '../http.ts';
import { PARAMS_UNFIT, unfitOffer } from '../kit/failures.ts';
import { findForgery } from '../kit/standard-webhooks.ts';
import { lost } from '../kit/states.ts';
import { readAs, readEach, readWire } from '../kit/wire.ts';
import { endpointOf, fromWire, saysNoSuchTask, TOKEN_TAKEN, toFailure, toWire } from './map.ts';
import { signToken } from './token.ts';
import {
  createdSchema,
  ENDPOINTS,
  type Endpoint,
  envelopeSchema,
  type KlingTask,
  listSchema,
  namedSchema,
  paramsSchema,
  referenceSchema,
  taskSchema,
} from './wire.ts';

const VIDEOS = '/v1/videos';
/** The list cannot be filtered: running tasks are among the newest, with others between them. */
const LIST_SHARE = 2;
const LIST_SIZE_MIN = 30;
const LIST_SIZE_MAX = 500;

/**
 * One POST. A refusal because the token is taken means that the task was accepted before, so it is looked up.
 */
export async function start(request: StartRequest, context: CallContext): Promise<StartOutcome> {
  const params = readAs(paramsSchema, request.params);
  if (!params) {
    return { type: 'rejected', failure: unfitOffer(PARAMS_UNFIT) };
  }
  const endpoint = endpointOf(params, request.input);
  const json = toWire(request, params, endpoint);
  const outcome = await submit(
    context,
    { method: 'POST', path: `${VIDEOS}/${endpoint}`, headers: authorize(context), json },
    {
      failure: (answer) => toFailure(answer, request.template !== undefined),
      accepted(answer) {
        const id = readWire(createdSchema, answer)?.data.task_id;
        return id === undefined ? undefined : { reference: { id, endpoint } };
      },
    },
  );
  const isTaken = outcome.type === 'rejected' && outcome.failure.code === TOKEN_TAKEN;
  return isTaken ? adopt(request, context) : outcome;
}

async function adopt(request: StartRequest, context: CallContext): Promise<StartOutcome> {
  const found = await find(request, context);
  if (found.type === 'found') return { type: 'accepted', reference: found.reference };
  return {
    type: 'unknown',
    detail: 'The provider knows the token of this attempt, but does not show its task',
  };
}

export async function poll(reference: Reference, context: CallContext): Promise<PollOutcome> {
  const known = readAs(referenceSchema, reference);
  if (!known) return REFERENCE_UNREADABLE;
  let outcome = REFERENCE_UNREADABLE;
  for (const endpoint of known.endpoint === undefined ? ENDPOINTS : [known.endpoint]) {
    outcome = await pollAt(endpoint, known.id, context);
    if (outcome.type !== 'failed' || outcome.failure.reason !== 'lost') return outcome;
  }
  return outcome;
}

function pollAt(endpoint: Endpoint, id: string, context: CallContext): Promise<PollOutcome> {
  return ask(context, askForTask(endpoint, id, context), (answer) => {
    const task = taskOf(answer);
    if (task) return fromWire(task);
    if (saysNoSuchTask(answer)) return lost();
    const failure = toFailure(answer);
    return failure && { type: 'unanswered', failure };
  });
}

function askForTask(endpoint: Endpoint, name: string, context: CallContext) {
  const path = `${VIDEOS}/${endpoint}/${encodeURIComponent(name)}`;
  return { method: 'GET' as const, path, headers: authorize(context) };
}

function taskOf({ json }: ApiAnswer): KlingTask | undefined {
  const envelope = readWire(envelopeSchema, json);
  return envelope?.code === 0 ? readWire(taskSchema, envelope.data as Json) : undefined;
}

/** The result of one page of a list: tasks by their id, or why there is none. */
type Page = { tasks: ReadonlyMap<string | undefined, KlingTask> } | { failure: Failure };

/** One list call for each endpoint. A task that is not in its list is asked for by itself. */
export async function pollMany(
  references: readonly Reference[],
  context: CallContext,
): Promise<PollOutcome[]> {
  const known = references.map((reference) => readAs(referenceSchema, reference));
  const pages = new Map<Endpoint, Page>();
  for (const endpoint of ENDPOINTS) {
    const count = known.filter((one) => one?.endpoint === endpoint).length;
    if (count > 0) pages.set(endpoint, await list(endpoint, count, context));
  }
  return Promise.all(
    known.map(async (one, at): Promise<PollOutcome> => {
      const page = one?.endpoint === undefined ? undefined : pages.get(one.endpoint);
      if (page && 'failure' in page) return { type: 'unanswered', failure: page.failure };
      const task = one && page?.tasks.get(one.id);
      return task ? fromWire(task) : poll(references[at], context);
    }),
  );
}

async function list(endpoint: Endpoint, count: number, context: CallContext): Promise<Page> {
  const size = Math.min(LIST_SIZE_MAX, Math.max(LIST_SIZE_MIN, LIST_SHARE * count));
  const answer = await askFor(context, {
    method: 'GET',
    path: `${VIDEOS}/${endpoint}`,
    headers: authorize(context),
    query: { pageNum: '1', pageSize: String(size) },
    maxBytes: LIST_BYTES_MAX,
  });
  if ('failure' in answer) return answer;
  const page = readWire(listSchema, answer.json);
  if (!page) return { failure: failureIn(answer, context) };
  return { tasks: new Map(readEach(taskSchema, page.data).map((task) => [task.task_id, task])) };
}

/** A task can be looked up by Reelay's token. */
export async function find(request: StartRequest, context: CallContext): Promise<FindOutcome> {
  const { token, input, params } = request;
  const known = readAs(paramsSchema, params);
  if (!known) return { type: 'unclear', detail: 'the params of the offer cannot be read' };
  const endpoint = endpointOf(known, input);
  const answer = await askFor(context, askForTask(endpoint, token, context));
  if ('failure' in answer) return { type: 'unclear', detail: answer.failure.message };
  if (saysNoSuchTask(answer)) return { type: 'none' };
  const task = taskOf(answer);
  const name = task?.task_info?.external_task_id ?? token;
  const id = task?.task_id;
  if (id !== undefined && name === token) return { type: 'found', reference: { id, endpoint } };
  const detail = task ? 'the answer is about another task' : failureIn(answer, context).message;
  return { type: 'unclear', detail };
}

function failureIn(answer: ApiAnswer, { http }: CallContext): Failure {
  const failure = toFailure(answer) ?? failureOfStatus(answer);
  return { ...failure, message: http.redact(failure.message) };
}

/**
 * Signed if the account has a webhook secret. If not, the address alone says which attempt it is for; it
 * names the attempt and carries Reelay's own code.
 */
export async function parseHint(
  request: HintRequest,
  { credential, clock }: CallContext,
): Promise<HintOutcome> {
  const secret = credential.fields.webhook_secret ?? '';
  const forgery = secret === '' ? undefined : findForgery(request, { secret, nowMs: clock() });
  if (forgery !== undefined) return { type: 'refused', detail: forgery };
  const id = readWire(namedSchema, parseBody(request))?.task_id;
  return { type: 'hint', ...(id === undefined ? {} : { reference: { id } }) };
}

export async function probe(context: CallContext): Promise<ProbeOutcome> {
  return probeWith(
    context,
    {
      method: 'GET',
      path: `${VIDEOS}/text2video`,
      headers: authorize(context),
      query: { pageNum: '1', pageSize: '1' },
    },
    {
      failure: toFailure,
      works: ({ json }) => readWire(listSchema, json) && { detail: 'the task list answers' },
    },
  );
}

/** An API key is sent unchanged; a pair of keys signs a token. */
function authorize({ credential: { fields }, clock }: CallContext): Record<string, string> {
  if (fields.api_key) return { authorization: `Bearer ${fields.api_key}` };
  const pair = { accessKey: fields.access_key, secretKey: fields.secret_key };
  return { authorization: `Bearer ${signToken(pair, clock())}` };
}
