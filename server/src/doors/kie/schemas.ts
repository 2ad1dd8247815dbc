// Route schemas of the kie door. The input of a create has the schema of its model.
import { type TSchema, Type } from 'typebox';
import { orNull, record } from '../plain-schemas.ts';

export const TAGS = ['kie.ai'];

function envelope<Data extends TSchema>(data: Data) {
  return Type.Object(
    { code: Type.Literal(200), msg: Type.Literal('success'), message: Type.Literal('success'), data },
    { additionalProperties: false },
  );
}

const time = Type.Integer({ description: 'Unix milliseconds.' });

export const recordObject = record('KieRecord', {
  taskId: Type.String(),
  model: Type.String({ description: 'The name that was asked for.' }),
  state: Type.Enum(['waiting', 'generating', 'success', 'fail']),
  param: Type.String({ description: 'The create request, as JSON text.' }),
  resultJson: Type.String({ description: '`{"resultUrls": […]}` as JSON text; empty until there is one.' }),
  failCode: orNull(Type.String()),
  failMsg: orNull(Type.String()),
  costTime: orNull(Type.Integer({ description: 'Milliseconds from start to end.' })),
  createTime: time,
  updateTime: time,
  completeTime: orNull(time),
  creditsConsumed: orNull(Type.Number()),
});

export const createTaskSchema = {
  tags: TAGS,
  operationId: 'kieCreateTask',
  summary: 'Create a task',
  body: Type.Object(
    {
      model: Type.String({ description: 'A name of the catalogue, or that of kie.ai for the same model.' }),
      input: Type.Object({}, { additionalProperties: true }),
      callBackUrl: Type.Optional(
        Type.String({ format: 'uri', description: 'Where the answer of recordInfo is posted at the end.' }),
      ),
    },
    { title: 'KieCreateRequest' },
  ),
  response: { 200: envelope(record('KieCreated', { taskId: Type.String() })) },
};

export const recordInfoSchema = {
  tags: TAGS,
  operationId: 'kieRecordInfo',
  summary: 'One task',
  querystring: Type.Object({ taskId: Type.String() }),
  response: { 200: envelope(recordObject) },
};

export const creditSchema = {
  tags: TAGS,
  operationId: 'kieCredit',
  summary: 'Credits that can be spent',
  response: { 200: envelope(Type.Number()) },
};

export const downloadUrlSchema = {
  tags: TAGS,
  operationId: 'kieDownloadUrl',
  summary: 'A link to a file of this server that is good for 20 minutes',
  body: Type.Object({ url: Type.String() }, { title: 'KieDownloadRequest' }),
  response: { 200: envelope(Type.String({ format: 'uri' })) },
};
