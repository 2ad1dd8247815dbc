// What must hold, judged from the outside: first by the emulators' logs, second by the rows of the database.
// A promise that cannot be seen broken here proves nothing, so checker.test.ts breaks each of them.
import type { AcceptedJob } from '../../emulators/core/accepted-log.ts';
import type { Attempt, Evidence, Task } from './evidence.ts';
import type { Order } from './orders.ts';
import { ROUTE_FACTS, type Route } from './routes.ts';

export interface Violation {
  promise: string;
  detail: string;
}

/** An accepted job, and the attempt that it was submitted for, as far as the job shows it. */
interface Submitted {
  job: AcceptedJob;
  /** Undefined for a job that names no task of this run. */
  taskId: string | undefined;
  /** Undefined if the provider learns nothing about the attempt. */
  epoch: number | undefined;
}

/** Everything about one order, joined. */
export interface Story {
  order: Order;
  task: Task | undefined;
  attempts: Attempt[];
  /** In the order in which they were accepted. */
  jobs: { job: AcceptedJob; attempt: Attempt | undefined }[];
}

const TOKEN = /\brl-([0-9a-f]{32})-(\d+)\b/;
const HOOK = /\/hooks\/[\w-]+\/([0-9a-f]{32})-(\d+)-[0-9a-f]{32}/;
const PROMPT = /order-\d+\./;

/**
 * Reads the witness: a job names its attempt by the token or the callback address, or else its order by the
 * prompt.
 */
function readToken(job: AcceptedJob, taskOfKey: ReadonlyMap<string, string>): Submitted {
  const token = job.token ?? '';
  const [, hex, epoch] = TOKEN.exec(token) ?? HOOK.exec(token) ?? [];
  if (hex !== undefined) {
    const taskId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    return { job, taskId, epoch: Number(epoch) };
  }
  return { job, taskId: taskOfKey.get(PROMPT.exec(token)?.[0] ?? ''), epoch: undefined };
}

function isReferenceTo({ reference }: Attempt, { jobId }: AcceptedJob): boolean {
  return reference?.includes(jobId) === true;
}

/**
 * The attempt of a job. A job that names only its task belongs to the attempt that knows it, or to one that
 * knows none.
 */
function findAttempt(
  { job, epoch }: Submitted,
  attempts: readonly Attempt[],
  taken: ReadonlySet<Attempt>,
): Attempt | undefined {
  const own = attempts.filter(({ provider }) => provider === job.provider);
  if (epoch !== undefined) return own.find((attempt) => attempt.epoch === epoch);
  const known = own.find((attempt) => isReferenceTo(attempt, job));
  return (
    known ?? own.find((attempt) => attempt.reference === null && attempt.wasUnknown && !taken.has(attempt))
  );
}

/** One story for each order. */
export function readStories({ orders, tasks, attempts, accepted }: Evidence): Story[] {
  const taskOfKey = new Map(tasks.map(({ key, id }) => [key, id]));
  const taskById = new Map(tasks.map((task) => [task.id, task]));
  const attemptsByTask = Map.groupBy(attempts, ({ taskId }) => taskId);
  const inOrder = accepted.toSorted((one, other) => one.at - other.at);
  const submitted = inOrder.map((job) => readToken(job, taskOfKey));
  const jobsByTask = Map.groupBy(submitted, ({ taskId }) => taskId);
  return orders.map((order) => {
    const task = taskById.get(taskOfKey.get(order.key) ?? '');
    const own = task ? (attemptsByTask.get(task.id) ?? []) : [];
    const taken = new Set<Attempt>();
    const jobs = (task ? (jobsByTask.get(task.id) ?? []) : []).map((one) => {
      const attempt = findAttempt(one, own, taken);
      if (attempt) taken.add(attempt);
      return { job: one.job, attempt };
    });
    return { order, task, attempts: own, jobs };
  });
}

type Judge = (stories: readonly Story[], evidence: Evidence) => string[];

/** A line for each order that breaks a rule. */
function eachStory(rule: (story: Story, evidence: Evidence) => string | string[] | undefined): Judge {
  return (stories, evidence) =>
    stories.flatMap((story) => {
      const faults = [rule(story, evidence) ?? []].flat();
      return faults.map((fault) => `${story.order.key} (${story.order.route}, ${story.order.row}): ${fault}`);
    });
}

const findUnplaced: Judge = (stories, { tasks, refusals }) => {
  const faults = stories.flatMap(({ order, task }) => {
    if (order.taskIds.size !== 1) return [`${order.key} was answered with ${order.taskIds.size} tasks`];
    return task && order.taskIds.has(task.id) ? [] : [`${order.key} has no task`];
  });
  const keys = new Set(stories.map(({ order }) => order.key));
  const unordered = tasks.filter(({ key }) => !keys.has(key)).map(({ id }) => `${id} was never ordered`);
  return [...refusals, ...faults, ...unordered];
};

const findStrangeJobs: Judge = (stories, { accepted }) => {
  const known = new Set(stories.flatMap(({ jobs }) => jobs.map(({ job }) => job)));
  const strange = accepted.filter((job) => !known.has(job));
  return strange.map(({ provider, jobId, token }) => `${provider} ${jobId} (${token}) is of no task`);
};

const findDoubledAttempts = eachStory(({ jobs }) => {
  const byAttempt = Map.groupBy(jobs, ({ attempt }) => attempt?.epoch);
  return [...byAttempt].flatMap(([epoch, own]) => {
    const names = own.map(({ job }) => `${job.provider} ${job.jobId}`).join(', ');
    if (epoch === undefined) return [`no attempt may have made ${names}`];
    return own.length > 1 ? [`attempt ${epoch} was accepted ${own.length} times: ${names}`] : [];
  });
});

