// An operator ends a task that nothing else will end: its provider cannot be read, its outcome is unknown, or it is
// stuck. The end is the same transaction as any other, so that the money, the callback and the audit hold; a worker
// that works on the task meanwhile can write nothing any more. This never starts or stops anything at a provider by
// itself.
import { copyFile, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Pool } from 'pg';
import { recordAct } from '../audit/audit.ts';
import { AppError, OperatorError } from '../errors.ts';
import type { Files } from '../files/files.ts';
import { findFileType, findFileTypeByName } from '../lib/file-types.ts';
import { isUuid, newId } from '../lib/ids.ts';
import { type Micros, toCredits } from '../lib/money.ts';
import { MINUTE_MS } from '../lib/time.ts';
import { type AttemptEnd, insertEvent } from './attempts.store.ts';
import {
  type AttemptView,
  countOpenWithTemplate,
  type ListedTask,
  listTasksOfAll,
  readTaskFacts,
  type TaskFacts,
  type TasksQuestion,
  takeByHand,
} from './by-hand.store.ts';
import type { Settler } from './settle.ts';
import type { StoredOutput, TaskRow } from './task.ts';

export type { AttemptView, ListedTask, TaskFacts } from './by-hand.store.ts';

const LEASE_MS = MINUTE_MS;
/** A worker that has seen the end before may take the task once more between the two steps. */
const TRIES_MAX = 5;
const REASON_CHARACTERS_MAX = 300;

export interface ByHandOptions {
  pool: Pool;
  files: Files;
  settler: Settler;
}

/** How a task is to end. */
export type HandEnd = { reason: string } & (
  | { as: 'failed' | 'cancelled' }
  /**
   * With a video that the operator has. @property contentType its type; what its name says if left out.
   * @property usedMicros what is charged; the whole hold unless said.
   */
  | { as: 'succeeded'; file: string; contentType?: string; usedMicros?: Micros }
);

/** What the end has done. */
export interface HandEnded {
  state: HandEnd['as'];
  chargedMicros: Micros;
  givenBackMicros: Micros;
  /** Whether a callback goes out. */
  hasCallback: boolean;
}

/** The attempt that may still run, if there is one. */
export function openAttemptOf({ attempts }: Pick<TaskFacts, 'attempts'>): AttemptView | undefined {
  return attempts.findLast(({ ended_at }) => ended_at === null);
}

/** What an end will charge. @throws OperatorError for more than the hold. */
export function chargeByHand(task: Pick<TaskRow, 'price'>, end: HandEnd): Micros {
  if (end.as !== 'succeeded') return 0n;
  const charged = end.usedMicros ?? task.price;
  if (charged < 0n || charged > task.price)
    throw new OperatorError('The charge must be between 0 and what is held');
  return charged;
}

/** Tasks of all accounts. */
/** @throws OperatorError while an open task is to be made from the template: its provider may need what the entry says. */
export async function refuseTemplateInUse(pool: Pool, templateId: string): Promise<void> {
  const count = await countOpenWithTemplate(pool, templateId);
  if (count === 0) return;
  const tasks = count === 1 ? '1 open task names' : `${count} open tasks name`;
  throw new OperatorError(`${tasks} the template ${templateId}: wait for the end, or cancel`, {
    errorName: 'conflict',
  });
}

export function listTasksByHand(pool: Pool, question: TasksQuestion): Promise<ListedTask[]> {
  return listTasksOfAll(pool, question);
}

/** @throws OperatorError for an id without a task, or none. */
export async function findTaskFacts(pool: Pool, id: string): Promise<TaskFacts> {
  const facts = isUuid(id) ? await readTaskFacts(pool, id) : undefined;
  if (facts) return facts;
  const message = `There is no task "${id.slice(0, 100)}"; "reelay tasks list" shows the open ones`;
  throw new OperatorError(message, { errorName: 'not_found' });
}

/**
 * Ends an open task now, whatever works on it. If it did not succeed, an open attempt becomes late: it is stopped or
 * followed as after any other end.
 * @throws OperatorError when it has ended, and for a file that is not a video.
 */
