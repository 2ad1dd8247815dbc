// What must hold after any number of crashes, judged only from the outside: by the answers that the client
// got, what the receiver wrote down, and what the API shows at the end. A promise that cannot be seen broken
// here proves nothing, so checker.test.ts breaks each of them.

import { Webhook } from 'standardwebhooks';
import type { Balance, StatementRow, Task } from '../stage/api.ts';
import type { Receipt } from '../stage/receiver.ts';
import type { Operation, Order } from './client.ts';

/** Everything that was seen of a run. */
export interface Evidence {
  orders: Order[];
  operations: Operation[];
  receipts: Receipt[];
  /** The task object of each task at the end, character for character; undefined for one that is gone. */
  finals: Map<string, string | undefined>;
  /** Every task that the account has. */
  listed: string[];
  statement: StatementRow[];
  balance: Balance;
  /** Credits before the first task, and what one success costs. */
  opening: number;
  price: number;
  secret: string;
  /** When a process was killed, on the clock of the operations. */
  kills: number[];
}

export interface Violation {
  promise: string;
  detail: string;
}

type Judge = (evidence: Evidence) => string[];

/**
 * The number of times that a provider is asked at most; a task whose processes were killed that often may end
 * for this reason.
 */
const ATTEMPTS_MAX = 5;
const GIVEN_UP = 'Given up after';
/**
 * The scenario "unavailable" refuses twice in each life of a process, so the second life may use up the rest.
 */
const KILLS_TO_GIVE_UP: Partial<Record<Order['kind'], number>> = { unavailable: 1, cancel_waiting: 1 };
const RANKS: Record<string, number> = { pending: 0, running: 1, success: 2, failed: 2 };

function acknowledged({ operations }: Evidence): Map<string, Set<string>> {
  const ids = new Map<string, Set<string>>();
  for (const { op, outcome, key, taskId } of operations) {
    if (op !== 'create' || outcome !== 'ok') continue;
    const known = ids.get(key) ?? new Set();
    ids.set(key, known.add(String(taskId)));
  }
  return ids;
}

function finalOf(evidence: Evidence, key: string): { id: string; text: string; task: Task } | undefined {
  const [id] = acknowledged(evidence).get(key) ?? [];
  const text = id === undefined ? undefined : evidence.finals.get(id);
  return id === undefined || text === undefined ? undefined : { id, text, task: JSON.parse(text) as Task };
}

/** One line for each order whose task breaks the rule; tasks that are gone belong to another promise. */
function eachTask(
  evidence: Evidence,
  rule: (found: { id: string; text: string; task: Task; order: Order }) => string | undefined,
): string[] {
  return evidence.orders.flatMap((order) => {
    const found = finalOf(evidence, order.key);
    const fault = found && rule({ ...found, order });
    return fault === undefined ? [] : [`${order.key}: ${fault}`];
  });
}

function killsDuring(evidence: Evidence, key: string): number {
  const own = evidence.operations.filter((operation) => operation.key === key);
  const from = own.find(({ op }) => op === 'create')?.at ?? 0;
  const to = own.find(({ task }) => task !== undefined)?.at ?? Number.POSITIVE_INFINITY;
  return evidence.kills.filter((at) => at >= from && at <= to).length;
}

const findLost: Judge = (evidence) => [
  ...evidence.orders
    .filter(({ key }) => !acknowledged(evidence).has(key))
    .map(({ key }) => `${key}: never answered`),
  ...[...acknowledged(evidence)].flatMap(([key, ids]) =>
    [...ids].filter((id) => evidence.finals.get(id) === undefined).map((id) => `${key}: ${id} is gone`),
  ),
];

const findDoubled: Judge = (evidence) => {
  const acked = acknowledged(evidence);
  const known = new Set([...acked.values()].flatMap((ids) => [...ids]));
  return [
    ...[...acked].filter(([, ids]) => ids.size > 1).map(([key, ids]) => `${key}: ${[...ids].join(' and ')}`),
    ...evidence.listed.filter((id) => !known.has(id)).map((id) => `${id} was never asked for`),
    ...[...known].filter((id) => !evidence.listed.includes(id)).map((id) => `${id} is not listed`),
  ];
};

const findRefused: Judge = ({ operations }) =>
  operations
    .filter(({ outcome }) => outcome === 'fail')
    .filter(({ op, reason }) => !(op === 'cancel' && reason?.includes('not_cancellable')))
    .map(({ op, key, reason }) => `${key}: ${op} was answered with ${reason}`);

const findBackward: Judge = ({ orders, operations }) =>
  orders.flatMap(({ key }) => {
    const seen = operations.filter((operation) => operation.key === key && operation.status !== undefined);
    return seen.flatMap(({ status, task }, at) => {
      const before = seen[at - 1];
      if (before === undefined) return [];
      if (RANKS[String(status)] < RANKS[String(before.status)])
        return [`${key}: ${before.status} then ${status}`];
      return before.task !== undefined && before.task !== task ? [`${key}: ${before.task} then ${task}`] : [];
    });
  });

