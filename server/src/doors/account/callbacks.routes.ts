// Callbacks of an account: what was sent and every try, sending again, a test of a receiver, and the signing secret.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CallbackOwner, Callbacks } from '../../callbacks/callbacks.ts';
import { AppError } from '../../errors.ts';
import { callerOf } from '../../http/gate.ts';
import { readBody, readQuery } from '../../http/read.ts';
import type { Clock } from '../../lib/time.ts';
import { send } from '../plain.ts';
import { presentPage, withOneMore } from '../plain-page.ts';
import { forRole } from './answer.ts';
import { presentCallback, presentInFull, presentSecret, presentTest } from './callbacks.presenter.ts';
import {
  listCallbacksSchema,
  replayCallbackSchema,
  replayFailedSchema,
  revealSecretSchema,
  rotateSecretSchema,
  showCallbackSchema,
  showSecretSchema,
  tryOutSchema,
} from './callbacks.schemas.ts';

export interface CallbackParts {
  callbacks: Callbacks;
  clock: Clock;
}

interface CallbackRoute {
  Params: { id: string };
}

/** A caller reaches what belongs to its account and mode alone. */
export function ownerOf(request: FastifyRequest): CallbackOwner {
  const { accountId, mode } = callerOf(request);
  return { accountId, testMode: mode === 'test' };
}

function refuseCallback(): never {
  throw new AppError('not_found', { message: 'There is no such callback in this account' });
}

export function registerCallbackRoutes(app: FastifyInstance, { callbacks, clock }: CallbackParts): void {
  app.get(
    '/callbacks',
    { schema: listCallbacksSchema, config: forRole('reader', 'validation_failed') },
    async (request, reply) => {
      const { task: taskId, state, occasion, ...page } = readQuery(request, listCallbacksSchema.querystring);
      const { after: before, limit } = withOneMore(page);
      const occasions = occasion && [occasion];
      const rows = await callbacks.list({ owner: ownerOf(request), taskId, state, occasions, before, limit });
      const tries = await callbacks.lastDeliveriesOf(rows);
      return send(
        reply,
        presentPage(rows, page, (row) => presentCallback(row, tries.get(row.id))),
      );
    },
  );
  app.get<CallbackRoute>(
    '/callbacks/:id',
    { schema: showCallbackSchema, config: forRole('reader', 'not_found') },
    async (request, reply) => {
      const found = await callbacks.read(request.params.id, ownerOf(request));
      return send(reply, presentInFull(found ?? refuseCallback()));
    },
  );
  app.post<CallbackRoute>(
    '/callbacks/:id/replay',
    {
      schema: replayCallbackSchema,
      config: forRole('member', 'not_found', 'rate_limited', 'validation_failed'),
    },
    async (request, reply) => {
      const { id } = request.params;
      if (!(await callbacks.replay(id, ownerOf(request)))) refuseCallback();
      return send(reply, { callback_id: id, queued: true });
    },
  );
  app.post(
    '/callbacks/replay-failed',
    { schema: replayFailedSchema, config: forRole('member') },
    async (request, reply) => send(reply, { replayed: await callbacks.replayFailed(ownerOf(request)) }),
  );
  app.post(
    '/callbacks/test',
    {
      schema: tryOutSchema,
      config: forRole('member', 'validation_failed', 'body_unreadable', 'rate_limited'),
    },
    async (request, reply) => {
      const { url } = readBody(request, tryOutSchema.body);
      const body = JSON.stringify({ type: 'callback.test', sent_at: new Date(clock()).toISOString() });
      return send(reply, presentTest(await callbacks.tryOut(ownerOf(request), { url, body }), body));
    },
  );
}

export function registerSecretRoutes(app: FastifyInstance, { callbacks }: CallbackParts): void {
  app.get(
    '/callback-secret',
    { schema: showSecretSchema, config: forRole('reader') },
    async (request, reply) => send(reply, presentSecret(await callbacks.describeSecret(ownerOf(request)))),
  );
  const sendSecret = async (owner: CallbackOwner, secret: string) => {
    const { earlier_until } = presentSecret(await callbacks.describeSecret(owner));
    return { secret, earlier_until };
  };
  app.post(
    '/callback-secret/reveal',
    { schema: revealSecretSchema, config: forRole('owner') },
    async (request, reply) => {
      const owner = ownerOf(request);
      return send(reply, await sendSecret(owner, await callbacks.revealSecret(owner)));
    },
  );
  app.post(
    '/callback-secret/rotate',
    { schema: rotateSecretSchema, config: forRole('owner', 'validation_failed', 'body_unreadable') },
    async (request, reply) => {
      const owner = ownerOf(request);
      const { overlap_hours: hours } = readBody(request, rotateSecretSchema.body);
      return send(reply, await sendSecret(owner, await callbacks.rotateSecret(owner, hours)));
    },
  );
}
