// Tasks as the doors use them once they are made: read, list, cancel, wait. Every call names the owner, but the one for
// callbacks and the removal of old tasks.
import type { Pool } from 'pg';
import type { KeyRecord } from '../accounts/keys.ts';
import { recordAct } from '../audit/audit.ts';
import { type Batched, batched } from '../db/batched.ts';
import { repeatLost } from '../db/lost-answers.ts';
import type { Reports } from '../db/report-queue.ts';
import { AppError } from '../errors.ts';
import type { Files } from '../files/files.ts';
import { type Failpoint, reach } from '../lib/failpoints.ts';
import { isUuid } from '../lib/ids.ts';
import { type Clock, DAY_MS, pause, SECOND_MS, steadyClock } from '../lib/time.ts';
import { EVENTS_PAGE_MAX, listEvents, type TaskEvent } from './attempts.store.ts';
import type { TaskChanges } from './changes.ts';
import { Positions } from './positions.ts';
import type { Settler } from './settle.ts';
import { CANCELLED_BY, hasEnded, type LinkToOutput, type TaskRow, type TaskView } from './task.ts';
import * as store from './tasks.store.ts';
import { UsualTimes } from './usual-times.ts';

export type { TaskEvent } from './attempts.store.ts';

const READ_BATCH_MAX = 256;
const WAITING_MAX = 20_000;
/** A younger task is about to start, so that its position in the queue is not worth counting. */
const POSITION_AFTER_MS = SECOND_MS;
/** A waiting request reads its task this often, in case a notice was lost. */
const LOOK_MS = 2 * SECOND_MS;

export interface TasksOptions {
  pool: Pool;
  reports: Reports;
  files: Files;
  settler: Settler;
  changes: TaskChanges;
  clock: Clock;
  resultDays: number;
  failpoint?: Failpoint;
}

/** Whose task it is: an account in one of its books. */
export type TaskOwner = Pick<KeyRecord, 'accountId' | 'mode'>;

/** Reads a task once for all requests that ask for it at the same moment. */
async function readOnce(pool: Pool, questions: store.TaskQuestion[]) {
  const nameOf = ({ id, accountId, book }: store.TaskQuestion) => `${id} ${accountId} ${book}`;
  const distinct = new Map(questions.map((question) => [nameOf(question), question]));
  const rows = await store.readTasks(pool, [...distinct.values()]);
  const byName = new Map([...distinct.keys()].map((name, at) => [name, rows[at]]));
  return questions.map((question) => byName.get(nameOf(question)));
}

/** Asks for the end of a task. `isDone`: the task has been cancelled since this call has asked for it. */
function requestCancel(
  pool: Pool,
  question: store.TaskQuestion,
  by: store.Canceller,
): Promise<(store.CancelRequest & { isDone: boolean }) | undefined> {
  return repeatLost(async (isRepeat) => {
    const request = await store.requestCancel(pool, question, by);
    return request && { ...request, isDone: isRepeat && request.ended && request.state === 'cancelled' };
  });
}

export class Tasks {
  readonly #options: TasksOptions;
  readonly #read: Batched<store.TaskQuestion, store.WaitingView | undefined>;
  readonly #readById: Batched<string, TaskRow | undefined>;
  readonly #positions: Positions;
  readonly #usualTimes: UsualTimes;
  /** Gives the same address until the file is deleted, so that every reader of a task sees the same. */
  readonly linkTo: LinkToOutput;
  readonly #closing = new AbortController();