const findChanged: Judge = (evidence) =>
  eachTask(evidence, ({ text, order }) => {
    const seen = evidence.operations.find(({ key, task }) => key === order.key && task !== undefined);
    return seen === undefined || seen.task === text ? undefined : `was ${seen.task}, is ${text}`;
  });

const EXPECTED: Record<Order['kind'], readonly string[]> = {
  plain: ['success'],
  lost_answer: ['success'],
  duplicate: ['success'],
  unavailable: ['success'],
  moderation: ['content_refused'],
  fail: ['generation_failed'],
  stuck: ['task_expired'],
  cancel_running: ['task_cancelled'],
  // It may have started before the cancel came.
  cancel_waiting: ['task_cancelled', 'success'],
};

const findWrongEnds: Judge = (evidence) =>
  eachTask(evidence, ({ task, order }) => {
    const end = task.result?.error ?? task.status;
    if (EXPECTED[order.kind].includes(end)) return undefined;
    const killsMin = KILLS_TO_GIVE_UP[order.kind] ?? ATTEMPTS_MAX;
    const mayGiveUp =
      task.result?.message.startsWith(GIVEN_UP) && killsDuring(evidence, order.key) >= killsMin;
    return mayGiveUp ? undefined : `ended with ${end}: ${task.result?.message ?? 'not at all'}`;
  });

const findWrongMoney: Judge = (evidence) => {
  const captures = evidence.statement.filter(({ kind }) => kind === 'capture');
  const perTask = eachTask(evidence, ({ id, task }) => {
    const own = captures.filter((row) => row.task_id === id);
    const due = task.status === 'success' ? evidence.price : 0;
    const paid = own.reduce((sum, { credits }) => sum - credits, 0);
    if (own.length > 1) return `charged ${own.length} times`;
    if (paid !== due || task.credits !== due) return `${task.status}, charged ${paid}, shows ${task.credits}`;
    return undefined;
  });
  const { balance, held } = evidence.balance;
  const left = evidence.opening + captures.reduce((sum, { credits }) => sum + credits, 0);
  return [
    ...perTask,
    ...(held === 0 ? [] : [`${held} credits are still held`]),
    ...(Math.abs(balance - left) < 1e-6 ? [] : [`the balance is ${balance} and should be ${left}`]),
  ];
};

function receiptsOf(evidence: Evidence, order: Order): Receipt[] {
  return evidence.receipts.filter(({ path }) => path.endsWith(`/${order.key}`));
}

const findUnreported: Judge = (evidence) =>
  eachTask(evidence, ({ order }) => {
    const own = receiptsOf(evidence, order);
    if (!own.some(({ status }) => status === 200)) return 'no callback was accepted';
    return order.kind === 'duplicate' && own.length < 2 ? 'one callback instead of two' : undefined;
  });

const findWrongCallbacks: Judge = (evidence) =>
  eachTask(evidence, ({ text, order }) => {
    const own = receiptsOf(evidence, order);
    if (new Set(own.map(({ headers }) => headers['webhook-id'])).size > 1) return 'several webhook-ids';
    const other = own.find(({ body }) => body !== text);
    if (other) return `posted ${other.body}, shows ${text}`;
    return own.every((receipt) => isSigned(receipt, evidence.secret)) ? undefined : 'a wrong signature';
  });

/** Judged by the time in its own headers: `verify` refuses what is older than five minutes, and a run may last longer. */
function isSigned({ body, headers }: Receipt, secret: string): boolean {
  const sentAt = new Date(Number(headers['webhook-timestamp']) * 1000);
  const signature = new Webhook(secret).sign(String(headers['webhook-id']), sentAt, body);
  return String(headers['webhook-signature']).split(' ').includes(signature);
}

export const PROMISES: Record<string, Judge> = {
  'no accepted task is lost': findLost,
  'one idempotency key makes one task': findDoubled,
  'no request is refused for the sake of a crash': findRefused,
  'no status goes back, and nothing changes after the end': findBackward,
  'the end that was seen is the end that stays': findChanged,
  'each task ends as its order says': findWrongEnds,
  'a success is charged once, all else is free, and nothing stays held': findWrongMoney,
  'each end is reported to its receiver at least once': findUnreported,
  'each callback is signed, under one id, and says what the task says': findWrongCallbacks,
};

/** Everything that is broken; an empty list is the proof. */
export function check(evidence: Evidence): Violation[] {
  return Object.entries(PROMISES).flatMap(([promise, judge]) =>
    judge(evidence).map((detail) => ({ promise, detail })),
  );
}
