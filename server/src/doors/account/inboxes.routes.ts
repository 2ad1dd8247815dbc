// Inboxes of an account: addresses of this server to try callbacks with, and what was posted to them.
import type { FastifyInstance } from 'fastify';
import type { Inboxes } from '../../callbacks/inboxes.ts';
import { AppError } from '../../errors.ts';
import { send } from '../plain.ts';
import { forRole } from './answer.ts';
import { presentInbox, presentRequest } from './callbacks.presenter.ts';
import { ownerOf } from './callbacks.routes.ts';
import {
  createInboxSchema,
  listInboxesSchema,
  removeInboxSchema,
  showInboxSchema,
} from './callbacks.schemas.ts';

export interface InboxParts {
  inboxes: Inboxes;
}

interface InboxRoute {
  Params: { id: string };
}

function refuseInbox(): never {
  throw new AppError('not_found', { message: 'There is no such inbox in this account, or it has ended' });
}

export function registerInboxRoutes(app: FastifyInstance, { inboxes }: InboxParts): void {
  app.get('/inboxes', { schema: listInboxesSchema, config: forRole('reader') }, async (request, reply) => {
    const rows = await inboxes.list(ownerOf(request));
    return send(reply, { items: rows.map((row) => presentInbox(row, inboxes.addressOf(row))), next: null });
  });
  app.post(
    '/inboxes',
    { schema: createInboxSchema, config: forRole('member', 'conflict') },
    async (request, reply) => {
      const row = await inboxes.create(ownerOf(request));
      return send(reply, presentInbox(row, inboxes.addressOf(row)));
    },
  );
  app.get<InboxRoute>(
    '/inboxes/:id',
    { schema: showInboxSchema, config: forRole('reader', 'not_found') },
    async (request, reply) => {
      const row = (await inboxes.find(request.params.id, ownerOf(request))) ?? refuseInbox();
      const requests = await inboxes.requestsOf(row);
      return send(reply, {
        ...presentInbox(row, inboxes.addressOf(row)),
        requests: requests.map(presentRequest),
      });
    },
  );
  app.delete<InboxRoute>(
    '/inboxes/:id',
    { schema: removeInboxSchema, config: forRole('member', 'not_found') },
    async (request, reply) => {
      const { id } = request.params;
      if (!(await inboxes.remove(id, ownerOf(request)))) refuseInbox();
      return send(reply, { id });
    },
  );
}
