// The models that can be named in a create.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Model } from '../../catalog/models.ts';
import { SECOND_MS } from '../../lib/time.ts';
import { record } from '../plain-schemas.ts';
import { send } from './answer.ts';
import { noModel } from './video-body.ts';
import { TAGS } from './videos.schemas.ts';

const modelObject = record('OpenAIModel', {
  id: Type.String(),
  object: Type.Literal('model'),
  created: Type.Integer({ description: 'Unix seconds of the day of its price.' }),
  owned_by: Type.String({ description: 'The part of the name before the slash.' }),
});

const listModelsSchema = {
  tags: TAGS,
  operationId: 'openaiListModels',
  summary: 'The models that can be named',
  response: {
    200: record('OpenAIModelList', { object: Type.Literal('list'), data: Type.Array(modelObject) }),
  },
};

function retrieveModelSchema(operationId: string) {
  return { tags: TAGS, operationId, summary: 'One model', response: { 200: modelObject } };
}

function presentModel(id: string, { price }: Model) {
  const at = Date.parse(price.version);
  return {
    id,
    object: 'model',
    created: Number.isNaN(at) ? 0 : Math.floor(at / SECOND_MS),
    owned_by: id.split('/')[0],
  };
}

export function registerModelRoutes(app: FastifyInstance, { catalog }: { catalog: Catalog }): void {
  const config = { access: 'account', rate: 'read', errors: [] } as const;
  app.get('/models', { schema: listModelsSchema, config }, async (_request, reply) => {
    const { models } = await catalog.statuses();
    const isOn = new Set(models.filter(({ enabled }) => enabled).map(({ model }) => model));
    const shown = catalog.models.filter(({ model }) => isOn.has(model));
    return send(reply, { object: 'list', data: shown.map((model) => presentModel(model.model, model)) });
  });
  const find = (name: string) => {
    const [first] = catalog.modelsNamed(name);
    const model = catalog.models.find((one) => one.model === first);
    if (model === undefined) throw noModel(catalog, name);
    return presentModel(name, model);
  };
  const one = { access: 'account', rate: 'read', errors: ['model_not_found'] } as const;
  // The package of OpenAI escapes the slash of a name, and others do not.
  app.get<{ Params: { model: string } }>(
    '/models/:model',
    { schema: retrieveModelSchema('openaiRetrieveModel'), config: one },
    async (request, reply) => send(reply, find(request.params.model)),
  );
  app.get<{ Params: { vendor: string; model: string } }>(
    '/models/:vendor/:model',
    { schema: retrieveModelSchema('openaiRetrieveModelOfVendor'), config: one },
    async (request, reply) => send(reply, find(`${request.params.vendor}/${request.params.model}`)),
  );
}
