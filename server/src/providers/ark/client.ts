// The calls to Ark. No mapping here; map.ts says what the answers mean.
import {
  ask,
  askFor,
  failureOfStatus,
  objectOf,
  probeWith,
  REFERENCE_UNREADABLE,
  readAs,
  submit,
} from '../answers.ts';
import { parseBody } from '../callback-body.ts';
import type {
  CallbackOutcome,
  CallbackRequest,
  CallContext,
  CancelOutcome,
  FindOutcome,
  PollOutcome,
  ProbeOutcome,
  Reference,
  StartOutcome,
  StartRequest,
} from '../contract.ts';
import { fromWire, toFailure, toWire } from './map.ts';
import {
  type ArkTask,
  createdSchema,
  listSchema,
  paramsSchema,
  referenceSchema,
  taskSchema,
} from './wire.ts';

const TASKS = '/contents/generations/tasks';
/** The list holds the newest first; a lost create is looked for among so many. */
const FIND_PAGE = 500;
const LIST_BYTES_MAX = 16 * 1024 * 1024;

function isInternational({ credential }: CallContext): boolean {
  return credential.fields.base_url.includes('bytepluses');
}

export async function start(request: StartRequest, context: CallContext): Promise<StartOutcome> {
  const params = readAs(paramsSchema, request.params);
  const modelId = isInternational(context) ? params?.model.intl : params?.model.cn;
  if (!params || modelId === undefined) {
    const message = 'This model is not offered at the region of this provider account';
    return { type: 'rejected', failure: { reason: 'unavailable', message } };
  }
  const correlates = context.credential.fields.recovery === 'safety_identifier';
  const json = toWire(request, { params, modelId, correlates });
  return submit(
    context,
    { method: 'POST', path: TASKS, headers: authorize(context), json },
    {
      failure: toFailure,
      accepted(answer) {
        const id = readAs(createdSchema, answer)?.id;
        return id === undefined ? undefined : { reference: { id } };
      },
    },
  );
}

export async function poll(reference: Reference, context: CallContext): Promise<PollOutcome> {
  const id = readAs(referenceSchema, reference)?.id;
  if (id === undefined) return REFERENCE_UNREADABLE;
  return ask(
    context,
    { method: 'GET', path: `${TASKS}/${encodeURIComponent(id)}`, headers: authorize(context) },
    (answer) => {
      const task = answer.status === 200 ? readAs(taskSchema, answer.json) : undefined;
      if (task) return fromWire(task);
      const failure = toFailure(answer);
      if (!failure) return undefined;
      return { type: failure.reason === 'lost' ? 'failed' : 'unanswered', failure };
    },
  );
}

/** One list call for all of them. One that the list leaves out is asked for by itself: the list lags, and has an end. */
export async function pollMany(
  references: readonly Reference[],
  context: CallContext,
): Promise<PollOutcome[]> {
  const ids = references.map((reference) => readAs(referenceSchema, reference)?.id);
  const known = ids.filter((id) => id !== undefined);
  const answer = await list(context, { 'filter.task_ids': known, page_size: String(known.length) });
  if ('failure' in answer) return ids.map(() => ({ type: 'unanswered', failure: answer.failure }));
  const byId = new Map(answer.tasks.map((task) => [task.id, task]));
  return Promise.all(
    ids.map(async (id, at) => {
      const task = id === undefined ? undefined : byId.get(id);
      return task ? fromWire(task) : poll(references[at], context);
    }),
  );
}

async function list(context: CallContext, query: Record<string, string | readonly string[]>) {
  const answer = await askFor(context, {
    method: 'GET',
    path: TASKS,
    headers: authorize(context),
    query: { page_num: '1', ...query },
    maxBytes: LIST_BYTES_MAX,
  });
  if ('failure' in answer) return answer;
  const page = answer.status === 200 ? readAs(listSchema, answer.json) : undefined;
  if (!page) return { failure: toFailure(answer) ?? failureOfStatus(answer) };
  const tasks = page.items.map((item) => readAs(taskSchema, objectOf(item as Reference)));
  return { tasks: tasks.filter((task): task is ArkTask => task !== undefined) };
}

/** The list echoes our token; a create that is not in it is no proof, since older answers do not carry the field. */
export async function find({ token }: StartRequest, context: CallContext): Promise<FindOutcome> {
  if (context.credential.fields.recovery !== 'safety_identifier') {
    return { type: 'unclear', detail: 'this provider account keeps no name of ours' };
  }
  const answer = await list(context, { page_size: String(FIND_PAGE) });
  if ('failure' in answer) return { type: 'unclear', detail: answer.failure.message };
  const found = answer.tasks.filter(({ safety_identifier: name }) => name === token);
  if (found.length === 1) return { type: 'found', reference: { id: found[0].id } };
  return { type: 'unclear', detail: `${found.length} tasks of the list carry our token` };
}

/** DELETE cancels a queued task and destroys the record of a finished one, so the state is read just before. */
export async function cancel(reference: Reference, context: CallContext): Promise<CancelOutcome> {
  const id = readAs(referenceSchema, reference)?.id;
  const state = await poll(reference, context);
  if (state.type === 'failed' && state.failure.reason === 'cancelled') return { type: 'stopped' };
  if (id === undefined || state.type !== 'queued') return { type: 'refused', detail: `it is ${state.type}` };
  const answer = await askFor(context, {
    method: 'DELETE',
    path: `${TASKS}/${encodeURIComponent(id)}`,
    headers: authorize(context),
  });
  const isDone = !('failure' in answer) && answer.status >= 200 && answer.status < 300;
  return isDone ? { type: 'stopped' } : { type: 'refused', detail: 'the provider did not cancel it' };
}

/** Unsigned: the address alone, which names the attempt and carries our own code, tells whose it is. */
export async function parseCallback(request: CallbackRequest): Promise<CallbackOutcome> {
  const id = readAs(referenceSchema, parseBody(request))?.id;
  return { type: 'hint', ...(id === undefined ? {} : { reference: { id } }) };
}

export async function probe(context: CallContext): Promise<ProbeOutcome> {
  return probeWith(
    context,
    { method: 'GET', path: TASKS, headers: authorize(context), query: { page_num: '1', page_size: '1' } },
    {
      failure: toFailure,
      works(answer) {
        const page = answer.status === 200 ? readAs(listSchema, answer.json) : undefined;
        return page && { detail: `the task list answers, ${page.total ?? 0} tasks in the last 7 days` };
      },
    },
  );
}

function authorize({ credential }: CallContext): Record<string, string> {
  return { authorization: `Bearer ${credential.fields.api_key}` };
}
