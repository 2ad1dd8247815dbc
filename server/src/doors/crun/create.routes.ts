// CreateTask and the two estimates: the same check and the same price, with and without a task at the end.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { admitModel } from '../../accounts/key-limits.ts';
import type { KeyRecord } from '../../accounts/keys.ts';
import { findAssetIds } from '../../catalog/asset-names.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { CheckedCreate } from '../../catalog/check.ts';
import type { Credits } from '../../credits/credits.ts';
import { isDatabaseUnavailable } from '../../db/pool.ts';
import type { LiveMarket } from '../../dispatch/market.ts';
import { AppError } from '../../errors.ts';
import type { Assets } from '../../files/assets.ts';
import { bodyOf } from '../../http/body.ts';
import { callerOf } from '../../http/gate.ts';
import { type Preferences, readIdempotencyKey, readPreferences } from '../../http/preferences.ts';
import { rateFields } from '../../http/rate.ts';
import { Watchers } from '../../http/watchers.ts';
import { floorCredits, formatCredits, toCredits } from '../../lib/money.ts';
import { MINUTE_MS, SECOND_MS } from '../../lib/time.ts';
import type { Admission, Created, Idempotency } from '../../tasks/create.ts';
import type { TaskView } from '../../tasks/task.ts';
import type { Tasks } from '../../tasks/tasks.ts';
import { renderWarnings, sendData, sendJson } from './answer.ts';
import { crunForm, readEnvelope } from './create-body.ts';
import { createSchema, estimateCreditsSchema, estimateTaskSchema } from './schemas.ts';
import { DOOR, renderTask } from './task-object.ts';

export interface CreateParts {
  catalog: Catalog;
  credits: Credits;
  admission: Admission;
  tasks: Tasks;
  /**
   * The reason why the draft provider cannot work here, if it cannot; creates with test keys are then refused at once.
   */
  draftUnavailable: string | undefined;
  market: LiveMarket;
  assets: Assets;
  /** The time limit of tasks whose model has none of its own. */
  taskMinutesMax: number;
  waiters: Watchers;
}

const CHECK_ERRORS = [
  'validation_failed',
  'body_unreadable',
  'maintenance',
  'model_disabled',
  'model_not_allowed',
  'rate_limited',
] as const;

/** The shortest cool-down of an account. */
const DOWN_RETRY_SECONDS = 60;
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
        errors: [
          ...CHECK_ERRORS,
          'insufficient_credits',
          'key_daily_limit_reached',
          'key_total_limit_reached',
          'idempotency_conflict',
          'price_above_limit',
          'provider_unavailable',
        ],
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
      const checked = await quote(parts, request, false);
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
      const { accountId, mode } = callerOf(request);
      const checked = await quote(parts, request, false);
      const { posted, held } = await parts.credits.balance(accountId, mode);
      const available = posted - held;
      return sendData(reply, {
        estimated_credits: toCredits(checked.price.micros),
        balance: toCredits(available),
        affordable: available >= checked.price.micros,
      });
    },
  );
}

async function quote(parts: CreateParts, request: FastifyRequest, strict: boolean): Promise<CheckedCreate> {
  const caller = callerOf(request);
  const testMode = caller.mode === 'test';
  const { value } = bodyOf(request);
  const assets = await parts.assets.addressesOf(caller.accountId, findAssetIds(value));
  const checked = await parts.catalog.quoteCreate(value, { form: crunForm, testMode, strict, assets });
  admitModel(caller, checked.model.model);
  return checked;
}

function refuseAbove(request: FastifyRequest, { price }: CheckedCreate): void {
  const { maxCredits } = readEnvelope(bodyOf(request).value);
  if (maxCredits === undefined || price.micros <= floorCredits(maxCredits)) return;
  throw new AppError('price_above_limit', {
    message: `The price is ${formatCredits(price.micros)} credits, above max_credits ${maxCredits}`,
  });
}

async function createTask(
  parts: CreateParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const preferences = readPreferences(request);
  const key = readIdempotencyKey(request);
  const idempotency = key === undefined ? undefined : { key, rawBody: bodyOf(request).raw };
  let checked: CheckedCreate;
  try {
    checked = await quoteTask(parts, request, preferences);
  } catch (error) {
    const created = await findReplayed(parts, callerOf(request), { error, idempotency });
    return answer(parts, { request, reply, preferences, created, warnings: [] });
  }
  const { callbackUrl, metadata } = readEnvelope(bodyOf(request).value);
  const created = await parts.admission.create(callerOf(request), {
    door: DOOR,
    model: checked.model.model,
    input: JSON.stringify(checked.input),
    sent: checked.sent === undefined ? null : JSON.stringify(checked.sent),
    callbackUrl,
    metadata,
    priceMicros: checked.price.micros,
    priceVersion: checked.price.version,
    // Four minutes and a tenth are not a whole number of milliseconds in floating point.
    lifetimeMs: Math.round((checked.model.deadline_minutes ?? parts.taskMinutesMax) * MINUTE_MS),
    skipsRender: checked.skipsRender,
    idempotency,
  });
  return answer(parts, { request, reply, preferences, created, warnings: checked.warnings });
}

/** Checks whether a task may be made of the body now. @throws AppError if not. */
async function quoteTask(
  parts: CreateParts,
  request: FastifyRequest,
  preferences: Preferences,
): Promise<CheckedCreate> {
  const checked = await quote(parts, request, preferences.strict ?? callerOf(request).strict);
  refuseAbove(request, checked);
  await refuseUnavailable(parts, callerOf(request), checked.model.model);
  await refuseMisfit(parts, callerOf(request), checked);
  return checked;
}

/** @throws AppError `provider_unavailable` or `model_disabled`. */
async function refuseUnavailable(parts: CreateParts, { mode }: KeyRecord, model: string): Promise<void> {
  const unavailable = mode === 'test' ? parts.draftUnavailable : undefined;
  if (unavailable !== undefined) throw new AppError('provider_unavailable', { message: unavailable });
  if (mode === 'test') return;
  switch (await parts.market.availabilityOf(model)) {
    case 'open':
      return;
    case 'down':
      throw new AppError('provider_unavailable', {
        message: `No provider account can take ${model} now, try again later`,
        retryAfterSeconds: DOWN_RETRY_SECONDS,
      });
    case 'none': {
      const message = `${model} has no enabled offer for live keys; a test key can try it`;
      throw new AppError('model_disabled', { message });
    }
  }
}

/** @throws AppError `validation_failed` for what every provider of the model would leave out or could not fetch. */
async function refuseMisfit(parts: CreateParts, { mode }: KeyRecord, checked: CheckedCreate): Promise<void> {
  if (mode === 'test') return;
  const { model } = checked.model;
  const misfit = await parts.market.findMisfit(model, parts.catalog.fillInput(model, checked.input));
  if (misfit !== undefined) throw new AppError('validation_failed', { errors: [misfit] });
}

/** A repeated create gets the task of the first one, whatever would prevent a new one now. @throws the refusal. */
async function findReplayed(
  parts: CreateParts,
  key: KeyRecord,
  { error, idempotency }: { error: unknown; idempotency: Idempotency | undefined },
): Promise<Created> {
  const isRefusal = error instanceof AppError && error.errorName !== 'database_unavailable';
  const earlier =
    isRefusal && idempotency !== undefined ? await parts.admission.findReplayed(key, idempotency) : undefined;
  if (earlier === undefined) throw error;
  return earlier;
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
