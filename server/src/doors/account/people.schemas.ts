// Schemas of the people of an account and of invitations.
import { Type } from 'typebox';
import { body, orNull, page, pageQuery, record } from '../plain-schemas.ts';
import { id, role, time } from './schemas.ts';
import { code, done, email, me, password, personName, token } from './sessions.schemas.ts';

const tags = ['People'];
const personId = Type.Object({ person: Type.String({ description: 'Id of the person.' }) });
const invitationId = Type.Object({ invitation: Type.String({ description: 'Id of the invitation.' }) });

export const member = record('Member', {
  id,
  email: Type.String(),
  name: Type.String(),
  role,
  joined_at: time,
});

export const invitation = record('Invitation', {
  id,
  email: Type.String(),
  role,
  created_at: time,
  expires_at: time,
});

export const listPeopleSchema = {
  tags,
  operationId: 'listPeople',
  summary: 'The people of the account',
  querystring: Type.Object(pageQuery),
  response: { 200: page(member) },
};

export const changePersonSchema = {
  tags,
  operationId: 'changePerson',
  summary: 'Give a person another role',
  description: 'Its sessions end, so that it signs in again. The last owner stays one.',
  params: personId,
  body: body({ role }),
  response: { 200: member },
};

export const removePersonSchema = {
  tags,
  operationId: 'removePerson',
  summary: 'Remove a person from the account',
  description: 'Its sessions end. What it made stays with the account. The last owner stays.',
  params: personId,
  response: { 200: done },
};

export const listInvitationsSchema = {
  tags,
  operationId: 'listInvitations',
  summary: 'Invitations that are open',
  querystring: Type.Object(pageQuery),
  response: { 200: page(invitation) },
};

export const inviteSchema = {
  tags,
  operationId: 'invitePerson',
  summary: 'Invite an address',
  description: 'Takes the place of an earlier invitation of the address. It counts for seven days.',
  body: body({ email, role }),
  response: {
    200: record('NewInvitation', {
      ...invitation.properties,
      link: Type.String({ description: 'The link, this once.' }),
    }),
  },
};

export const withdrawSchema = {
  tags,
  operationId: 'withdrawInvitation',
  summary: 'Withdraw an invitation',
  params: invitationId,
  response: { 200: done },
};

export const lookSchema = {
  tags,
  operationId: 'lookAtInvitation',
  summary: 'What a link is for',
  description: 'Changes nothing.',
  body: body({ token }),
  response: {
    200: record('InvitationLook', {
      kind: Type.Enum(['join', 'password'], { description: 'To join, or to choose another password.' }),
      email: Type.String(),
      account: orNull(record('InvitationAccount', { id, name: Type.String() })),
      role: orNull(role),
      operator: Type.Boolean({ description: 'Makes the person an operator.' }),
      is_known: Type.Boolean({ description: 'The address belongs to a person, who gives its password.' }),
    }),
  },
};

export const acceptSchema = {
  tags,
  operationId: 'acceptInvitation',
  summary: 'Follow a link',
  description:
    'Once. A new person chooses `name` and `password`, a known one gives its password, and `code` if it has a second factor, also to choose another password. Signs the person in.',
  body: body({ token, password, name: Type.Optional(personName), code: Type.Optional(code) }),
  response: { 200: me },
};
