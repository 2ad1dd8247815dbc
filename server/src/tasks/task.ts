// The record of a task. How a client reads it is the business of the doors (doors/).

import type { Book } from '../credits/credits.ts';
import type { ErrorName } from '../errors.ts';
import type { Micros } from '../lib/money.ts';
import { SECOND_MS } from '../lib/time.ts';

export type TaskState = 'pending' | 'running' | 'storing' | 'succeeded' | 'failed' | 'cancelled' | 'expired';

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
  /** Where it was created, and how its callback reads. */
  door: string;
  model: string;
  input: string;
  callback_url: string | null;
  state: TaskState;
  epoch: number;
  price: Micros;
  captured: Micros | null;
  provider: string | null;
  model_version: string | null;
  /** Null of a task that succeeded, or has not ended. */
  result_error: ErrorName | null;
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
  'door' | 'account_id' | 'key_id' | 'epoch' | 'deadline_at' | 'cancel_requested_at'
>;

/** What is needed of a row to end it. */
export type EndableTask = Pick<TaskRow, 'id' | 'epoch' | 'account_id' | 'book' | 'callback_url' | 'price'>;

export function hasEnded(row: TaskView): boolean {
  return row.completed_at !== null;
}

/** The address under which clients get a stored file of a task. */
export type LinkToOutput = (output: StoredOutput, completedAt: Date) => string;

/** How long a claim holds unless it is renewed, on the clock of the database. */
export const LEASE_MS = 20 * SECOND_MS;

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
