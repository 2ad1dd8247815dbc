// Schemas of the examples of a model.
import { Type } from 'typebox';
import { orNull, page, record } from '../plain-schemas.ts';
import { time } from './schemas.ts';

export const example = record(
  'Example',
  {
    id: Type.String(),
    prompt: orNull(Type.String()),
    is_draft: Type.Boolean({ description: 'Drawn by the built-in renderer for a test key.' }),
    kind: Type.Enum(['video', 'image', 'audio']),
    url: Type.String({ description: 'A link that works for a day or more.' }),
    poster_url: orNull(Type.String({ description: 'A small picture of it.' })),
    content_type: Type.String(),
    chosen_at: time,
  },
  'A result that the operator shows to every account.',
);

export const listExamplesSchema = {
  tags: ['Account: tasks'],
  operationId: 'listExamplesOfModel',
  summary: 'Results that show what a model makes',
  description:
    'At most twelve, chosen by the operator of the server, newest first; the same for every account.',
  querystring: Type.Object({
    model: Type.String({ minLength: 1, maxLength: 200, description: 'Its name; aliases have none.' }),
  }),
  response: { 200: page(example) },
};
