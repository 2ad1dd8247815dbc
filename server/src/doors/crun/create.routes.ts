// CreateTask and the two estimates: the same check and the same price, with and without a task at the end.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KeyRecord } from '../../accounts/keys.ts';
import type { CheckedCreate } from '../../catalog/check.ts';
import type { Credits } from '../../credits/credits.ts';
import { isDatabaseUnavailable } from '../../db/pool.ts';
import { bodyOf } from '../../http/body.ts';
import { callerOf } from '../../http/gate.ts';
import { type Preferences, readIdempotencyKey, readPreferences } from '../../http/preferences.ts';
import { rateFields } from '../../http/rate.ts';
import { Watchers } from '../../http/watchers.ts';
import { toCredits } from '../../lib/money.ts';
import { SECOND_MS } from '../../lib/time.ts';
import type { Created } from '../../tasks/create.ts';
import type { TaskView } from '../../tasks/task.ts';
import type { Tasks } from '../../tasks/tasks.ts';
import { readEnvelope, readMaxCredits } from '../create-body.ts';
import {
  type Asked,
  CHECK_ERRORS,
  CREATE_ERRORS,
  type CreatingParts,
  checkCreate,
  findReplayed,
  quote,
  writeTask,
} from '../creating.ts';
import { renderWarnings, sendData, sendJson } from './answer.ts';
import { crunForm } from './create-body.ts';
import { createSchema, estimateCreditsSchema, estimateTaskSchema } from './schemas.ts';
import { DOOR, renderTask } from './task-object.ts';

export interface CreateParts extends CreatingParts {
  credits: Credits;
  tasks: Tasks;
  waiters: Watchers;
}

/** A request that finds no place is answered at once: a server may ignore a preference (RFC 7240). */
const WAITERS = { max: 5_000, accountMax: 500 };

export function registerCreateRoutes(app: FastifyInstance, given: Omit<CreateParts, 'waiters'>): void {
  const parts: CreateParts = { ...given, waiters: new Watchers(WAITERS) };
  app.post(
    '/job/CreateTask',
    {
      schema: createSchema,
      config: {
        access: 'account',
        rate: 'create',
        errors: CREATE_ERRORS,
      },
    },
    (request, reply) => createTask(parts, request, reply),
  );
  app.post(
    '/job/estimate-credits',
    {
      schema: estimateCreditsSchema,
      config: { access: 'account', rate: 'read', needs: 'reader', errors: CHECK_ERRORS },
    },
    async (request, reply) => {
      const checked = await quote(parts, callerOf(request), askedIn(request, false));
      return sendData(reply, { credits: toCredits(checked.price.micros), estimated: false });
    },
  );
  app.post(
    '/job/EstimateTask',
    {
      schema: estimateTaskSchema,
      config: { access: 'account', rate: 'read', needs: 'reader', errors: CHECK_ERRORS },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const checked = await quote(parts, caller, askedIn(request, false));
      const { posted, held } = await parts.credits.balance(caller.accountId, caller.mode);
      const available = posted - held;
      return sendData(reply, {
        estimated_credits: toCredits(checked.price.micros),
        balance: toCredits(available),
        affordable: available >= checked.price.micros,
      });
    },
  );
}

/** What the body of a request asks for. */
function askedIn(request: FastifyRequest, strict: boolean): Asked {
  return { value: bodyOf(request).value, form: crunForm, strict };
}

async function createTask(
  parts: CreateParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const preferences = readPreferences(request);
  const key = readIdempotencyKey(request);
  const idempotency = key === undefined ? undefined : { key, rawBody: bodyOf(request).raw };
  const caller = callerOf(request);
  const strict = preferences.strict ?? caller.strict;
  let checked: CheckedCreate;
  try {
    const asked = askedIn(request, strict);
    checked = await checkCreate(parts, caller, { ...asked, maxCredits: readMaxCredits(asked.value) });
  } catch (error) {
    const created = await findReplayed(parts, caller, { error, idempotency });
    return answer(parts, { request, reply, preferences, created, warnings: [] });
  }
  const { callbackUrl, metadata } = readEnvelope(bodyOf(request).value);
  const facts = { door: DOOR, callbackUrl, metadata, idempotency };
  const created = await writeTask(parts, caller, { checked, facts });
  return answer(parts, { request, reply, preferences, created, warnings: checked.warnings });
}

function setHeaders(request: FastifyRequest, reply: FastifyReply, created: Created): void {
  if (created.replayed) reply.header('idempotent-replayed', 'true');
  else {
    const { createsMax: max, createsLeft: left, retryMs: resetMs } = created;
    const { createsWindowSeconds: windowSeconds } = callerOf(request);
    reply.headers(rateFields({ policy: 'create', max, windowSeconds, left, resetMs }));
  }
}

/** Undefined when the database went away meanwhile: the task is made, so its id is returned all the same. */
async function waitIfPossible(
  parts: CreateParts,
  key: KeyRecord,
  { taskId }: Created,
  options: { timeoutMs: number; signal: AbortSignal },
): Promise<TaskView | undefined> {
  try {
    return await parts.tasks.wait(key, taskId, options);
  } catch (error) {
    if (isDatabaseUnavailable(error)) return undefined;
    throw error;
  }
}

interface Answering {
  request: FastifyRequest;
  reply: FastifyReply;
  preferences: Preferences;
  created: Created;
  warnings: string[];
}

/** The task id at once; under `Prefer: wait` the whole task, as far as it got in that time. */
async function answer(
  parts: CreateParts,
  { request, reply, preferences, created, warnings }: Answering,
): Promise<FastifyReply> {
  setHeaders(request, reply, created);
  const sendId = () => sendJson(reply, `{"task_id":"${created.taskId}"${renderWarnings(warnings)}}`);
  const { strict, waitSeconds } = preferences;
  const free = waitSeconds === undefined ? undefined : parts.waiters.take(callerOf(request).accountId);
  const applied = [
    ...(strict === undefined ? [] : [`handling=${strict ? 'strict' : 'lenient'}`]),
    ...(free === undefined ? [] : [`wait=${waitSeconds}`]),
  ];
  if (applied.length > 0) reply.header('preference-applied', applied.join(', '));
  if (waitSeconds === undefined) return sendId();
  const gone = new AbortController();
  const leave = () => gone.abort();
  request.raw.socket.once('close', leave);
  try {
    const timeoutMs = free === undefined ? 0 : waitSeconds * SECOND_MS;
    const row = await waitIfPossible(parts, callerOf(request), created, { timeoutMs, signal: gone.signal });
    if (row === undefined) {
      reply.removeHeader('preference-applied');
      return sendId();
    }
    return sendJson(reply, renderTask(row, parts.tasks.linkTo, { warnings }));
  } finally {
    free?.();
    request.raw.socket.off('close', leave);
  }
}
