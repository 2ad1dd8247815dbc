// How tasks read to members of their account.
import type { ErrorName } from '../../errors.ts';
import { findFileTypeByName } from '../../lib/file-types.ts';
import { type Json, type JsonObject, parseOwnJson } from '../../lib/json.ts';
import { toCredits } from '../../lib/money.ts';
import { meaningOf } from '../../providers/failures.ts';
import type { BrowsedAttempt, BrowsedTask, TaskDetail } from '../../tasks/browse.ts';
import type { LinkToOutput, StoredOutput } from '../../tasks/task.ts';
import type { TaskEvent } from '../../tasks/tasks.ts';
import type { Presented } from '../plain-schemas.ts';
import type { attempt, listedTask, taskDetail, taskEvent } from './tasks.schemas.ts';

/** What the presentation of a task needs besides its row. */
export interface TaskView {
  linkTo: LinkToOutput;
  /** Addresses of files of this server begin with it. */
  filesUrl: string;
  /** The small copy of a picture of this server. */
  thumbnailOf: (url: string) => string | undefined;
  position: number | undefined;
}

const LISTED_PICTURES_MAX = 4;
const PICTURES_MAX = 50;

function presentTime(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}

/** The addresses in a value, as far as their names do not say that they lead to something else than a picture. */
export function findPictureUrls(value: Json): string[] {
  if (typeof value === 'string') return isPictureUrl(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(findPictureUrls);
}

function isPictureUrl(text: string): boolean {
  if (!/^https?:\/\/\S+$/.test(text) || !URL.canParse(text)) return false;
  const type = findFileTypeByName(new URL(text).pathname);
  return type === undefined || type.contentType.startsWith('image/');
}

function presentPictures(input: JsonObject, { filesUrl, thumbnailOf }: TaskView, max: number) {
  const urls = [...new Set(findPictureUrls(input))].slice(0, max);
  return urls.map((url) => ({
    url,
    is_own: url.startsWith(filesUrl),
    thumbnail_url: thumbnailOf(url) ?? null,
  }));
}

function presentOutputs({ outputs, completed_at: completedAt }: BrowsedTask, linkTo: LinkToOutput) {
  if (outputs === null || completedAt === null) return [];
  return parseOwnJson<StoredOutput[]>(outputs).map((output) => ({
    kind: output.kind,
    url: linkTo(output, completedAt),
    poster_url: output.poster === undefined ? null : linkTo({ ...output, key: output.poster }, completedAt),
    content_type: output.contentType,
    bytes: output.sizeBytes,
    sha256: output.sha256,
  }));
}

function presentShared(row: BrowsedTask, view: TaskView, picturesMax: number): Presented<typeof listedTask> {
  const input = row.input === null ? {} : parseOwnJson<JsonObject>(row.input);
  return {
    id: row.id,
    state: row.state,
    error: row.result_error satisfies ErrorName | null,
    message: row.result_message,
    is_cancel_requested: row.cancel_requested_at !== null,
    prompt: row.prompt,
    model: row.model,
    model_version: row.model_version,
    provider: row.provider,
    key: { id: row.key_id, name: row.key_name },
    source: row.source,
    metadata: row.metadata === null ? {} : parseOwnJson<Record<string, string>>(row.metadata),
    price: toCredits(row.price),
    held: row.completed_at === null ? toCredits(row.price) : 0,
    charged: row.completed_at === null ? null : toCredits(row.captured ?? 0n),
    progress: row.percent,
    position: view.position ?? null,
    outputs: presentOutputs(row, view.linkTo),
    pictures: presentPictures(input, view, picturesMax),
    created_at: row.created_at.toISOString(),
    started_at: presentTime(row.started_at),
    completed_at: presentTime(row.completed_at),
  };
}

export function presentListedTask(row: BrowsedTask, view: TaskView): Presented<typeof listedTask> {
  return presentShared(row, view, LISTED_PICTURES_MAX);
}

/** What a try has cost the client: the charge of the task where it made the result, else nothing. */
function chargeOf(row: BrowsedAttempt, task: BrowsedTask): number | null {
  if (row.ended_at === null && task.completed_at === null) return null;
  const isPaid = row.state === 'succeeded' && !row.is_late;
  return isPaid ? toCredits(task.captured ?? 0n) : 0;
}

function presentAttempt(row: BrowsedAttempt, task: BrowsedTask): Presented<typeof attempt> {
  return {
    attempt: row.epoch,
    provider: row.provider,
    state: row.state,
    reason: row.reason,
    words: row.reason === null ? null : meaningOf(row.reason).words,
    is_late: row.is_late,
    charged: chargeOf(row, task),
    created_at: row.created_at.toISOString(),
    sent_at: presentTime(row.sent_at),
    ended_at: presentTime(row.ended_at),
  };
}

function presentEvent({ id, name, detail, created_at: at }: TaskEvent): Presented<typeof taskEvent> {
  return { id: String(id), name, detail: detail ?? {}, at: at.toISOString() };
}

export function presentTaskDetail(
  { task, attempts, events }: TaskDetail,
  view: TaskView,
): Presented<typeof taskDetail> {
  return {
    ...presentShared(task, view, PICTURES_MAX),
    callback_url: task.callback_url,
    input: task.input === null ? {} : parseOwnJson<JsonObject>(task.input),
    usage: task.result_usage === null ? {} : parseOwnJson<JsonObject>(task.result_usage),
    attempts: attempts.map((row) => presentAttempt(row, task)),
    events: events.map(presentEvent),
  };
}
