// The record of a task. How a client reads it is decided by the doors (doors/).
import type { ErrorName } from '../errors.ts';
import type { Book, Micros } from '../lib/money.ts';
import { SECOND_MS } from '../lib/time.ts';

export type TaskState = 'pending' | 'running' | 'storing' | 'succeeded' | 'failed' | 'cancelled' | 'expired';

/** Where a task was made: by a key, or by a person in the playground. */
export type TaskSource = 'api' | 'playground';

/** A stored result file. */
export interface StoredOutput {
  key: string;
  kind: 'video' | 'image' | 'audio';
  contentType: string;
  sizeBytes: number;
  sha256: string;
  /** The key of its small picture, once there is one. */
  poster?: string;
}

/** A row of tasks; the columns of type json are kept as the text that the client sent. */
export interface TaskRow {
  id: string;
  account_id: string;
  key_id: string;
  book: Book;
  /** The door at which it was created, which decides how its callback reads. */
  door: string;
  model: string;
  input: string;
  /** What the client sent, as `{"model":…,"input":…}`; null where model and input are spelled as it sent them. */
  sent: string | null;
  callback_url: string | null;
  source: TaskSource;
  /** Texts of the client's own by name, as a JSON object; null when it gave none. */
  metadata: string | null;
  state: TaskState;
  epoch: number;
  price: Micros;
  captured: Micros | null;
  provider: string | null;
  model_version: string | null;
  /** Null if the task succeeded or has not ended. */
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

/** The columns that are needed to end a task. */
export type EndableTask = Pick<TaskRow, 'id' | 'epoch' | 'account_id' | 'book' | 'callback_url' | 'price'>;

export function hasEnded(row: TaskView): boolean {
  return row.completed_at !== null;
}

/** Makes the address under which clients get a stored file of a task. */
export type LinkToOutput = (output: StoredOutput, completedAt: Date) => string;

/** How long a claim is valid unless it is renewed, on the clock of the database. */
export const LEASE_MS = 20 * SECOND_MS;

/** Reelay's own name of an attempt, for providers that keep one. */
export function tokenOf({ id, epoch }: { id: string; epoch: number }): string {
  return `rl-${id.replaceAll('-', '')}-${epoch}`;
}

/** How a task ends that did not succeed: its state and what the result says. */
export interface TaskFailure {
  state: 'failed' | 'cancelled' | 'expired';
  error: ErrorName;
  message: string;
}

/** What the result of a cancelled task says; the end puts in who asked for it. */
export const CANCELLED_BY = {
  client: 'Cancelled by the client',
  operator: 'Cancelled by the operator',
} as const;
