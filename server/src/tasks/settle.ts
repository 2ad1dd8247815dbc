// The end of a task, in one transaction: state, money, attempt and callback. Ends that arrive together share a commit.
import type { Pool, PoolClient } from 'pg';
import type { Callbacks } from '../callbacks/callbacks.ts';
import { recordLoss } from '../credits/credits.ts';
import { type Batched, batched } from '../db/batched.ts';
import { withTransaction } from '../db/pool.ts';
import { invariant } from '../errors.ts';
import { type Failpoint, reach } from '../lib/failpoints.ts';
import { newId } from '../lib/ids.ts';
import type { JsonObject } from '../lib/json.ts';
import { type AttemptEnd, endAttempts, leaveAttempts } from './attempts.store.ts';
import type { TaskChanges } from './changes.ts';
import { CANCELLED_BY, type EndableTask, type StoredOutput, type TaskFailure } from './task.ts';
import { type EndableRow, findEnded, lockEndable, settleTasks, type TaskEnd } from './tasks.store.ts';

/** How a task succeeded. */
export interface TaskSuccess {
  provider: string;
  modelVersion: string;
  usage: JsonObject;
  outputs: StoredOutput[];
  /** What the provider says it used, if it says so; the charge is never more than the hold. */
  usedMicros?: bigint;
  /** The attempt that made it. */
  attempt?: AttemptEnd;
}

/** What else is known of a task that did not succeed. */
export interface FailureFacts {
  provider?: string;
  usage?: JsonObject;
  /** The attempt that ends with it. */
  attempt?: AttemptEnd;
  /** What the operator pays for it: the attempt was made, and cannot be charged. */
  lossMicros?: bigint;
}

interface Ending {
  end: TaskEnd;
  task: EndableTask;
  callbackCopies: number;
  attempt?: AttemptEnd;
  lossMicros?: bigint;
}

interface SettlerOptions {
  pool: Pool;
  callbacks: Callbacks;
  changes: TaskChanges;
  failpoint?: Failpoint;
}

/** Ends tasks. Each method returns whether this call did it: false when the task had ended or has a newer epoch. */
export class Settler {
  readonly #settle: Batched<Ending, boolean>;

  constructor(options: SettlerOptions) {
    this.#settle = batched((endings, isRepeat) => flush(options, endings, isRepeat), { concurrency: 2 });
  }

  succeed(task: EndableTask, success: TaskSuccess, callbackCopies = 1): Promise<boolean> {
    return this.#settle({
      task,
      callbackCopies,
      attempt: success.attempt,
      end: {
        id: task.id,
        epoch: task.epoch,
        state: 'succeeded',
        captured: String(success.usedMicros ?? task.price),
        transfer_id: newId(),
        provider: success.provider,
        model_version: success.modelVersion,
        result_error: null,
        result_message: 'success',
        result_usage: success.usage,
        outputs: success.outputs,
      },
    });
  }

  fail(task: EndableTask, failure: TaskFailure, facts: FailureFacts = {}): Promise<boolean> {
    return this.#settle({
      task,
      callbackCopies: 1,
      attempt: facts.attempt,
      lossMicros: facts.lossMicros,
      end: {
        id: task.id,
        epoch: task.epoch,
        state: failure.state,
        captured: '0',
        transfer_id: newId(),
        provider: facts.provider ?? null,
        model_version: null,
        result_error: failure.error,
        result_message: failure.message,
        result_usage: facts.usage ?? {},
        outputs: [],
      },
    });
  }
}

/** Books, once for each attempt, what its provider made and no client can be charged for. */
export async function bookLoss(
  client: PoolClient,
  task: Pick<EndableTask, 'id' | 'account_id' | 'book'>,
  { epoch, lossMicros }: { epoch: AttemptEnd['epoch']; lossMicros: bigint },
): Promise<void> {
  await recordLoss(client, {
    id: newId(),
    taskId: task.id,
    accountId: task.account_id,
    book: task.book,
    amount: lossMicros,
    reference: `late:${task.id}:${epoch}`,
  });
}

/** The claim in whose name a task is ended. */
function claimOf({ id, epoch }: { id: string; epoch: number }): string {
  return `${id} ${epoch}`;
}

/** Of these endings, those that an earlier run has written whose answer was lost. */
async function findEarlier(client: PoolClient, endings: ReadonlyMap<string, Ending>): Promise<Ending[]> {
  const ended = await findEnded(
    client,
    [...endings.values()].map(({ end }) => end),
  );
  return ended.flatMap((row) => endings.get(claimOf(row)) ?? []);
}

async function flush(
  { pool, callbacks, changes, failpoint }: SettlerOptions,
  endings: Ending[],
  isRepeat: boolean,
): Promise<boolean[]> {
  // A cancel and a success of one claim can meet in a batch: the first one counts.
  const firsts = new Map<string, Ending>();
  for (const ending of endings) {
    const claim = claimOf(ending.end);
    if (!firsts.has(claim)) firsts.set(claim, ending);
  }
  const ended = await withTransaction(pool, async (client) => {
    const rows = await lockEndable(
      client,
      [...firsts.values()].map(({ end }) => end),
    );
    const won = rows.flatMap((row) => {
      const ending = firsts.get(claimOf(row));
      return ending ? [nameCanceller(ending, row)] : [];
    });
    const before = isRepeat ? await findEarlier(client, firsts) : [];
    if (won.length === 0) return new Set(before);
    const items = won.flatMap(({ task, callbackCopies }) =>
      task.callback_url === null
        ? []
        : [
            {
              taskId: task.id,
              accountId: task.account_id,
              url: task.callback_url,
              testMode: task.book === 'test',
              copies: callbackCopies,
            },
          ],
    );
    if (items.length > 0) await callbacks.enqueue(client, items);
    // Rows that other statements wait for come last: provider accounts, and balances, which every create locks too.
    await endAttempts(
      client,
      won.flatMap(({ attempt }) => (attempt ? [attempt] : [])),
    );
    if (won.some(({ end }) => end.state !== 'succeeded')) {
      await leaveAttempts(
        client,
        won.map(({ task }) => task.id),
      );
    }
    const ended = await settleTasks(
      client,
      won.map(({ end }) => end),
    );
    for (const { task, attempt, lossMicros } of won) {
      if (lossMicros === undefined || attempt === undefined) continue;
      await bookLoss(client, task, { epoch: attempt.epoch, lossMicros });
    }
    invariant(ended.length === won.length, 'tasks that were locked for their end do end');
    reach(failpoint, 'in-settle');
    return new Set([...won, ...before]);
  });
  reach(failpoint, 'after-settle');
  changes.announce([...ended].map(({ task }) => task.id));
  return endings.map((ending) => ended.has(ending));
}

/** The process that writes the end may not know who has asked for it since the task was claimed; its row does. */
function nameCanceller(ending: Ending, { cancel_requested_by: by }: EndableRow): Ending {
  if (by !== 'operator' || ending.end.result_message !== CANCELLED_BY.client) return ending;
  return { ...ending, end: { ...ending.end, result_message: CANCELLED_BY.operator } };
}
