// Admission: many creates in one statement, and what each outcome means for its caller.
import type { Pool } from 'pg';
import type { KeyRecord } from '../accounts/keys.ts';
import { type Batched, batched } from '../db/batched.ts';
import { AnswerLost } from '../db/lost-answers.ts';
import { AppError, type ErrorName } from '../errors.ts';
import { type Failpoint, reach } from '../lib/failpoints.ts';
import { newId } from '../lib/ids.ts';
import { formatCredits, type Micros } from '../lib/money.ts';
import { type Clock, DAY_MS, SECOND_MS } from '../lib/time.ts';
import type { TaskChanges } from './changes.ts';
import { type Created, type CreateResult, findReplayed, insertTasks, type NewTask } from './create.store.ts';
import { type Attempt, digestBody, Resends } from './resends.ts';

export type { Created } from './create.store.ts';

const BATCH_MAX = 128;
const WAITING_MAX = 20_000;
/** A task that loses its place to others of its batch this often is refused: too many creates compete for the balance. */
const RETRIES_MAX = 50;
/** The pause before a create may be sent again if it is not known whether it was written. */
const OPEN_RETRY_SECONDS = 2;

/** The client's name of a create, and the body that it stands for. */
export interface Idempotency {
  key: string;
  rawBody: string;
}

/** A checked create, ready to be written. */
export interface CreateRequest
  extends Omit<
    NewTask,
    'id' | 'accountId' | 'keyId' | 'book' | 'source' | 'idempotencyKey' | 'requestDigest'
  > {
  idempotency?: Idempotency;
  /** Under no key: the body by which a repeat finds the task ({@link Admission.follow}). */
  rawBody?: string;
}

function digestOf(rawBody: string | undefined): Buffer | null {
  return rawBody === undefined ? null : digestBody(rawBody);
}

export interface AdmissionOptions {
  pool: Pool;
  changes: TaskChanges;
  clock: Clock;
  failpoint?: Failpoint;
}

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #insert: Batched<NewTask, CreateResult>;
  /** Tasks with an idempotency key that are being written: two of one key are never in the same batch. */
  readonly #inFlight = new Map<string, Promise<unknown>>();
  readonly #resends: Resends;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#resends = new Resends(options);
    this.#insert = batched((tasks, isRepeat) => insertTasks(options.pool, tasks, isRepeat), {
      itemsMax: BATCH_MAX,
      // A second batch would wait for the account rows of the first, and both would be smaller for it.
      concurrency: 1,
      waitingMax: WAITING_MAX,
      retryAfterSeconds: 1,
    });
  }

  /**
   * Writes the task with its hold, or finds the one of the same idempotency key.
   * @throws AppError `rate_limited`, `insufficient_credits`, `key_daily_limit_reached`, `key_total_limit_reached` or
   * `idempotency_conflict`; then nothing was written. Or `database_unavailable`, which says whether the task may have
   * been written.
   */
  async create(key: KeyRecord, { idempotency, rawBody, ...request }: CreateRequest): Promise<Created> {
    const { failpoint } = this.#options;
    reach(failpoint, 'before-create');
    const task: NewTask = {
      ...request,
      id: newId(),
      accountId: key.accountId,
      keyId: key.keyId,
      book: key.mode,
      source: key.kind === 'playground' ? 'playground' : 'api',
      idempotencyKey: idempotency?.key ?? null,
      requestDigest: digestOf(idempotency?.rawBody ?? rawBody),
    };
    const created = await (idempotency === undefined ? this.#write(key, task) : this.#writeInTurn(key, task));
    reach(failpoint, 'after-create');
    return created;
  }

  /**
   * The task of an earlier create with the same key and body, when there is one. What has changed since (a switch, a
   * price, a template) is no reason to deny a client the task that it has.
   */
  async findReplayed(key: KeyRecord, idempotency: Idempotency): Promise<Created | undefined> {
    const taskId = await findReplayed(this.#options.pool, {
      accountId: key.accountId,
      book: key.mode,
      idempotencyKey: idempotency.key,
      requestDigest: digestBody(idempotency.rawBody),
    });
    return taskId === undefined
      ? undefined
      : { taskId, replayed: true, createsMax: 0, createsLeft: 0, retryMs: 0 };
  }

  /**
   * Lets an attempt of a create without a key have the task of the attempt before it, and makes one otherwise.
   * @param make must give `create` the same `rawBody`.
   */
  follow(key: KeyRecord, attempt: Attempt, make: () => Promise<Created>): Promise<Created> {
    return this.#resends.follow(key, attempt, make);
  }

  /** Says that a client has asked for a task by its id, so that it needs no repeat of its create. */
  noteRead(taskId: string): void {
    this.#resends.noteRead(taskId);
  }

  /** Two creates of one idempotency key are written one after the other. */
  async #writeInTurn(key: KeyRecord, task: NewTask): Promise<Created> {
    const name = `${task.accountId} ${task.book} ${task.idempotencyKey}`;
    for (let earlier = this.#inFlight.get(name); earlier; earlier = this.#inFlight.get(name)) await earlier;
    const writing = this.#write(key, task);
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

  async #write(key: KeyRecord, first: NewTask): Promise<Created> {
    const { changes, clock } = this.#options;
    let task = first;
    try {
      for (let retry = 0; retry < RETRIES_MAX; retry++) {
        const result = await this.#insert(task);
        const { outcome, ...created } = result;
        switch (outcome) {
          case 'created':
          case 'written':
            changes.announceDue();
            return { ...created, replayed: false };
          case 'replayed':
            return { ...created, replayed: true };
          case 'conflict':
            throw new AppError('idempotency_conflict');
          case 'limited':
            throw limited(key, result);
          case 'short':
            throw new AppError('insufficient_credits', {
              message: `Insufficient Credits: this task needs ${formatCredits(task.priceMicros)}`,
            });
          case 'over_day':
          case 'over_total':
            throw overBudget(outcome, result, { price: task.priceMicros, nowMs: clock() });
          case 'unknown_key':
            throw new AppError('unauthorized', { message: 'API key not valid' });
          case 'retry':
            // Each try has an id of its own, so that a late statement of an earlier try can write nothing.
            task = { ...first, id: newId() };
        }
      }
    } catch (error) {
      throw error instanceof AnswerLost ? leftOpen(first, error) : error;
    }
    throw new AppError('insufficient_credits');
  }
}