/** Another job is correct only after the provider's final word on the one before. */
const findDoubledTasks = eachStory(({ jobs }) =>
  jobs.slice(0, -1).flatMap(({ job, attempt }) => {
    const isFinal = attempt?.state === 'failed' && isReferenceTo(attempt, job);
    return isFinal
      ? []
      : [`accepted again while ${job.provider} ${job.jobId} is ${attempt?.state ?? 'unknown'}`];
  }),
);

/**
 * Once an attempt was unknown, the next one needs a proof: its provider's final word, or that there is no
 * such job.
 */
const findMoved = eachStory(({ attempts }) =>
  attempts.flatMap((attempt, at) => {
    const next = attempts[at + 1];
    if (!next || (!attempt.wasUnknown && attempt.state !== 'unknown')) return [];
    const isCleared = attempt.state === 'abandoned' && attempt.detail?.includes('no such job') === true;
    if (attempt.state === 'failed' || isCleared) return [];
    return [
      `attempt ${attempt.epoch} at ${attempt.provider} is ${attempt.state}, and ${next.provider} got the task`,
    ];
  }),
);

/** States of an attempt whose job is known. */
const KNOWN = new Set(['accepted', 'succeeded', 'failed', 'abandoned']);

/** Whether nothing could have revealed a job. */
function isBeyondReach(job: AcceptedJob, heard: ReadonlySet<string>): boolean {
  const { comesToLight } = ROUTE_FACTS[job.provider as Route];
  return comesToLight === 'never' || (comesToLight === 'by callback' && !heard.has(job.jobId));
}

const findLost = eachStory(({ jobs, attempts }, { heard }) => {
  const lost = jobs.flatMap(({ job, attempt }) => {
    if (attempt && KNOWN.has(attempt.state) && isReferenceTo(attempt, job)) return [];
    if (attempt?.state === 'unknown' && isBeyondReach(job, heard)) return [];
    return [`${job.provider} ${job.jobId} was accepted, and its attempt is ${attempt?.state ?? 'missing'}`];
  });
  const invented = attempts.filter(
    (attempt) => attempt.reference !== null && !jobs.some(({ job }) => isReferenceTo(attempt, job)),
  );
  return [
    ...lost,
    ...invented.map(({ epoch, reference }) => `attempt ${epoch} knows ${reference}, which is no job`),
  ];
});

/** How a task must end, by the last job that was accepted for it. */
function judgeEnd({ task, attempts, jobs }: Story): string | undefined {
  const last = jobs.at(-1)?.attempt;
  const made = attempts.filter(({ state }) => state === 'succeeded');
  if (made.length > 1) return 'two attempts have succeeded';
  if (task?.state === 'succeeded') {
    if (last?.state !== 'succeeded') return `it succeeded, and its last job is ${last?.state ?? 'missing'}`;
    return task.outputs > 0 ? undefined : 'it succeeded without a file';
  }
  if (task?.state !== 'failed') return `it is ${task?.state}`;
  const isLate = last?.state === 'succeeded';
  if (last?.state === 'accepted') return 'it failed, and its job is still followed';
  return isLate && task.error !== 'outcome_unknown'
    ? `it ended with ${task.error}, and its job succeeded`
    : undefined;
}

const findWrongEnds = eachStory((story) =>
  story.task?.hasEnded === true ? judgeEnd(story) : `it has not ended: ${story.task?.state}`,
);

const findWrongMoney = eachStory(({ task, attempts }, { charges, losses }) => {
  if (!task) return undefined;
  const due = task.state === 'succeeded' ? task.price : '0';
  if (task.captured !== due) return `${task.captured} was charged and ${due} is due`;
  const booked = charges.get(task.id) ?? [];
  if (booked.join() !== (due === '0' ? '' : due))
    return `it was charged by ${booked.join(' and ') || 'nothing'}, and ${due} is due`;
  const late = task.state === 'failed' && attempts.some(({ state }) => state === 'succeeded') ? 1 : 0;
  const lost = losses.get(task.id) ?? 0;
  return lost === late ? undefined : `${lost} losses are booked, and ${late} should be`;
});

const findHeld: Judge = (_stories, { held, audit }) => [
  ...(held === '0' ? [] : [`${held} micro-credits are still held`]),
  ...audit.map((violation) => `the audit says ${JSON.stringify(violation)}`),
];

export const PROMISES: Record<string, Judge> = {
  'one key makes one task, and every order has one': findUnplaced,
  'every accepted job belongs to a task of this run': findStrangeJobs,
  'no attempt is accepted twice': findDoubledAttempts,
  'no task is accepted again before the provider has said its last word': findDoubledTasks,
  'a task whose attempt is unknown moves nowhere': findMoved,
  'an accepted job that can come to light does, and none is invented': findLost,
  'each task ends, with the outcome of its job': findWrongEnds,
  'each hold is settled once, and a late success is booked as a loss': findWrongMoney,
  'nothing stays held, and the ledger is sound': findHeld,
  'no process ends on its own or logs an error': (_stories, { incidents }) => [...incidents],
};

/** Everything that is broken; an empty list is the proof. */
export function check(evidence: Evidence): Violation[] {
  const stories = readStories(evidence);
  return Object.entries(PROMISES).flatMap(([promise, judge]) =>
    judge(stories, evidence).map((detail) => ({ promise, detail })),
  );
}
