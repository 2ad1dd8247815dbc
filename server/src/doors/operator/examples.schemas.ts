// Schemas of the results that operators show as examples.
import { Type } from 'typebox';
import { orNull, page, pageQuery, record } from '../plain-schemas.ts';
import { book, time } from './schemas.ts';

const tags = ['Operator: models'];
const params = Type.Object({ id: Type.String({ description: 'Id of the task.' }) });

export const example = record(
  'OperatorExample',
  {
    id: Type.String(),
    task_id: Type.String(),
    model: Type.String(),
    book,
    prompt: orNull(Type.String({ description: 'Which every account reads beside it.' })),
    kind: Type.Enum(['video', 'image', 'audio']),
    chosen_at: time,
  },
  'A result that every account sees on the page of its model.',
);

export const listExamplesSchema = {
  tags,
  operationId: 'listExamples',
  summary: 'Results that are shown as examples, newest first',
  querystring: Type.Object({
    ...pageQuery,
    model: Type.Optional(Type.String({ maxLength: 200, description: 'Only those of this model.' })),
  }),
  response: { 200: page(example) },
};

export const chooseExampleSchema = {
  tags,
  operationId: 'chooseExample',
  summary: 'Show the result of a task to every account',
  description:
    'It stands on the page of its model with its prompt, and its file is kept until it is taken back. A model has at most twelve. A 409 for a task without a result, and for one whose file is about to go.',
  params,
  response: { 200: example },
};

export const dropExampleSchema = {
  tags,
  operationId: 'dropExample',
  summary: 'Take an example back',
  description: 'Its file goes when it would have gone without.',
  params,
  response: { 200: example },
};
