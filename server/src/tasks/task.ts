// The record of a task and its wire form. One function renders it for TaskInfo, callbacks and events alike, so the
// three can never differ.

import type { Book } from '../credits/credits.store.ts';
import { ERRORS, type ErrorName } from '../errors.ts';
import { parseOwnJson } from '../lib/json.ts';
import { formatCredits, type Micros } from '../lib/money.ts';
import { SECOND_MS, toUnixSeconds } from '../lib/time.ts';

export type TaskState = 'pending' | 'running' | 'storing' | 'succeeded' | 'failed' | 'cancelled' | 'expired';

/** What the wire shows of each state. */
const WIRE_STATUS = {
  pending: 'pending',
  running: 'running',
  storing: 'running',
  succeeded: 'success',
  failed: 'failed',
  cancelled: 'failed',
  expired: 'failed',
} as const satisfies Record<TaskState, string>;

export type WireStatus = (typeof WIRE_STATUS)[TaskState];

/** A stored result file. */
export interface StoredOutput {
  key: string;
  kind: 'video' | 'image';
  contentType: string;
  sizeBytes: number;
  sha256: string;
}

/** A row of tasks; the columns of type json are kept as the text that the client sent. */
export interface TaskRow {
  id: string;
  account_id: string;
  key_id: string;
  book: Book;
  model: string;
  input: string;
  callback_url: string | null;
  state: TaskState;
  epoch: number;
  price: Micros;
  captured: Micros | null;
  provider: string | null;
  model_version: string | null;
  result_code: number | null;
  result_error: string | null;
  result_message: string | null;
  result_usage: string | null;
  outputs: string | null;
  created_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  deadline_at: Date;
  cancel_requested_at: Date | null;
}

/** What a reader sees of a row. */
export type TaskView = Omit<
  TaskRow,
  'account_id' | 'key_id' | 'epoch' | 'deadline_at' | 'cancel_requested_at'
>;

/** What is needed of a row to end it. */
export type EndableTask = Pick<TaskRow, 'id' | 'epoch' | 'account_id' | 'book' | 'callback_url' | 'price'>;

export function wireStatusOf(state: TaskState): WireStatus {
  return WIRE_STATUS[state];
}

export function hasEnded(row: TaskView): boolean {
  return row.completed_at !== null;
}

/** The wire states and the stored ones behind them, for filters. */
export function statesOf(status: string): TaskState[] {
  const states = Object.keys(WIRE_STATUS) as TaskState[];
  return states.filter((state) => WIRE_STATUS[state] === status);
}

export type LinkToOutput = (output: StoredOutput, completedAt: Date) => string;

function renderResult(row: TaskView, linkTo: LinkToOutput): string {
  if (row.completed_at === null) return 'null';
  const completedAt = row.completed_at;
  const outputs = row.outputs === null ? [] : parseOwnJson<StoredOutput[]>(row.outputs);
  const urls = outputs.map((output) => linkTo(output, completedAt));
  const error = row.result_error === null ? '' : `"error":${JSON.stringify(row.result_error)},`;
  return (
    `{"code":${row.result_code},"message":${JSON.stringify(row.result_message)},${error}` +
    `"media_urls":${JSON.stringify(urls)},"usage":${row.result_usage ?? '{}'}}`
  );
}

function durationSeconds(row: TaskView): number | null {
  if (row.started_at === null || row.completed_at === null) return null;
  return Math.round((row.completed_at.getTime() - row.started_at.getTime()) / SECOND_MS);
}

/** The vendor part of a public name stands for the provider until an attempt names the real one. */
function providerOf(row: TaskView): string {
  return row.provider ?? (row.book === 'test' ? 'draft' : row.model.split('/')[0]);
}

/**
 * The task object of the wire contract as JSON text. Written by hand since `input` is passed through as it came: parsing
 * and printing it again would cost more than the rest, and would lose the client's own spelling of numbers.
 */
export function renderTask(row: TaskView, linkTo: LinkToOutput): string {
  const credits = hasEnded(row) ? (row.captured ?? 0n) : row.price;
  const completeAt = row.completed_at === null ? null : toUnixSeconds(row.completed_at);
  return (
    `{"task_id":"${row.id}","provider":${JSON.stringify(providerOf(row))},` +
    `"model_version":${JSON.stringify(row.model_version ?? row.model.split('/').at(-1))},` +
    `"status":"${wireStatusOf(row.state)}","param":{"model":${JSON.stringify(row.model)},` +
    `"callback_url":${JSON.stringify(row.callback_url)},"input":${row.input}},` +
    `"create_at":${toUnixSeconds(row.created_at)},"result":${renderResult(row, linkTo)},` +
    `"credits":${formatCredits(credits)},"duration_s":${durationSeconds(row)},` +
    `"complete_at":${completeAt},"source":"api"}`
  );
}

/** Our name of an attempt at a provider, for those that keep one. */
export function tokenOf({ id, epoch }: { id: string; epoch: number }): string {
  return `rl-${id.replaceAll('-', '')}-${epoch}`;
}

/** How a task that did not succeed ends: its state and what the result says. */
export interface TaskFailure {
  state: 'failed' | 'cancelled' | 'expired';
  error: ErrorName;
  message: string;
}

/** The result code of a failure; 501 for everything that went wrong while generating. */
export function resultCodeOf(error: ErrorName): number {
  return ERRORS[error].status;
}
