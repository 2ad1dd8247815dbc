// The models and the maintenance of everything: what is offered, at what price, and whether it is on.
import type { FastifyInstance } from 'fastify';
import type { Catalog } from '../../catalog/catalog.ts';
import { flatPrice, type PriceRule } from '../../catalog/prices.ts';
import type { ModelStatus } from '../../catalog/state.ts';
import { AppError, refuseFaults } from '../../errors.ts';
import { readBody, readQuery } from '../../http/read.ts';
import { parseCredits } from '../../lib/money.ts';
import type { Clock } from '../../lib/time.ts';
import { send } from '../plain.ts';
import { presentPartOf } from '../plain-page.ts';
import { forOperator } from './answer.ts';
import { presentModel } from './models.presenter.ts';
import {
  changeModelSchema,
  listModelsSchema,
  MODEL_PATHS,
  maintenanceSchema,
  modelChange,
  modelSchema,
  setMaintenanceSchema,
} from './models.schemas.ts';

export interface ModelParts {
  catalog: Catalog;
  clock: Clock;
}

interface NamedModel {
  Params: { vendor?: string; name: string };
}

export function registerModelRoutes(app: FastifyInstance, { catalog, clock }: ModelParts): void {
  app.get(
    '/models',
    { schema: listModelsSchema, config: forOperator('validation_failed') },
    async (request, reply) => {
      const page = readQuery(request, listModelsSchema.querystring);
      const { models } = await catalog.statuses();
      const rows = models.map((status) => ({ id: status.model, status }));
      return send(
        reply,
        presentPartOf(rows, page, ({ status }) => presentModel(status)),
      );
    },
  );
  for (const path of MODEL_PATHS) {
    app.get<NamedModel>(
      `/models/${path}`,
      { schema: modelSchema(path), config: forOperator('model_not_found') },
      async ({ params }, reply) => send(reply, presentModel(await findModel(catalog, params))),
    );
    app.patch<NamedModel>(
      `/models/${path}`,
      {
        schema: changeModelSchema(path),
        config: forOperator('model_not_found', 'validation_failed', 'body_unreadable'),
      },
      async (request, reply) => {
        const { model } = await findModel(catalog, request.params);
        const given = readBody(request, modelChange);
        if (Object.keys(given).length === 0) throw refuseFaults(['body: names nothing to change']);
        const { flat_price, open_tasks_max: openTasksMax, ...switches } = given;
        const price = readPrice(flat_price, clock());
        return send(
          reply,
          presentModel(await catalog.changeModel(model, { ...switches, openTasksMax, price })),
        );
      },
    );
  }
  app.get('/maintenance', { schema: maintenanceSchema, config: forOperator() }, async (_, reply) => {
    const { maintenance } = await catalog.statuses();
    return send(reply, { maintenance });
  });
  app.put(
    '/maintenance',
    { schema: setMaintenanceSchema, config: forOperator('validation_failed', 'body_unreadable') },
    async (request, reply) => {
      const { maintenance } = readBody(request, setMaintenanceSchema.body);
      await catalog.setMaintenance(maintenance);
      return send(reply, { maintenance });
    },
  );
}

async function findModel(catalog: Catalog, { vendor, name }: NamedModel['Params']): Promise<ModelStatus> {
  const fullName = vendor === undefined ? name : `${vendor}/${name}`;
  const found = await catalog.findStatus(fullName);
  if (found) return found;
  throw new AppError('model_not_found', { message: `There is no model "${fullName.slice(0, 100)}"` });
}

/** Undefined keeps the price that there is, null restores the shipped one. */
function readPrice(credits: number | null | undefined, nowMs: number): PriceRule | null | undefined {
  if (credits === null || credits === undefined) return credits;
  const micros = parseCredits(credits);
  if (micros === undefined) throw refuseFaults(['flat_price: must have at most six decimals']);
  return flatPrice(micros, nowMs);
}
