// The calls to MiniMax. No mapping here; map.ts says what the answers mean.
import {
  ask,
  askFor,
  failureOfStatus,
  withoutTask as notOfTask,
  probeWith,
  REFERENCE_UNREADABLE,
  readGood,
  submit,
} from '../answers.ts';
import type {
  ApiAnswer,
  ApiCall,
  CallContext,
  CancelOutcome,
  Failure,
  PollOutcome,
  ProbeOutcome,
  Reference,
  StartOutcome,
  StartRequest,
} from '../contract.ts';
import { LIST_BYTES_MAX } from '../http.ts';
import { cancelIfOpen } from '../kit/cancel.ts';
import { PARAMS_UNFIT, unfitOffer } from '../kit/failures.ts';
import { afterMade, lost, madeWithoutFile } from '../kit/states.ts';
import { readAs, readEach, readWire, unreadOf } from '../kit/wire.ts';
import { fileOf, fromQuery, fromVideoTask, saysMissing, toFailure, toWire } from './map.ts';
import { startSpeech } from './speech.ts';
import {
  createdSchema,
  deletedSchema,
  fileSchema,
  listSchema,
  type MinimaxQuery,
  type MinimaxVideoTask,
  paramsSchema,
  querySchema,
  referenceSchema,
  taskAnswerSchema,
  videoTaskSchema,
} from './wire.ts';

const TASKS = '/v2/query/video_generation';

export async function start(request: StartRequest, context: CallContext): Promise<StartOutcome> {
  const params = readAs(paramsSchema, request.params);
  if (!params) {
    return { type: 'rejected', failure: unfitOffer(PARAMS_UNFIT) };
  }
  const { api } = params;
  if (api === 't2a') return startSpeech(request, context, params);
  return submit(
    context,
    {
      method: 'POST',
      path: `/${api}/video_generation`,
      headers: authorize(context),
      json: toWire(request, params),
    },
    {
      failure: toFailure,
      accepted(answer) {
        const id = readWire(createdSchema, answer)?.task_id;
        return id === undefined ? undefined : { reference: { api, id } };
      },
    },
  );
}

export async function poll(reference: Reference, context: CallContext): Promise<PollOutcome> {
  const known = readAs(referenceSchema, reference);
  if (!known) return REFERENCE_UNREADABLE;
  return known.api === 'v1' ? pollFirst(known.id, context) : pollSecond(known.id, context);
}

/** The first version names a file; its address is requested at each look, since it works for only an hour. */
async function pollFirst(id: string, context: CallContext): Promise<PollOutcome> {
  let done: { query: MinimaxQuery; fileId: string } | undefined;
  const outcome = await ask(
    context,
    get('/v1/query/video_generation', context, { task_id: id }),
    (answer) => {
      const query = readGood(querySchema, answer);
      if (!query) return withoutTask(answer);
      const fileId = fileOf(query);
      if (fileId !== undefined) done = { query, fileId };
      return fromQuery(query, answer);
    },
  );
  return done ? askForFile(done, context) : outcome;
}

async function askForFile(
  { query, fileId }: { query: MinimaxQuery; fileId: string },
  context: CallContext,
): Promise<PollOutcome> {
  const outcome = await ask(context, get('/v1/files/retrieve', context, { file_id: fileId }), (answer) => {
    const url = readGood(fileSchema, answer)?.file.download_url;
    if (url !== undefined) return fromQuery(query, answer, url);
    if (saysMissing(answer, 'file')) return lost('The provider no longer has the video');
    return notOfTask(toFailure(answer)) ?? (answer.status === 200 ? madeWithoutFile() : undefined);
  });
  return afterMade(outcome);
}

function pollSecond(id: string, context: CallContext): Promise<PollOutcome> {
  return ask(context, get(`${TASKS}/${encodeURIComponent(id)}`, context), (answer) => {
    const read = readGood(taskAnswerSchema, answer);
    return read ? fromVideoTask(read.task, unreadOf(read)) : withoutTask(answer);
  });
}

function withoutTask(answer: ApiAnswer): PollOutcome | undefined {
  return saysMissing(answer, 'task') ? lost() : notOfTask(toFailure(answer));
}

/**
 * One list call for tasks of the second version; tasks of the first, and those missing from the list, are
 * asked for one by one.
 */
export async function pollMany(
  references: readonly Reference[],
  context: CallContext,
): Promise<PollOutcome[]> {
  const known = references.map((reference) => readAs(referenceSchema, reference));
  const ids = known.filter((one) => one?.api === 'v2').map((one) => one?.id ?? '');
  const page: Page = ids.length > 0 ? await list(ids, context) : { tasks: new Map() };
  return Promise.all(
    known.map(async (one, at): Promise<PollOutcome> => {
      if (one?.api !== 'v2') return poll(references[at], context);
      if ('failure' in page) return { type: 'unanswered', failure: page.failure };
      const task = page.tasks.get(one.id);
      return task ? fromVideoTask(task) : poll(one, context);
    }),
  );
}

/** The result of a list: tasks by their id, or why there is none. */
type Page = { tasks: ReadonlyMap<string | undefined, MinimaxVideoTask> } | { failure: Failure };

async function list(ids: readonly string[], context: CallContext): Promise<Page> {
  const query = { page_num: '1', page_size: String(ids.length), 'filter.task_ids': ids };
  const answer = await askFor(context, { ...get(TASKS, context, query), maxBytes: LIST_BYTES_MAX });
  if ('failure' in answer) return answer;
  const page = readGood(listSchema, answer);
  if (!page) {
    const failure = toFailure(answer) ?? failureOfStatus(answer);
    return { failure: { ...failure, message: context.http.redact(failure.message) } };
  }
  return { tasks: new Map(readEach(videoTaskSchema, page.items).map((task) => [task.id, task])) };
}

/** DELETE stops a queued task and destroys the record of a finished one, so the state is read first. */
export async function cancel(reference: Reference, context: CallContext): Promise<CancelOutcome> {
  const known = readAs(referenceSchema, reference);
  if (known?.api !== 'v2') return { type: 'refused', detail: 'tasks of this model cannot be stopped' };
  const path = `/v2/video_generation/${encodeURIComponent(known.id)}`;
  return cancelIfOpen(context, await poll(known, context), {
    open: ['queued'],
    call: { method: 'DELETE', path, headers: authorize(context) },
    isDone: ({ json }) => readWire(deletedSchema, json)?.action?.trim().toLowerCase() === 'cancelled',
  });
}

export async function probe(context: CallContext): Promise<ProbeOutcome> {
  return probeWith(context, get(TASKS, context, { page_num: '1', page_size: '1' }), {
    failure: toFailure,
    works(answer) {
      const page = readGood(listSchema, answer);
      return page && { detail: `the task list answers: ${page.total ?? 0} H3 tasks in the last 7 days` };
    },
  });
}

function get(path: string, context: CallContext, query?: ApiCall['query']): ApiCall {
  return { method: 'GET', path, headers: authorize(context), query };
}

function authorize({ credential }: CallContext): Record<string, string> {
  return { authorization: `Bearer ${credential.fields.api_key}` };
}
