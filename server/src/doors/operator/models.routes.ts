// The models and the maintenance of everything: what is offered, at what price, and whether it is on.
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { Catalog } from '../../catalog/catalog.ts';
import type { ModelChange } from '../../catalog/model-changes.ts';
import type { Model } from '../../catalog/models.ts';
import { flatPrice, type PriceRule, withAmounts } from '../../catalog/prices.ts';
import type { ModelStatus } from '../../catalog/state.ts';
import { AppError, refuseFaults } from '../../errors.ts';
import { readBody, readQuery } from '../../http/read.ts';
import { parseCredits } from '../../lib/money.ts';
import { type Clock, fromUnixSeconds } from '../../lib/time.ts';
import { send } from '../plain.ts';
import { presentPartOf } from '../plain-page.ts';
import { forOperator } from './answer.ts';
import { presentMaintenance, presentModel } from './models.presenter.ts';
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
      const rows = (await catalog.findStatuses(page.q ?? '')).map((status) => ({ id: status.model, status }));
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
        config: forOperator('model_not_found', 'conflict', 'validation_failed', 'body_unreadable'),
      },
      async (request, reply) => {
        const { model, facts } = await findModel(catalog, request.params);
        const given = readBody(request, modelChange);
        if (Object.keys(given).length === 0) throw refuseFaults(['body: names nothing to change']);
        return send(reply, presentModel(await catalog.changeModel(model, readChange(given, facts, clock()))));
      },
    );
  }
  app.get('/maintenance', { schema: maintenanceSchema, config: forOperator() }, async (_, reply) => {
    const { maintenance } = await catalog.statuses();
    return send(reply, presentMaintenance(maintenance));
  });
  app.put(
    '/maintenance',
    { schema: setMaintenanceSchema, config: forOperator('validation_failed', 'body_unreadable') },
    async (request, reply) => {
      const { maintenance, text } = readBody(request, setMaintenanceSchema.body);
      return send(reply, presentMaintenance(await catalog.setMaintenance(maintenance, text)));
    },
  );
}

async function findModel(catalog: Catalog, { vendor, name }: NamedModel['Params']): Promise<ModelStatus> {
  const fullName = vendor === undefined ? name : `${vendor}/${name}`;
  const found = await catalog.findStatus(fullName);
  if (found) return found;
  throw new AppError('model_not_found', { message: `There is no model "${fullName.slice(0, 100)}"` });
}

function readChange(given: Static<typeof modelChange>, facts: Model, nowMs: number): ModelChange {
  const {
    flat_price,
    price_per_second,
    price_per_picture,
    price_per_song,
    price_per_thousand_characters,
    price_from,
    withdraw_price_from,
    open_tasks_max,
    offers,
    ...switches
  } = given;
  const tables = { price_per_second, price_per_picture, price_per_song, price_per_thousand_characters };
  const named = TABLE_FIELDS.filter((field) => tables[field] !== undefined);
  const [name] = named;
  const table = name && tables[name];
  const price = table ? readPriceTable(table, facts, { name, nowMs }) : readPrice(flat_price, nowMs);
  if ((table && flat_price !== undefined) || named.length > 1)
    throw refuseFaults([`${name}: stands instead of another price, not beside it`]);
  if (price_from !== undefined && price === undefined)
    throw refuseFaults(['price_from: belongs to a price, and the body has none']);
  return {
    ...switches,
    openTasksMax: open_tasks_max,
    price,
    priceFrom: toDate(price_from),
    withdrawPriceFrom: toDate(withdraw_price_from),
    offers: offers && Object.fromEntries(offers.map(({ id, ...setting }) => [id, setting])),
  };
}

function toDate(seconds: number | undefined): Date | undefined {
  return seconds === undefined ? undefined : fromUnixSeconds(seconds);
}

/** What a body, or an option of the command, sets in place of a flat price. */
export const TABLE_FIELDS = [
  'price_per_second',
  'price_per_picture',
  'price_per_song',
  'price_per_thousand_characters',
] as const;
type TableField = (typeof TABLE_FIELDS)[number];

/** Undefined keeps the price that there is, null restores the shipped one. */
function readPrice(credits: number | null | undefined, nowMs: number): PriceRule | null | undefined {
  if (credits === null || credits === undefined) return credits;
  const micros = parseCredits(credits);
  if (micros === undefined) throw refuseFaults(['flat_price: must have at most six decimals']);
  return flatPrice(micros, nowMs);
}

/**
 * A price by the second, picture, song or thousand characters, with an amount for each key of the shipped one; for the
 * command too.
 * @throws AppError with a line for each key that is wrong.
 */
export function readPriceTable(
  credits: Record<string, number>,
  { price }: Model,
  { name: field, nowMs }: { name: TableField; nowMs: number },
): PriceRule {
  const isFitting = field === `price_${price.kind}`;
  if (!isFitting || price.kind === 'flat' || price.kind === 'template') {
    const word = field.replace('price_per_', '').replaceAll('_', ' ');
    throw refuseFaults([`${field}: this model has no price per ${word}; set flat_price`]);
  }
  const wanted = Object.keys(price.credits);
  const given = Object.keys(credits);
  const faults = [
    ...wanted.filter((name) => !given.includes(name)).map((name) => `${field}.${name}: is required`),
    ...given.filter((name) => !wanted.includes(name)).map((name) => `${field}.${name}: is not known here`),
    ...given
      .filter((name) => parseCredits(credits[name]) === undefined)
      .map((name) => `${field}.${name}: must have at most six decimals`),
  ];
  if (faults.length > 0) throw refuseFaults(faults);
  return withAmounts(price, credits, nowMs);
}
