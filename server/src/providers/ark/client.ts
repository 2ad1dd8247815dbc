// The calls to Ark. No mapping here; map.ts says what the answers mean.

import type { JsonObject } from '../../lib/json.ts';
import { MINUTE_MS, SECOND_MS } from '../../lib/time.ts';
import {
  ask,
  askFor,
  failureOfStatus,
  isGood,
  probeWith,
  REFERENCE_UNREADABLE,
  readGood,
  submit,
  withoutTask,
} from '../answers.ts';
import { parseBody } from '../callback-body.ts';
import type {
  CallContext,
  CancelOutcome,
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
import { cancelIfOpen } from '../kit/cancel.ts';
import { unfitOffer } from '../kit/failures.ts';
import { readAs, readEach, readWire } from '../kit/wire.ts';
import { fromWire, isOpen, toFailure, toTaskFailure, toWire } from './map.ts';
import { errorOfPictures, fromPictureWire, misfitOfPictures, toPictureWire } from './pictures.ts';
import {
  type ArkTask,
  createdSchema,
  listSchema,
  paramsSchema,
  picturesSchema,
  referenceSchema,
  taskSchema,
} from './wire.ts';

const TASKS = '/contents/generations/tasks';
const PICTURES = '/images/generations';
/** A set of fifteen pictures takes some minutes; the answer comes with the last of them. */
const PICTURES_TIMEOUT_MS = 5 * MINUTE_MS;
/** The largest page of the list, and how many pages are read for a lost create. */
const FIND_PAGE = 500;
const FIND_PAGES_MAX = 10;
/** Allowed difference between the clock of Ark and Reelay's. */
const FIND_MARGIN_SECONDS = 600;

function isInternational({ credential }: CallContext): boolean {
  return credential.fields.base_url.includes('bytepluses');
}

export async function start(request: StartRequest, context: CallContext): Promise<StartOutcome> {
  const params = readAs(paramsSchema, request.params);
  const modelId = isInternational(context) ? params?.model.intl : params?.model.cn;
  if (!params || modelId === undefined) {
    return { type: 'rejected', failure: unfitOffer('the offer has no model for the region of this account') };
  }
  if (params.makes === 'pictures') return startPictures(request, context, modelId);
  const correlates = context.credential.fields.recovery === 'safety_identifier';
  const json = toWire(request, { params, modelId, correlates });
  return submit(
    context,
    { method: 'POST', path: TASKS, headers: authorize(context), json },
    {
      failure: toFailure,
      accepted(answer) {
        const id = readWire(createdSchema, answer)?.id;
        return id === undefined ? undefined : { reference: { id } };
      },
    },
  );
}

/** The answer is the result: nothing names the call, so a lost answer is never found. */
async function startPictures(
  request: StartRequest,
  context: CallContext,
  modelId: string,
): Promise<StartOutcome> {
  const json = toPictureWire(request, modelId);
  const call = { method: 'POST', path: PICTURES, headers: authorize(context), json } as const;
  return submit(
    context,
    { ...call, timeoutMs: PICTURES_TIMEOUT_MS },
    {
      failure(answer) {
        const refused = toFailure(answer);
        if (refused) return refused;
        const pictures = readGood(picturesSchema, answer);
        if (!pictures || fromPictureWire(pictures)) return undefined;
        const { code, message } = errorOfPictures(pictures) ?? NO_PICTURE;
        return toTaskFailure(code, message);
      },
      accepted(answer) {
        const pictures = readWire(picturesSchema, answer);
        const success = pictures && fromPictureWire(pictures);
        return success && { success };
      },
    },
  );
}

const NO_PICTURE = { code: 'no_picture', message: 'The provider answered without a picture' };

/** What an offer cannot do with an input. */
export function findMisfit(params: JsonObject, input: JsonObject): string | undefined {
  return readAs(paramsSchema, params)?.makes === 'pictures' ? misfitOfPictures(input) : undefined;
}

export async function poll(reference: Reference, context: CallContext): Promise<PollOutcome> {
  const id = readAs(referenceSchema, reference)?.id;
  if (id === undefined) return REFERENCE_UNREADABLE;
  return ask(
    context,
    { method: 'GET', path: `${TASKS}/${encodeURIComponent(id)}`, headers: authorize(context) },
    (answer) => {
      const task = readGood(taskSchema, answer);
      return task ? fromWire(task) : withoutTask(toFailure(answer));
    },
  );
}

/**
 * One list call for all tasks. A task that the list leaves out is asked for by itself, because the list lags
 * and has an end. So is every task if the list itself is refused or unreadable; a busy account is left alone.
 */
export async function pollMany(
  references: readonly Reference[],
  context: CallContext,
): Promise<PollOutcome[]> {
  const ids = references.map((reference) => readAs(referenceSchema, reference)?.id);
  const known = ids.filter((id) => id !== undefined);
  const answer =
    known.length === 0
      ? { tasks: [] }
      : await list(context, { 'filter.task_ids': known, page_num: '1', page_size: String(known.length) });
  if ('failure' in answer && answer.isServed) {
    const unanswered: PollOutcome = { type: 'unanswered', failure: answer.failure };
    return ids.map((id) => (id === undefined ? REFERENCE_UNREADABLE : unanswered));
  }
  const tasks = 'tasks' in answer ? answer.tasks : [];
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return Promise.all(
    ids.map(async (id, at) => {
      const task = id === undefined ? undefined : byId.get(id);
      return task ? fromWire(task) : poll(references[at], context);
    }),
  );
}

interface TaskPage {
  tasks: ArkTask[];
  /** How many tasks there were, including unreadable ones. */
  count: number;
}

interface NoPage {
  failure: Failure;
  /** False if the account has no readable list: the list is refused as such, or is something else. */
  isServed: boolean;
}

/** What an account in trouble is answered, whatever it asks for. */
const TROUBLE = [401, 402, 403, 429];

async function list(
  context: CallContext,
  query: Record<string, string | readonly string[]>,
): Promise<TaskPage | NoPage> {
  const call = { method: 'GET', path: TASKS, headers: authorize(context), query } as const;
  const answer = await askFor(context, { ...call, maxBytes: LIST_BYTES_MAX });
  if ('failure' in answer) return { ...answer, isServed: true };
  const page = readGood(listSchema, answer);
  if (!page) {
    const failure = toFailure(answer) ?? failureOfStatus(answer);
    return {
      failure: { ...failure, message: context.http.redact(failure.message) },
      isServed: answer.status >= 500 || TROUBLE.includes(answer.status),
    };
  }
  return { tasks: readEach(taskSchema, page.items), count: page.items.length };
}

/**
 * The list echoes Reelay's token. It is read page by page, newest first, back to a time before the intent. A
 * create that is missing from it proves nothing: the list lags, and older answers do not carry the field.
 */
export async function find(request: StartRequest, context: CallContext): Promise<FindOutcome> {
  if (context.credential.fields.recovery !== 'safety_identifier') {
    return { type: 'unclear', detail: "this provider account does not keep Reelay's token" };
  }
  if (readAs(paramsSchema, request.params)?.makes === 'pictures') {
    return { type: 'unclear', detail: 'the provider keeps no record of pictures' };
  }
  const sinceSeconds = request.intentAtMs / SECOND_MS - FIND_MARGIN_SECONDS;
  const isOlder = ({ created_at: createdAt }: ArkTask) => (createdAt ?? sinceSeconds) < sinceSeconds;
  for (let page = 1; page <= FIND_PAGES_MAX; page++) {
    const answer = await list(context, { ...tierFilter(request), ...findPage(page) });
    if ('failure' in answer) return { type: 'unclear', detail: answer.failure.message };
    const found = answer.tasks.filter(({ safety_identifier: name }) => name === request.token);
    const [{ id } = {}] = found;
    if (found.length === 1 && id !== undefined) return { type: 'found', reference: { id } };
    if (found.length > 1) return { type: 'unclear', detail: `${found.length} tasks carry Reelay's token` };
    if (answer.count < FIND_PAGE || answer.tasks.every(isOlder)) break;
  }
  return { type: 'unclear', detail: "no task of the list carries Reelay's token" };
}

function findPage(page: number): Record<string, string> {
  return { page_num: String(page), page_size: String(FIND_PAGE) };
}

/** Without it the list shows only tasks of the tier `default`. */
function tierFilter({ params }: StartRequest): Record<string, string> {
  const tier = readAs(paramsSchema, params)?.service_tier;
  return tier === undefined ? {} : { 'filter.service_tier': tier };
}

/** DELETE cancels a queued task and destroys the record of a finished one, so the state is read first. */
export async function cancel(reference: Reference, context: CallContext): Promise<CancelOutcome> {
  const id = readAs(referenceSchema, reference)?.id;
  const path = id === undefined ? undefined : `${TASKS}/${encodeURIComponent(id)}`;
  return cancelIfOpen(context, await poll(reference, context), {
    open: ['queued'],
    call: path === undefined ? undefined : { method: 'DELETE', path, headers: authorize(context) },
    isDone: isGood,
  });
}

/**
 * Unsigned: the address alone says which attempt it is for; it names the attempt and carries Reelay's own
 * code.
 */
export async function parseHint(request: HintRequest): Promise<HintOutcome> {
  const body = parseBody(request);
  const id = readWire(createdSchema, body)?.id;
  const state = readWire(taskSchema, body)?.status ?? '';
  return {
    type: 'hint',
    ...(id === undefined ? {} : { reference: { id } }),
    ...(isOpen(state) ? { isOpen: true } : {}),
  };
}

export async function probe(context: CallContext): Promise<ProbeOutcome> {
  return probeWith(
    context,
    { method: 'GET', path: TASKS, headers: authorize(context), query: { page_num: '1', page_size: '1' } },
    {
      failure: toFailure,
      works(answer) {
        const page = readGood(listSchema, answer);
        return page && { detail: `the task list answers: ${page.total ?? 0} tasks in the last 7 days` };
      },
    },
  );
}

function authorize({ credential }: CallContext): Record<string, string> {
  return { authorization: `Bearer ${credential.fields.api_key}` };
}