  constructor(options: TasksOptions) {
    this.#options = options;
    this.#read = batched((questions) => readOnce(options.pool, questions), {
      itemsMax: READ_BATCH_MAX,
      concurrency: 3,
      waitingMax: WAITING_MAX,
      retryAfterSeconds: 1,
    });
    this.#readById = batched(async (ids: string[]) => {
      const rows = await store.readTasksById(options.pool, ids);
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id));
    });
    this.#positions = new Positions({ pool: options.pool, clock: steadyClock });
    this.#usualTimes = new UsualTimes({ pool: options.pool, clock: steadyClock });
    this.linkTo = (output, completedAt) =>
      options.files.linkTo(output.key, completedAt.getTime() + options.resultDays * DAY_MS);
  }

  /** Aborts when the server stops and no request may wait any longer. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** From now on no request waits for a change: each gets what there is. Everything else goes on. */
  stopWaiting(): void {
    this.#closing.abort();
  }

  /** @throws AppError `task_not_found`, also for a task of another account or of the other book. */
  async read(key: TaskOwner, taskId: string): Promise<store.WaitingView> {
    const row = isUuid(taskId)
      ? await this.#read({ id: taskId, accountId: key.accountId, book: key.mode })
      : undefined;
    if (!row) throw new AppError('task_not_found');
    return row;
  }

  /** Its position in the queue of its owner, 1 for the next; undefined if it is not waiting, or is new. */
  async positionOf(
    { accountId }: Pick<KeyRecord, 'accountId'>,
    row: Pick<store.WaitingView, 'model' | 'created_at' | 'due_seconds'>,
  ): Promise<number | undefined> {
    const hasWaited = this.#options.clock() - row.created_at.getTime() >= POSITION_AFTER_MS;
    if (row.due_seconds === null || !hasWaited) return undefined;
    return this.#positions.of({ accountId, model: row.model }, row.due_seconds);
  }

  /** How long tasks of a model take as a rule in a book, in seconds; undefined where none has ended lately. */
  usualTimes({ mode }: Pick<TaskOwner, 'mode'>): Promise<(model: string) => number | undefined> {
    return this.#usualTimes.of(mode);
  }

  /** Any task, whatever its owner, for its callback. Undefined when it is gone. */
  readForCallback(taskId: string): Promise<TaskRow | undefined> {
    return this.#readById(taskId);
  }

  list(key: KeyRecord, filter: Omit<store.TaskFilter, 'accountId' | 'book'>): Promise<store.TaskPage> {
    const { accountId, mode: book } = key;
    return this.#options.reports.read(accountId, (pool) =>
      store.listTasks(pool, { ...filter, accountId, book }),
    );
  }

  /**
   * Ends a task at once if no worker has it, and else asks the worker that has it to stop it.
   * @throws AppError `task_not_found`, or `not_cancellable` when it has already ended.
   */
  async cancel(key: TaskOwner, taskId: string, by: store.Canceller = 'client'): Promise<TaskView> {
    const { pool, settler, changes } = this.#options;
    const request = isUuid(taskId)
      ? await requestCancel(pool, { id: taskId, accountId: key.accountId, book: key.mode }, by)
      : undefined;
    if (!request) throw new AppError('task_not_found');
    if (request.ended && !request.isDone) throw new AppError('not_cancellable');
    if (by === 'operator')
      await recordAct(pool, { action: 'task.cancel', subject: taskId, accountId: key.accountId });
    reach(this.#options.failpoint, 'after-cancel-request');
    if (request.unclaimed) {
      await settler.fail(request, {
        state: 'cancelled',
        error: 'task_cancelled',
        message: CANCELLED_BY.client,
      });
    } else if (request.isDone) return this.read(key, taskId);
    else if (request.left_at_provider) changes.announceDue();
    else changes.announce([taskId]);
    return this.read(key, taskId);
  }

  /**
   * Removes a task that has ended, and its files. What was charged for it stays in the ledger.
   * @throws AppError `task_not_found`, also for one that has not ended.
   */
  async remove(key: TaskOwner, taskId: string): Promise<void> {
    const { pool, files } = this.#options;
    const row = await this.read(key, taskId);
    if (row.completed_at === null) throw new AppError('task_not_found');
    // The files first: after a crash in between, the task is there to be removed again.
    await files.removeResultsOf({ accountId: key.accountId, taskId });
    await repeatLost(() => store.removeTask(pool, { id: taskId, accountId: key.accountId, book: key.mode }));
  }

  /** Waits until the task has ended, the time is over, the signal aborts or the server stops; returns the last view. */
  async wait(
    key: KeyRecord,
    taskId: string,
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<TaskView> {
    const { changes } = this.#options;
    const untilMs = steadyClock() + options.timeoutMs;
    const leave = AbortSignal.any([options.signal, this.closing]);
    for (;;) {
      // The wait begins before the read, so that a change between the two is not missed.
      const stop = new AbortController();
      const changed = changes.next(taskId, stop.signal);
      try {
        const row = await this.read(key, taskId);
        const leftMs = untilMs - steadyClock();
        if (hasEnded(row) || leftMs <= 0 || leave.aborted) return row;
        const look = AbortSignal.any([stop.signal, leave]);
        await Promise.race([changed, pause(Math.min(LOOK_MS, leftMs), look)]);
      } finally {
        stop.abort();
      }
    }
  }

  /** The timeline of a task after an event. The caller has read the task with its owner before. */
  async events(taskId: string, afterId: bigint): Promise<TaskEvent[]> {
    const events: TaskEvent[] = [];
    for (;;) {
      const page = await listEvents(this.#options.pool, taskId, events.at(-1)?.id ?? afterId);
      events.push(...page);
      if (page.length < EVENTS_PAGE_MAX) return events;
    }
  }

  /** Removes tasks that ended so many days ago, of all owners, at most `limit`; returns how many. */
  removeOld(olderThanDays: number, limit: number): Promise<number> {
    return store.removeOldTasks(this.#options.pool, olderThanDays, limit);
  }

  /** Resolves at the next change of a task, after a while, or when the signal aborts. */
  async nextChange(taskId: string, signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const either = AbortSignal.any([stop.signal, signal]);
    await Promise.race([this.#options.changes.next(taskId, either), pause(LOOK_MS, either)]);
    stop.abort();
  }
}
