// Callbacks of an account: what was sent, every delivery, replays, and the secret that signs them.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CallbackOwner, CallbackRow, Callbacks, DeliveryRow } from '../../callbacks/callbacks.ts';
import { AppError } from '../../errors.ts';
import { callerOf } from '../../http/gate.ts';
import { readBody, readQuery } from '../../http/read.ts';
import { isUuid } from '../../lib/ids.ts';
import { toUnixSeconds } from '../../lib/time.ts';
import { sendData } from './answer.ts';
import {
  callbacksSchema,
  deliveriesSchema,
  replaySchema,
  rotateSchema,
  secretSchema,
} from './callbacks.schemas.ts';

const READ = { access: 'account', rate: 'read', errors: ['validation_failed'] } as const;
const FIND = { access: 'account', rate: 'read', errors: ['validation_failed', 'not_found'] } as const;

/** The list is about tasks. */
const TASK_OCCASIONS = ['end', 'late'] as const;

export function registerCallbackRoutes(app: FastifyInstance, callbacks: Callbacks): void {
  const path = '/account';
  app.get(`${path}/callbacks`, { schema: callbacksSchema, config: READ }, async (request, reply) => {
    const { limit, task_id: taskId, cursor: before } = readQuery(request, callbacksSchema.querystring);
    const rows = await callbacks.list({
      taskId,
      before,
      owner: ownerOf(request),
      occasions: TASK_OCCASIONS,
      limit: limit + 1,
    });
    const page = rows.slice(0, limit);
    return sendData(reply, {
      callbacks: page.map(presentCallback),
      next_cursor: rows.length > limit ? page[limit - 1].id : null,
    });
  });
  app.get(
    `${path}/callback-deliveries`,
    { schema: deliveriesSchema, config: FIND },
    async (request, reply) => {
      const { callback_id: callbackId } = readQuery(request, deliveriesSchema.querystring);
      const rows = isUuid(callbackId)
        ? await callbacks.deliveriesOf(callbackId, ownerOf(request))
        : undefined;
      if (!rows) throw unknownCallback();
      return sendData(reply, { deliveries: rows.map(presentDelivery) });
    },
  );
  app.post(
    `${path}/callback-replay`,
    { schema: replaySchema, config: { ...FIND, errors: [...FIND.errors, 'body_unreadable'] } },
    async (request, reply) => {
      const { callback_id: callbackId } = readBody(request, replaySchema.body);
      const known = isUuid(callbackId) && (await callbacks.replay(callbackId, ownerOf(request)));
      if (!known) throw unknownCallback();
      return sendData(reply, { callback_id: callbackId });
    },
  );
  // Programs of the original API read the secret with their own key; people need the role that they need everywhere.
  const secretRoute = {
    access: 'account',
    rate: 'read',
    needs: 'member',
    needsOfPeople: 'owner',
    errors: [],
  } as const;
  app.get(`${path}/callback-secret`, { schema: secretSchema, config: secretRoute }, async (request, reply) =>
    sendData(reply, { secret: await callbacks.readSecret(ownerOf(request)) }),
  );
  app.post(
    `${path}/callback-secret/rotate`,
    { schema: rotateSchema, config: secretRoute },
    async (request, reply) => sendData(reply, { secret: await callbacks.rotateSecret(ownerOf(request)) }),
  );
}

/** A key reaches only the callbacks and the secret of its own mode. */
function ownerOf(request: FastifyRequest): CallbackOwner {
  const { accountId, mode } = callerOf(request);
  return { accountId, testMode: mode === 'test' };
}

function unknownCallback(): AppError {
  return new AppError('not_found', {
    message: 'There is no such callback; GET account/callbacks lists them',
  });
}

function presentCallback(row: CallbackRow) {
  return {
    callback_id: row.id,
    task_id: row.task_id,
    url: row.url,
    state: row.state,
    attempts: row.tries,
    next_attempt_at: row.next_try_at && toUnixSeconds(row.next_try_at),
    create_at: toUnixSeconds(row.created_at),
    complete_at: row.completed_at && toUnixSeconds(row.completed_at),
  };
}

function presentDelivery(row: DeliveryRow) {
  return {
    attempt: row.number,
    trigger: row.trigger,
    sent_at: toUnixSeconds(row.sent_at),
    duration_ms: row.duration_ms,
    http_status: row.http_status,
    error: row.error,
    response_head: row.response_head,
  };
}
