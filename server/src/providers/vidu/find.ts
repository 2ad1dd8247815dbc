// Searches for a create whose answer was lost: Reelay's token is its `payload`, which the service echoes. It
// says "there is none" only after it read the whole list and saw that every task in it has another payload,
// or none.
import { HOUR_MS, MINUTE_MS } from '../../lib/time.ts';
import { askFor, failureOfStatus, readGood } from '../answers.ts';
import type { CallContext, Failure, FindOutcome, Reference, StartRequest } from '../contract.ts';
import { LIST_BYTES_MAX } from '../http.ts';
import { readEach, unreadOf } from '../kit/wire.ts';
import { authorize, PREFIX } from './address.ts';
import { toFailure } from './map.ts';
import { type ListedTask, listedSchema, listSchema, taskSchema } from './wire.ts';

const PAGE_SIZE = 100;
/**
 * A page this full may have a successor even without a token for it: a service that ignores the requested
 * size returns 10.
 */
const FULL_PAGE_MIN = 10;
const PAGES_MAX = 50;
/** Tasks that the list shows without a payload are asked for one by one, at most this many. */
const SINGLE_LOOKS_MAX = 20;
/** The clocks of both sides differ, and a create may leave late after its intent. */
const BEFORE_MS = 10 * MINUTE_MS;
const AFTER_MS = HOUR_MS;

interface Page {
  tasks: ListedTask[];
  /** How many tasks it had, including unreadable ones. */
  size: number;
  next: string | undefined;
}

/**
 * One page of the list. Page and size are `paper.*` in the documents, and `pager.*` beside their own
 * `pager.page_token` and in other copies; both are sent, since the service ignores names that it does not
 * know.
 */
export async function readPage(
  context: CallContext,
  query: Readonly<Record<string, string | readonly string[]>>,
): Promise<Page | { failure: Failure; isRefused: boolean }> {
  const size = String(PAGE_SIZE);
  const answer = await askFor(context, {
    method: 'GET',
    path: `${PREFIX}/tasks`,
    headers: authorize(context),
    query: { 'pager.pagesz': size, 'paper.pagesz': size, ...query },
    maxBytes: LIST_BYTES_MAX,
  });
  if ('failure' in answer) return { failure: answer.failure, isRefused: false };
  const page = readGood(listSchema, answer);
  if (!page) {
    return { failure: toFailure(answer) ?? failureOfStatus(answer), isRefused: answer.status === 400 };
  }
  return {
    tasks: readEach(listedSchema, page.tasks),
    size: page.tasks.length,
    next: page.next_page_token || undefined,
  };
}

/** When the create can have been made. The end is left open until it has passed. */
function windowOf({ intentAtMs }: StartRequest, nowMs: number): Record<string, string> {
  const from = new Date(intentAtMs - BEFORE_MS).toISOString();
  const toMs = intentAtMs + AFTER_MS;
  return {
    'created_at.from': from,
    ...(toMs < nowMs ? { 'created_at.to': new Date(toMs).toISOString() } : {}),
  };
}

function referenceOf({ id, model }: ListedTask): Reference {
  return { id, ...(model ? { model } : {}) };
}

/** @property isWhole false when a task of the page could not be read: it may be the one. */
type Look = FindOutcome | { type: 'other'; unnamed: ListedTask[]; isWhole: boolean };

/** What a page says about the token. */
function lookAt({ tasks, size }: Page, token: string): Look {
  const found = tasks.filter(({ payload }) => payload === token);
  if (found.length === 1) return { type: 'found', reference: referenceOf(found[0]) };
  if (found.length > 1) return { type: 'unclear', detail: `${found.length} tasks carry Reelay's token` };
  const unnamed = tasks.filter(({ payload }) => payload === undefined);
  return { type: 'other', unnamed, isWhole: tasks.length === size };
}

/** Asks for the tasks themselves, which echo the payload; if one does not answer, the search stays open. */
async function lookAtEach(tasks: ListedTask[], token: string, context: CallContext): Promise<FindOutcome> {
  if (tasks.length > SINGLE_LOOKS_MAX) {
    return { type: 'unclear', detail: `the list shows ${tasks.length} tasks without their payload` };
  }
  for (const listed of tasks) {
    const answer = await askFor(context, {
      method: 'GET',
      path: `${PREFIX}/tasks/${encodeURIComponent(listed.id.toWellFormed())}/creations`,
      headers: authorize(context),
    });
    const task = 'failure' in answer ? undefined : readGood(taskSchema, answer);
    // What cannot be read proves nothing.
    if (!task || unreadOf(task).unread?.includes('payload'))
      return { type: 'unclear', detail: 'a task of the list could not be asked for its payload' };
    if (task.payload === token) return { type: 'found', reference: referenceOf(listed) };
  }
  return { type: 'none' };
}

const UNREAD: FindOutcome = { type: 'unclear', detail: 'a task of the list cannot be read' };

export async function find(request: StartRequest, context: CallContext): Promise<FindOutcome> {
  const window = windowOf(request, context.clock());
  const unnamed: ListedTask[] = [];
  let isWhole = true;
  let at: Record<string, string> = {};
  for (let number = 1; number <= PAGES_MAX; number++) {
    const page = await readPage(context, { ...window, ...at });
    if ('failure' in page) return { type: 'unclear', detail: page.failure.message };
    const look = lookAt(page, request.token);
    if (look.type !== 'other') return look;
    unnamed.push(...look.unnamed);
    isWhole &&= look.isWhole;
    if (page.next === undefined && page.size < FULL_PAGE_MIN) {
      const outcome = await lookAtEach(unnamed, request.token, context);
      return outcome.type === 'none' && !isWhole ? UNREAD : outcome;
    }
    at =
      page.next === undefined
        ? { 'pager.page': String(number), 'paper.page': String(number) }
        : { 'pager.page_token': page.next };
  }
  return { type: 'unclear', detail: `the list is longer than ${PAGES_MAX} pages` };
}