/** Nobody knows whether the task was written, and the answer must not say either. */
function leftOpen({ idempotencyKey }: NewTask, cause: AnswerLost): AppError {
  const advice =
    idempotencyKey === null
      ? 'look for it in the list of tasks before you send it again, and send an Idempotency-Key to make repeats safe'
      : 'send it again with the same Idempotency-Key, which gives the task that there is and never a second one';
  const message = `Storage did not answer, and the task may have been created: ${advice}`;
  return new AppError('database_unavailable', { message, retryAfterSeconds: OPEN_RETRY_SECONDS, cause });
}

function limited(
  { createsWindowSeconds: windowSeconds }: KeyRecord,
  { createsMax, retryMs }: CreateResult,
): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(retryMs / 1000));
  return new AppError('rate_limited', {
    message: `Too many creates with this key; try again in ${retryAfterSeconds} s`,
    retryAfterSeconds,
    limit: { policy: 'create', max: createsMax, windowSeconds, left: 0, resetMs: retryMs },
  });
}

/** The limit of a key that refuses a create: its name, and what a client reads of it. */
const BUDGETS = {
  over_day: { errorName: 'key_daily_limit_reached', words: 'credits a day' },
  over_total: { errorName: 'key_total_limit_reached', words: 'credits in all' },
} as const satisfies Record<string, { errorName: ErrorName; words: string }>;

/** The day is that of the database; the hint when it ends may be off by what the clocks are apart. */
function overBudget(
  outcome: keyof typeof BUDGETS,
  { budget }: CreateResult,
  { price, nowMs }: { price: Micros; nowMs: number },
): AppError {
  const { errorName, words } = BUDGETS[outcome];
  const { used = 0n, max = 0n } = budget ?? {};
  const dayEnd = new Date((Math.floor(nowMs / DAY_MS) + 1) * DAY_MS);
  const isDaily = outcome === 'over_day';
  const advice = isDaily
    ? `all of it is free again at ${dayEnd.toISOString().slice(0, 16)} UTC`
    : 'an owner of the account can raise it';
  return new AppError(errorName, {
    message: `This key may use ${formatCredits(max)} ${words}: ${formatCredits(used)} are used, and this task needs ${formatCredits(price)}; ${advice}`,
    retryAfterSeconds: isDaily ? Math.ceil((dayEnd.getTime() - nowMs) / SECOND_MS) : undefined,
  });
}
