// Schemas of the second factor of a person.
import { Type } from 'typebox';
import { body, record } from '../plain-schemas.ts';
import { anyPassword, code, done } from './sessions.schemas.ts';

const tags = ['People'];

export const beginSecondFactorSchema = {
  tags,
  operationId: 'beginSecondFactor',
  summary: 'Begin a second factor',
  description:
    'Makes a secret for an authenticator app. It does not count before a code of it was confirmed.',
  body: body({ password: anyPassword }),
  response: {
    200: record('AppSecret', {
      secret: Type.String({ description: 'In base 32, to type into an app.' }),
      uri: Type.String({ description: 'The same as an `otpauth:` link.' }),
    }),
  },
};

export const confirmSecondFactorSchema = {
  tags,
  operationId: 'confirmSecondFactor',
  summary: 'Confirm a second factor',
  description:
    'With a first code of the app. From then on each sign-in needs one; other sessions of the person end. The backup codes are answered this once.',
  body: body({ code }),
  response: {
    200: record('BackupCodes', {
      backup_codes: Type.Array(Type.String(), {
        description: 'Each stands in for one code of the app, once.',
      }),
    }),
  },
};

export const removeSecondFactorSchema = {
  tags,
  operationId: 'removeSecondFactor',
  summary: 'Remove the second factor',
  description: 'Other sessions of the person end.',
  body: body({ password: anyPassword, code }),
  response: { 200: done },
};
