// How far a task is, as its timeline reports it: once for each tenth of the way, wherever the task is made.
import type { Pool } from 'pg';
import { BoundedMap } from '../lib/bounded-map.ts';
import { insertEvent } from '../tasks/attempts.store.ts';
import type { TaskChanges } from '../tasks/changes.ts';
import type { TaskRow } from '../tasks/task.ts';

type ClaimedTask = Pick<TaskRow, 'id' | 'epoch'>;

const STEP = 0.1;
const TASKS_MAX = 50_000;

export class ProgressReports {
  readonly #options: { pool: Pool; changes: TaskChanges };
  /** The last progress that was reported, of tasks whose provider gives any. */
  readonly #reported = new BoundedMap<string, number>(TASKS_MAX);

  constructor(options: { pool: Pool; changes: TaskChanges }) {
    this.#options = options;
  }

  /** @param progress from 0 to 1; undefined where the provider does not say it. */
  async report(task: ClaimedTask, progress: number | undefined): Promise<void> {
    const name = nameOf(task);
    if (progress === undefined || progress < (this.#reported.get(name) ?? 0) + STEP) return;
    this.#reported.set(name, progress);
    const event = { name: 'task.progress', detail: { percent: Math.floor(progress * 100) } };
    await insertEvent(this.#options.pool, task, event);
    this.#options.changes.announce([task.id]);
  }

  /** The attempt has ended: nothing more is reported of it. */
  forget(task: ClaimedTask): void {
    this.#reported.delete(nameOf(task));
  }
}

function nameOf({ id, epoch }: ClaimedTask): string {
  return `${id} ${epoch}`;
}
