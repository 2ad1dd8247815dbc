// The prices of all models in one sheet: out, what a changed one would do, and in.
import type { FastifyInstance } from 'fastify';
import type { Catalog } from '../../catalog/catalog.ts';
import { type SheetChange, writePriceSheet } from '../../catalog/price-sheet.ts';
import { readBody } from '../../http/read.ts';
import { toUnixSeconds } from '../../lib/time.ts';
import { send } from '../plain.ts';
import { forOperator } from './answer.ts';
import { importPricesSchema, previewPricesSchema, priceSheetSchema } from './prices.schemas.ts';

const ERRORS = ['validation_failed', 'body_unreadable'] as const;
/** A sheet, and what JSON makes of its line ends. */
const BOUNDS = { bytesMax: 1024 * 1024, namesMax: 10, valuesMax: 10 };

export function registerPriceRoutes(app: FastifyInstance, { catalog }: { catalog: Catalog }): void {
  app.get('/prices', { schema: priceSheetSchema, config: forOperator() }, async (_request, reply) => {
    const { models } = await catalog.statuses();
    return send(reply, { sheet: writePriceSheet(models) });
  });
  app.post(
    '/prices/preview',
    { schema: previewPricesSchema, config: { ...forOperator(...ERRORS), body: BOUNDS } },
    async (request, reply) => {
      const { sheet } = readBody(request, previewPricesSchema.body);
      return send(reply, present(await catalog.importPrices(sheet, { isPreview: true })));
    },
  );
  app.post(
    '/prices',
    { schema: importPricesSchema, config: { ...forOperator(...ERRORS), body: BOUNDS } },
    async (request, reply) => {
      const { sheet } = readBody(request, importPricesSchema.body);
      return send(reply, present(await catalog.importPrices(sheet)));
    },
  );
}

function present(changes: readonly SheetChange[]) {
  return {
    changes: changes.map(({ model, from, differences }) => {
      return { model, from: from ? toUnixSeconds(from) : null, differences };
    }),
  };
}
