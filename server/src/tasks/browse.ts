// How the members of an account look through its tasks: search, one task with its tries, and the cancel of many.
import type { Pool } from 'pg';
import type { Reports } from '../db/report-queue.ts';
import { AppError } from '../errors.ts';
import { isUuid } from '../lib/ids.ts';
import {
  type BrowsedAttempt,
  type BrowsedTask,
  type BrowseSearch,
  findTaskIds,
  type OwnedBook,
  readBrowsed,
  readBrowsedAttempts,
} from './browse.store.ts';
import type { TaskEvent, TaskOwner, Tasks } from './tasks.ts';

export type { BrowsedAttempt, BrowsedTask, BrowseSearch } from './browse.store.ts';

export interface BrowsedPage {
  rows: BrowsedTask[];
  /** Where the next page begins, which may be before a page is full: a search of prompts stops after so many. */
  next: string | null;
}

/** All that members see of one task. */
export interface TaskDetail {
  task: BrowsedTask;
  attempts: BrowsedAttempt[];
  events: TaskEvent[];
}

const WORDS_MAX = 8;

/** What a text asks for: the beginning of an id (eight digits of it at least), or words of the prompt. */
export function readSearchText(text: string): Pick<BrowseSearch, 'words' | 'idRange'> {
  const digits = text.trim().toLowerCase();
  if (/^[0-9a-f]{8}[0-9a-f-]{0,28}$/.test(digits)) {
    const hex = digits.replaceAll('-', '');
    return { idRange: [toUuid(hex.padEnd(32, '0')), toUuid(hex.padEnd(32, 'f'))] };
  }
  const words = text.split(/\s+/).filter((word) => word !== '');
  return words.length === 0 ? {} : { words: words.slice(0, WORDS_MAX) };
}

function toUuid(hex: string): string {
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** How a cancel went: `ended` at once, `asked` of its provider, or why not. */
export type CancelOutcome = 'ended' | 'asked' | 'not_cancellable' | 'not_found';

function ownedBookOf({ accountId, mode }: TaskOwner): OwnedBook {
  return { accountId, book: mode };
}

export class TaskBrowser {
  readonly #pool: Pool;
  readonly #tasks: Tasks;
  readonly #reports: Reports;

  constructor({ pool, reports, tasks }: { pool: Pool; reports: Reports; tasks: Tasks }) {
    this.#pool = pool;
    this.#tasks = tasks;
    this.#reports = reports;
  }

  /** A page of the tasks of an account and book, newest first. */
  search(owner: TaskOwner, search: BrowseSearch): Promise<BrowsedPage> {
    return this.#reports.read(owner.accountId, async (pool) => {
      const { ids, next } = await findTaskIds(pool, ownedBookOf(owner), search);
      const rows = ids.length === 0 ? [] : await readBrowsed(pool, ownedBookOf(owner), { ids, whole: false });
      return { rows, next };
    });
  }

  /** @throws AppError `task_not_found`, also for a task of another account or of the other book. */
  async show(owner: TaskOwner, taskId: string): Promise<TaskDetail> {
    const ids = isUuid(taskId) ? [taskId] : [];
    const [task] = await readBrowsed(this.#pool, ownedBookOf(owner), { ids, whole: true });
    if (task === undefined) throw new AppError('task_not_found');
    const [attempts, events] = await Promise.all([
      readBrowsedAttempts(this.#pool, task.id),
      this.#tasks.events(task.id, 0n),
    ]);
    return { task, attempts, events };
  }

  /** Cancels one after the other. @returns how each went, in order. */
  async cancelAll(owner: TaskOwner, taskIds: readonly string[]): Promise<CancelOutcome[]> {
    const outcomes: CancelOutcome[] = [];
    for (const id of taskIds) outcomes.push(await this.#cancel(owner, id));
    return outcomes;
  }

  async #cancel(owner: TaskOwner, taskId: string): Promise<CancelOutcome> {
    try {
      const { completed_at: completedAt } = await this.#tasks.cancel(owner, taskId);
      return completedAt === null ? 'asked' : 'ended';
    } catch (error) {
      // One that cannot be cancelled does not keep the others from it.
      if (!(error instanceof AppError)) throw error;
      if (error.errorName === 'not_cancellable') return 'not_cancellable';
      if (error.errorName === 'task_not_found') return 'not_found';
      throw error;
    }
  }
}
