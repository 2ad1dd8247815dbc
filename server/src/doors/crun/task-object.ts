// The task object of the Crun API. One function renders it for TaskInfo, callbacks and events alike, so the three can
// never differ.
import { type JsonObject, parseOwnJson } from '../../lib/json.ts';
import { formatCredits } from '../../lib/money.ts';
import { SECOND_MS, toUnixSeconds } from '../../lib/time.ts';
import {
  hasEnded,
  type LinkToOutput,
  type StoredOutput,
  type TaskState,
  type TaskView,
} from '../../tasks/task.ts';
import { renderWarnings } from './answer.ts';
import { CODES } from './codes.ts';

/** The name of this door, as its tasks keep it; never changed. */
export const DOOR = 'crun';

/** What the wire shows of each state. */
export const WIRE_STATUS = {
  pending: 'pending',
  running: 'running',
  storing: 'running',
  succeeded: 'success',
  failed: 'failed',
  cancelled: 'failed',
  expired: 'failed',
} as const satisfies Record<TaskState, string>;

/** What some answers add at the end of the object. */
export interface TaskExtras {
  /** Its place in the queue. */
  position?: number;
  /** A sentence for each name that had no effect; none when empty. */
  warnings?: readonly string[];
}

/** The stored states behind a status of the wire, for filters. */
export function statesOf(status: string): TaskState[] {
  const states = Object.keys(WIRE_STATUS) as TaskState[];
  return states.filter((state) => WIRE_STATUS[state] === status);
}

function renderResult(row: TaskView, linkTo: LinkToOutput): string {
  if (row.completed_at === null) return 'null';
  const completedAt = row.completed_at;
  const outputs = row.outputs === null ? [] : parseOwnJson<StoredOutput[]>(row.outputs);
  const urls = outputs.map((output) => linkTo(output, completedAt));
  const error = row.result_error === null ? '' : `"error":${JSON.stringify(row.result_error)},`;
  const code = row.result_error === null ? 200 : CODES[row.result_error];
  return (
    `{"code":${code},"message":${JSON.stringify(row.result_message)},${error}` +
    `"media_urls":${JSON.stringify(urls)},${renderPosters(outputs, linkTo, completedAt)}` +
    `"usage":${row.result_usage ?? '{}'}}`
  );
}

/** Small pictures in the order of `media_urls`; nothing while there is none. */
function renderPosters(outputs: readonly StoredOutput[], linkTo: LinkToOutput, completedAt: Date): string {
  if (outputs.every(({ poster }) => poster === undefined)) return '';
  const urls = outputs.map((output) => {
    return output.poster === undefined ? null : linkTo({ ...output, key: output.poster }, completedAt);
  });
  return `"poster_urls":${JSON.stringify(urls)},`;
}

function durationSeconds(row: TaskView): number | null {
  if (row.started_at === null || row.completed_at === null) return null;
  return Math.round((row.completed_at.getTime() - row.started_at.getTime()) / SECOND_MS);
}

/** The vendor part of a public name stands for the provider until an attempt names the real one. */
function providerOf(row: TaskView): string {
  return row.provider ?? (row.book === 'test' ? 'draft' : row.model.split('/')[0]);
}

/** What the client asked for, as it spelled it; the rest of the server knows the model by its own name. */
function paramOf({ model, input, sent }: TaskView): { model: string; input: string } {
  if (sent === null) return { model, input };
  const param = parseOwnJson<{ model: string; input: JsonObject }>(sent);
  return { model: param.model, input: JSON.stringify(param.input) };
}

/**
 * The task object as JSON text. It is written by hand, since `input` is passed through as it was sent: parsing and
 * printing it again would cost more than the rest, and would lose the client's own spelling of numbers.
 */
export function renderTask(row: TaskView, linkTo: LinkToOutput, extras: TaskExtras = {}): string {
  const credits = hasEnded(row) ? (row.captured ?? 0n) : row.price;
  const completeAt = row.completed_at === null ? null : toUnixSeconds(row.completed_at);
  const metadata = row.metadata === null ? '' : `,"metadata":${row.metadata}`;
  const param = paramOf(row);
  const position = extras.position === undefined ? '' : `,"position":${extras.position}`;
  return (
    `{"task_id":"${row.id}","provider":${JSON.stringify(providerOf(row))},` +
    `"model_version":${JSON.stringify(row.model_version ?? param.model.split('/').at(-1))},` +
    `"status":"${WIRE_STATUS[row.state]}","param":{"model":${JSON.stringify(param.model)},` +
    `"callback_url":${JSON.stringify(row.callback_url)},"input":${param.input}},` +
    `"create_at":${toUnixSeconds(row.created_at)},"result":${renderResult(row, linkTo)},` +
    `"credits":${formatCredits(credits)},"duration_s":${durationSeconds(row)},` +
    `"complete_at":${completeAt},"source":"${row.source}"${metadata}${position}${renderWarnings(extras.warnings ?? [])}}`
  );
}
