// Tasks: made once however often a call is repeated, followed by events or polls, and never cancelled by leaving.
import { ApiError, ReelayError, TaskFailedError, WaitTimeoutError } from './errors.ts';
import { follow, type StreamEvent } from './event-stream.ts';
import type { Files } from './files.ts';
import type { InputOf, ModelName } from './inputs.ts';
import { type CallOptions, pause, type Transport } from './transport.ts';
import type { Created, Task, TaskResult } from './wire.generated.ts';

export interface CreateOptions extends CallOptions {
  /** Where the task is posted when it has ended. */
  callbackUrl?: string;
  /** Short texts of your own; they come back with the task and filter lists. */
  metadata?: Record<string, string>;
  /** The create is refused if the price is above this. */
  maxCredits?: number;
  /** The same key with the same request is the same task. Made for each call unless given. */
  idempotencyKey?: string;
  /** Refuse fields that the model does not know, instead of a warning. */
  isStrict?: boolean;
}

/** What is known of a task while it is waited for. */
export interface Progress {
  task: Task;
  /** As the provider reports it. */
  percent: number | undefined;
}

export interface WaitOptions extends CallOptions {
  /** Ends the wait and not the task. No limit by default. */
  timeoutMs?: number;
  /** Called with each change. */
  onUpdate?: (progress: Progress) => void;
}

export interface ListOptions extends CallOptions {
  status?: Task['status'];
  model?: string;
  /** Unix seconds. */
  from?: number;
  to?: number;
  metadata?: Record<string, string>;
  /** Of a page; an iteration reads as many pages as it needs. */
  limit?: number;
}

export type { StreamEvent };

/** A task that has its result. */
export type FinishedTask = Task & { status: 'success'; result: TaskResult };

const POLL_MS = 2_000;

/** Whether nothing about the task changes any more, but for a late result. States to come are not final. */
export function isTerminal(task: Pick<Task, 'status'>): boolean {
  return task.status === 'success' || task.status === 'failed';
}

/** The task if it has its result. @throws TaskFailedError */
export function expectSuccess(task: Task): FinishedTask {
  if (task.status !== 'success' || task.result === null) throw new TaskFailedError(task);
  return task as FinishedTask;
}

export class Tasks {
  readonly #transport: Transport;
  readonly #files: Files;

  constructor(transport: Transport, files: Files) {
    this.#transport = transport;
    this.#files = files;
  }

  /**
   * Makes a task and holds its price. Blobs in the input are uploaded first. However often the connection is cut, one
   * call makes one task. @throws ApiError when it is refused
   */
  async create<Model extends ModelName>(
    model: Model,
    input: InputOf<Model>,
    options: CreateOptions = {},
  ): Promise<Created> {
    const { callbackUrl, metadata, maxCredits, idempotencyKey, isStrict, signal } = options;
    const headers: Record<string, string> = { 'idempotency-key': idempotencyKey ?? crypto.randomUUID() };
    if (isStrict) headers.prefer = 'handling=strict';
    const body = {
      model,
      input: await this.#files.uploadBlobs(input, { signal }),
      callback_url: callbackUrl,
      metadata,
      max_credits: maxCredits,
    };
    return this.#transport.ask({ method: 'POST', path: '/job/CreateTask', body, headers, signal });
  }

  get(taskId: string, { signal }: CallOptions = {}): Promise<Task> {
    return this.#transport.ask({ path: '/job/TaskInfo', query: { task_id: taskId }, signal });
  }

  /** All tasks that fit, the newest first. Leave the loop when you have enough. */
  async *list({ metadata = {}, signal, ...filter }: ListOptions = {}): AsyncGenerator<Task> {
    const names = Object.entries(metadata).map(([name, text]) => [`metadata.${name}`, text]);
    for (let cursor: string | undefined; ; ) {
      const query = { ...filter, ...Object.fromEntries(names), cursor };
      const page = await this.#transport.ask<{ tasks: Task[]; next_cursor: string | null }>({
        path: '/job/Tasks',
        query,
        signal,
      });
      yield* page.tasks;
      if (page.next_cursor === null) return;
      cursor = page.next_cursor;
    }
  }

  /** Asks that a task ends. It answers with the task as it is at that moment, which may still run. */
  async cancel(taskId: string, { signal }: CallOptions = {}): Promise<Task> {
    let tries = 0;
    const body = { task_id: taskId };
    try {
      return await this.#transport.repeat({ signal }, (limit) => {
        tries++;
        const call = { method: 'POST' as const, path: '/job/CancelTask', body, signal: limit };
        return this.#transport.ask<Task>({ ...call, isRepeatable: false });
      });
    } catch (error) {
      // The first try may have ended it, and only its answer was lost.
      const isEnded = error instanceof ApiError && error.code === 'not_cancellable' && tries > 1;
      if (!isEnded) throw error;
      return this.get(taskId, { signal });
    }
  }

  /** The timeline of a task, from its beginning to its end, over cuts of the connection. */
  async *events(
    taskId: string,
    { signal, after }: CallOptions & { after?: string } = {},
  ): AsyncGenerator<StreamEvent> {
    const path = '/api/v1/client/job/TaskEvents';
    for await (const event of follow(this.#transport, { path, query: { task_id: taskId }, signal, after })) {
      yield event;
      if (event.event === 'task' && isTerminal(event.data as Task)) return;
    }
  }

  /**
   * Waits for the end of a task, by its events and, where streams do not get through, by polls. Any process may wait for
   * a task that another has made. @throws WaitTimeoutError; a failed task is an answer and no error
   */
  async wait(taskId: string, { timeoutMs, onUpdate, signal }: WaitOptions = {}): Promise<Task> {
    const limit = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
    const signals = [signal, limit].filter((one) => one !== undefined);
    const either = signals.length > 0 ? AbortSignal.any(signals) : undefined;
    let latest: Progress | undefined;
    const note = (progress: Progress) => {
      latest = progress;
      onUpdate?.(progress);
    };
    try {
      return (
        (await this.#waitByEvents(taskId, note, either)) ?? (await this.#waitByPolls(taskId, note, either))
      );
    } catch (error) {
      if (limit?.aborted && !signal?.aborted) throw new WaitTimeoutError(taskId, latest?.task);
      throw error;
    }
  }

  /** The task at its end; undefined when streams do not get through. */
  async #waitByEvents(
    taskId: string,
    note: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<Task | undefined> {
    let task: Task | undefined;
    let percent: number | undefined;
    try {
      for await (const { event, data } of this.events(taskId, { signal })) {
        if (event === 'task') task = data as Task;
        else if (event === 'task.progress') percent = (data as { percent: number }).percent;
        if (task) note({ task, percent });
      }
      return task;
    } catch (error) {
      signal?.throwIfAborted();
      // What the server refuses for good, a poll would hear as well.
      if (!(error instanceof ReelayError) || !error.retryable) throw error;
      return undefined;
    }
  }

  async #waitByPolls(
    taskId: string,
    note: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<Task> {
    for (;;) {
      const task = await this.get(taskId, { signal });
      note({ task, percent: undefined });
      if (isTerminal(task)) return task;
      await pause(POLL_MS, signal);
    }
  }
}