export async function endByHand(options: ByHandOptions, facts: TaskFacts, end: HandEnd): Promise<HandEnded> {
  const { pool } = options;
  const { id } = facts.task;
  if (end.reason.length > REASON_CHARACTERS_MAX) {
    throw new OperatorError(`The reason has at most ${REASON_CHARACTERS_MAX} characters`);
  }
  const charged = chargeByHand(facts.task, end);
  if (facts.task.completed_at !== null) throw hasEnded(facts.task);
  const output = end.as === 'succeeded' ? await keepFile(options, facts.task, end) : undefined;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const task = await takeByHand(pool, { id, holder: newId(), leaseMs: LEASE_MS });
    if (!task) break;
    await insertEvent(pool, task, {
      name: 'task.ended_by_operator',
      detail: { as: end.as, reason: end.reason },
    });
    await recordAct(pool, {
      action: 'task.settle',
      subject: id,
      accountId: task.account_id,
      before: { state: facts.task.state },
      after: { state: end.as, reason: end.reason, charged: toCredits(charged) },
    });
    const current = await findTaskFacts(pool, id);
    if (!(await settle(options, { task, attempt: openAttemptOf(current) }, { ...end, charged, output })))
      continue;
    return {
      state: end.as,
      chargedMicros: charged,
      givenBackMicros: task.price - charged,
      hasCallback: task.callback_url !== null,
    };
  }
  throw hasEnded((await findTaskFacts(pool, id)).task);
}

function hasEnded({ id, state }: Pick<TaskRow, 'id' | 'state'>): OperatorError {
  const message = `The task ${id} is ${state}: it has already ended, and nothing was changed`;
  return new OperatorError(message, { errorName: 'conflict' });
}

async function settle(
  { settler }: ByHandOptions,
  { task, attempt }: { task: TaskRow; attempt: AttemptView | undefined },
  {
    as,
    reason,
    charged,
    output,
  }: { as: HandEnd['as']; reason: string; charged: Micros; output?: StoredOutput },
): Promise<boolean> {
  const provider = attempt?.provider ?? task.provider ?? undefined;
  if (as !== 'succeeded') {
    const error = as === 'failed' ? 'generation_failed' : 'task_cancelled';
    const message = `Ended by the operator${reason === '' ? '' : `: ${reason}`}; nothing was charged`;
    return settler.fail(task, { state: as, error, message }, { provider });
  }
  const ended: AttemptEnd | undefined = attempt && {
    taskId: task.id,
    epoch: attempt.epoch,
    state: 'succeeded',
    detail: 'ended by the operator with a file of their own',
  };
  return settler.succeed(task, {
    provider: provider ?? 'operator',
    modelVersion: task.model_version ?? task.model.split('/').at(-1) ?? task.model,
    usage: {},
    outputs: output ? [output] : [],
    usedMicros: charged,
    attempt: ended,
  });
}

/** Stores a copy of the operator's file as the result. */
async function keepFile(
  { files }: ByHandOptions,
  task: TaskRow,
  { file, contentType: given }: { file: string; contentType?: string },
): Promise<StoredOutput> {
  const type = given === undefined ? findFileTypeByName(extname(file)) : findFileType(given);
  if (!type?.contentType.startsWith('video/')) {
    const what = given === undefined ? `The name of "${file}"` : `The content type "${given.slice(0, 100)}"`;
    throw new OperatorError(`${what} is not that of a video: MP4, WebM or QuickTime (.mp4, .webm or .mov)`);
  }
  const path = files.newStagingPath();
  const { contentType, extensions } = type;
  try {
    await copyFile(file, path);
    const kept = await files.keepResult({
      accountId: task.account_id,
      taskId: task.id,
      name: `video${extensions[0]}`,
      path,
      contentType,
    });
    return { kind: 'video', contentType, key: kept.key, sizeBytes: kept.sizeBytes, sha256: kept.sha256 };
  } catch (error) {
    await rm(path, { force: true });
    if (error instanceof AppError) throw new OperatorError(error.message, { cause: error });
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall !== undefined)
      throw new OperatorError(`"${file}" cannot be read (${code})`, { cause: error });
    throw error;
  }
}
