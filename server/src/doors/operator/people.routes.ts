// The people of all accounts: who they are, what they may do, and the links that let them in.
import type { FastifyInstance } from 'fastify';
import type { Accounts } from '../../accounts/accounts.ts';
import { readBody, readQuery } from '../../http/read.ts';
import type { Members } from '../../people/members.ts';
import { send } from '../plain.ts';
import { presentPage, withOneMore } from '../plain-page.ts';
import { forOperator } from './answer.ts';
import { presentLink, presentPerson } from './people.presenter.ts';
import {
  changeEverybodySchema,
  inviteSchema,
  listEverybodySchema,
  passwordLinkSchema,
  removeEverybodySchema,
} from './people.schemas.ts';

export interface PeopleParts {
  accounts: Accounts;
  members: Members;
}

const CHANGE = ['not_found', 'conflict', 'validation_failed', 'body_unreadable'] as const;

export function registerPeopleRoutes(app: FastifyInstance, { accounts, members }: PeopleParts): void {
  app.get(
    '/people',
    { schema: listEverybodySchema, config: forOperator('validation_failed') },
    async (request, reply) => {
      const page = readQuery(request, listEverybodySchema.querystring);
      return send(reply, presentPage(await members.listEverybody(withOneMore(page)), page, presentPerson));
    },
  );
  app.post(
    '/people/invite',
    { schema: inviteSchema, config: forOperator(...CHANGE) },
    async (request, reply) => {
      const { email, account, role, operator } = readBody(request, inviteSchema.body);
      const accountId = account === undefined ? undefined : (await accounts.find(account)).id;
      return send(reply, presentLink(await members.invite({ email, accountId, role, isOperator: operator })));
    },
  );
  app.patch<{ Params: { person: string } }>(
    '/people/:person',
    { schema: changeEverybodySchema, config: forOperator(...CHANGE) },
    async (request, reply) => {
      const { account, role, operator } = readBody(request, changeEverybodySchema.body);
      const accountId = account === undefined ? undefined : (await accounts.find(account)).id;
      const change = { accountId, role, isOperator: operator };
      return send(reply, presentPerson(await members.changePerson(request.params.person, change)));
    },
  );
  app.delete<{ Params: { person: string } }>(
    '/people/:person',
    { schema: removeEverybodySchema, config: forOperator('not_found', 'conflict') },
    async ({ params }, reply) => send(reply, presentPerson(await members.removePerson(params.person))),
  );
  app.post<{ Params: { person: string } }>(
    '/people/:person/password-link',
    { schema: passwordLinkSchema, config: forOperator(...CHANGE) },
    async ({ params }, reply) => send(reply, presentLink(await members.invitePassword(params.person))),
  );
}
