// Admission: many creates in one statement, and what each outcome means for its caller.
import type { Pool } from 'pg';
import { isDatabaseDown } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import { type Batched, createBatcher } from '../lib/batcher.ts';
import { formatCredits } from '../lib/money.ts';
import type { TaskChanges } from './changes.ts';
import { type CreateResult, insertTasks, type NewTask } from './create.store.ts';

const BATCH_MAX = 128;
const WAITING_MAX = 20_000;
/** A task that loses its place to others of its batch this often is refused; the balance is being fought over. */
const RETRIES_MAX = 50;

export interface Created extends Omit<CreateResult, 'outcome'> {
  /** The key was used before with the same request: this is its task, and nothing new was made. */
  replayed: boolean;
}

export class Admission {
  readonly #insert: Batched<NewTask, CreateResult>;
  readonly #changes: TaskChanges;
  /** Tasks under an idempotency key that are on their way: two of one key never travel in the same batch. */
  readonly #inFlight = new Map<string, Promise<unknown>>();

  constructor(options: { pool: Pool; changes: TaskChanges }) {
    this.#changes = options.changes;
    this.#insert = createBatcher<NewTask, CreateResult>({
      flush: (tasks) => insertTasks(options.pool, tasks),
      itemsMax: BATCH_MAX,
      // A second batch would wait for the account rows of the first, and both would be smaller for it.
      concurrency: 1,
      waitingMax: WAITING_MAX,
      onFull: () => new AppError('database_unavailable', { retryAfterSeconds: 1 }),
      isOutage: isDatabaseDown,
    });
  }

  /**
   * Writes the task with its hold, or finds the one of the same idempotency key.
   * @throws AppError `rate_limited`, `insufficient_credits` or `idempotency_conflict`; then nothing was written.
   */
  async create(task: NewTask): Promise<Created> {
    if (task.idempotencyKey === null) return this.#write(task);
    const name = `${task.accountId} ${task.book} ${task.idempotencyKey}`;
    for (let earlier = this.#inFlight.get(name); earlier; earlier = this.#inFlight.get(name)) await earlier;
    const writing = this.#write(task);
    const settled = writing.then(
      () => undefined,
      () => undefined,
    );
    this.#inFlight.set(name, settled);
    try {
      return await writing;
    } finally {
      this.#inFlight.delete(name);
    }
  }

  async #write(task: NewTask): Promise<Created> {
    for (let retry = 0; retry < RETRIES_MAX; retry++) {
      const result = await this.#insert(task).catch((error) => acceptEarlierWrite(error, task));
      const { outcome, ...created } = result;
      switch (outcome) {
        case 'created':
          this.#changes.announceCreated();
          return { ...created, replayed: false };
        case 'replayed':
          return { ...created, replayed: true };
        case 'conflict':
          throw new AppError('idempotency_conflict');
        case 'limited':
          throw limited(result);
        case 'short':
          throw new AppError('insufficient_credits', {
            message: `Insufficient Credits: this task needs ${formatCredits(task.priceMicros)}`,
          });
        case 'unknown_key':
          throw new AppError('unauthorized', { message: 'API key not valid' });
        case 'retry':
          break;
      }
    }
    throw new AppError('insufficient_credits');
  }
}

/**
 * A batch whose commit was not answered is written again, item by item. The id of the task is new and ours alone: when
 * it is there already, the first write has happened.
 */
function acceptEarlierWrite(error: unknown, task: NewTask): CreateResult {
  const { code, constraint } = error as { code?: string; constraint?: string };
  if (code !== '23505' || constraint !== 'tasks_pkey') throw error;
  return { outcome: 'created', taskId: task.id, createsMax: 0, createsLeft: 0, retryMs: 0 };
}

function limited({ createsMax, retryMs }: CreateResult): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(retryMs / 1000));
  return new AppError('rate_limited', {
    message: `Too many creates with this key; try again in ${retryAfterSeconds} s`,
    retryAfterSeconds,
    limit: { policy: 'create', max: createsMax, left: 0, resetMs: retryMs },
  });
}
