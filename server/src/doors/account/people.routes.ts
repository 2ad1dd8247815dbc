// The people of an account, and the links by which somebody joins it.
import type { FastifyInstance } from 'fastify';
import { callerOf } from '../../http/gate.ts';
import { readBody, readQuery } from '../../http/read.ts';
import type { Members } from '../../people/members.ts';
import { send } from '../plain.ts';
import { presentPage, withOneMore } from '../plain-page.ts';
import { forRole } from './answer.ts';
import { BODY_ERRORS, type Entry, forAnybody, originOf } from './entry.ts';
import { presentInvitation, presentLook, presentMember } from './people.presenter.ts';
import {
  acceptSchema,
  changePersonSchema,
  inviteSchema,
  listInvitationsSchema,
  listPeopleSchema,
  lookSchema,
  removePersonSchema,
  withdrawSchema,
} from './people.schemas.ts';

interface PeopleParts {
  members: Members;
}

export function registerPeopleRoutes(app: FastifyInstance, { members }: PeopleParts): void {
  app.get(
    '/people',
    { schema: listPeopleSchema, config: forRole('reader', 'validation_failed') },
    async (request, reply) => {
      const page = readQuery(request, listPeopleSchema.querystring);
      const rows = await members.list(callerOf(request).accountId, withOneMore(page));
      return send(reply, presentPage(rows, page, presentMember));
    },
  );
  app.patch<{ Params: { person: string } }>(
    '/people/:person',
    { schema: changePersonSchema, config: forRole('owner', 'not_found', 'conflict', ...BODY_ERRORS) },
    async (request, reply) => {
      const { role } = readBody(request, changePersonSchema.body);
      const { accountId } = callerOf(request);
      return send(reply, presentMember(await members.changeRole(accountId, request.params.person, role)));
    },
  );
  app.delete<{ Params: { person: string } }>(
    '/people/:person',
    { schema: removePersonSchema, config: forRole('owner', 'not_found', 'conflict') },
    async (request, reply) => {
      await members.remove(callerOf(request).accountId, request.params.person);
      return send(reply, {});
    },
  );
}

export function registerInvitationRoutes(app: FastifyInstance, { members }: PeopleParts, entry: Entry): void {
  app.get(
    '/invitations',
    { schema: listInvitationsSchema, config: forRole('owner', 'validation_failed') },
    async (request, reply) => {
      const page = readQuery(request, listInvitationsSchema.querystring);
      const rows = await members.listInvitations(callerOf(request).accountId, withOneMore(page));
      return send(reply, presentPage(rows, page, presentInvitation));
    },
  );
  app.post(
    '/invitations',
    { schema: inviteSchema, config: forRole('owner', 'conflict', ...BODY_ERRORS) },
    async (request, reply) => {
      const { accountId } = callerOf(request);
      const { link, row } = await members.invite({ ...readBody(request, inviteSchema.body), accountId });
      return send(reply, { ...presentInvitation(row), link });
    },
  );
  app.delete<{ Params: { invitation: string } }>(
    '/invitations/:invitation',
    { schema: withdrawSchema, config: forRole('owner', 'not_found') },
    async (request, reply) => {
      await members.withdraw(callerOf(request).accountId, request.params.invitation);
      return send(reply, {});
    },
  );
  app.post(
    '/invitations/look',
    { schema: lookSchema, config: forAnybody('link_invalid', ...BODY_ERRORS) },
    async (request, reply) => {
      await entry.admit(request);
      const { row, isKnown } = await members.look(readBody(request, lookSchema.body).token);
      return send(reply.header('cache-control', 'no-store'), presentLook(row, isKnown));
    },
  );
  app.post(
    '/invitations/accept',
    {
      schema: acceptSchema,
      config: forAnybody(
        'link_invalid',
        'sign_in_failed',
        'second_factor_needed',
        'conflict',
        ...BODY_ERRORS,
      ),
    },
    async (request, reply) => {
      await entry.admit(request);
      const acceptance = readBody(request, acceptSchema.body);
      return entry.welcome(reply, await members.accept(acceptance, originOf(request)));
    },
  );
}
