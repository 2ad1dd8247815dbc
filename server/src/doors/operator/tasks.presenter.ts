// How tasks read to an operator. Their input is their client's, and is not shown.
import { toCredits } from '../../lib/money.ts';
import { toUnixSeconds } from '../../lib/time.ts';
import type { AttemptView, HandEnded, ListedTask, TaskFacts } from '../../tasks/by-hand.ts';
import type { TaskEvent } from '../../tasks/tasks.ts';
import type { Presented } from '../plain-schemas.ts';
import { presentTime } from './present.ts';
import type { attempt, handEnded, listedTask, taskEvent, taskFacts } from './tasks.schemas.ts';

type Common = Pick<
  ListedTask,
  | 'id'
  | 'account_id'
  | 'book'
  | 'model'
  | 'state'
  | 'price'
  | 'captured'
  | 'result_error'
  | 'created_at'
  | 'deadline_at'
  | 'completed_at'
>;

function presentCommon(row: Common, account: string) {
  return {
    id: row.id,
    account_id: row.account_id,
    account,
    book: row.book,
    model: row.model,
    state: row.state,
    price: toCredits(row.price),
    charged: row.captured === null ? null : toCredits(row.captured),
    error: row.result_error,
    created_at: toUnixSeconds(row.created_at),
    deadline_at: toUnixSeconds(row.deadline_at),
    completed_at: presentTime(row.completed_at),
  };
}

export function presentListedTask(row: ListedTask): Presented<typeof listedTask> {
  return {
    ...presentCommon(row, row.account),
    provider: row.provider,
    attempt_state: row.attempt_state,
    unreadable_at: presentTime(row.unreadable_at),
    unfetched_at: presentTime(row.unfetched_at),
  };
}

function presentAttempt(row: AttemptView): Presented<typeof attempt> {
  return {
    attempt: row.epoch,
    provider: row.provider,
    offer: row.offer,
    credential: row.credential,
    state: row.state,
    reason: row.reason,
    detail: row.detail,
    // Of a result that came at once it holds signed addresses, which are in no answer.
    reference: row.reference && 'made' in row.reference ? { made: true } : row.reference,
    used: row.used,
    created_at: toUnixSeconds(row.created_at),
    ended_at: presentTime(row.ended_at),
    unreadable_at: presentTime(row.unreadable_at),
    unfetched_at: presentTime(row.unfetched_at),
  };
}

function presentEvent({ id, name, detail, created_at }: TaskEvent): Presented<typeof taskEvent> {
  return { id: String(id), event: name, detail, created_at: toUnixSeconds(created_at) };
}

export function presentTaskFacts(facts: TaskFacts): Presented<typeof taskFacts> {
  const { task, account, settlement, attempts, events } = facts;
  return {
    ...presentCommon(task, account),
    message: task.result_message,
    cancel_requested_at: presentTime(task.cancel_requested_at),
    settled: settlement?.kind ?? null,
    attempts: attempts.map(presentAttempt),
    events: events.map(presentEvent),
  };
}

export function presentHandEnded(taskId: string, ended: HandEnded): Presented<typeof handEnded> {
  return {
    task_id: taskId,
    state: ended.state,
    charged: toCredits(ended.chargedMicros),
    given_back: toCredits(ended.givenBackMicros),
    callback: ended.hasCallback,
  };
}
