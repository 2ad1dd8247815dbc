// The catalogues of effect templates: what is in them, import, and whether clients see a template.
import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import type { Catalog, TemplateRow } from '../../catalog/catalog.ts';
import { CATALOGUE_NAMES, type CatalogueName } from '../../catalog/catalogues.ts';
import { AppError } from '../../errors.ts';
import { bodyOf } from '../../http/body.ts';
import { readBody, readQuery } from '../../http/read.ts';
import { refuseTemplateInUse } from '../../tasks/by-hand.ts';
import { send } from '../plain.ts';
import { presentPartOf } from '../plain-page.ts';
import { forOperator } from './answer.ts';
import { presentCatalogue, presentTemplate } from './templates.presenter.ts';
import {
  changeTemplateSchema,
  importTemplatesSchema,
  listCataloguesSchema,
  listTemplatesSchema,
  planImportSchema,
  removeTemplateSchema,
  templateSchema,
} from './templates.schemas.ts';

const PATH = '/catalogues/:catalogue/templates';
const CHANGE_ERRORS = ['not_found', 'validation_failed', 'body_unreadable'] as const;
/** A catalogue of some hundred templates has a few hundred kilobytes. */
const IMPORT_BOUNDS = { bytesMax: 4 * 1024 * 1024, namesMax: 200_000, valuesMax: 400_000 };

export interface TemplateParts {
  catalog: Catalog;
  pool: Pool;
}

interface InCatalogue {
  Params: { catalogue: string };
}

interface OneTemplate {
  Params: { catalogue: string; id: string };
}

export function registerTemplateRoutes(app: FastifyInstance, parts: TemplateParts): void {
  const { catalog } = parts;
  app.get('/catalogues', { schema: listCataloguesSchema, config: forOperator() }, async (_request, reply) => {
    return send(reply, { items: await listCatalogues(catalog), next: null });
  });
  app.get<InCatalogue>(
    PATH,
    { schema: listTemplatesSchema, config: forOperator('not_found', 'validation_failed') },
    async (request, reply) => {
      const catalogue = findCatalogue(request.params.catalogue);
      const page = readQuery(request, listTemplatesSchema.querystring);
      const rows = (await catalog.listTemplateRows(catalogue)).map(presentTemplate);
      return send(
        reply,
        presentPartOf(rows, page, (row) => row),
      );
    },
  );
  app.post<InCatalogue>(
    PATH,
    { schema: importTemplatesSchema, config: { ...forOperator(...CHANGE_ERRORS), body: IMPORT_BOUNDS } },
    async (request, reply) => {
      const catalogue = findCatalogue(request.params.catalogue);
      const { disable_missing: disableMissing } = readQuery(request, importTemplatesSchema.querystring);
      const imported = await catalog.importTemplates(catalogue, bodyOf(request).value, { disableMissing });
      return send(reply, { imported });
    },
  );
  app.post<InCatalogue>(
    '/catalogues/:catalogue/preview',
    {
      schema: planImportSchema,
      config: { ...forOperator(...CHANGE_ERRORS), body: IMPORT_BOUNDS },
    },
    async (request, reply) => {
      const catalogue = findCatalogue(request.params.catalogue);
      return send(reply, await catalog.planImport(catalogue, bodyOf(request).value));
    },
  );
  app.get<OneTemplate>(
    `${PATH}/:id`,
    { schema: templateSchema, config: forOperator('not_found') },
    async ({ params }, reply) => send(reply, presentTemplate(await findTemplate(catalog, params))),
  );
  app.patch<OneTemplate>(
    `${PATH}/:id`,
    { schema: changeTemplateSchema, config: forOperator(...CHANGE_ERRORS) },
    async (request, reply) => {
      const { catalogue, template_id } = await findTemplate(catalog, request.params);
      const { enabled } = readBody(request, changeTemplateSchema.body);
      return send(reply, presentTemplate(await catalog.setTemplateEnabled(catalogue, template_id, enabled)));
    },
  );
  app.delete<OneTemplate>(
    `${PATH}/:id`,
    { schema: removeTemplateSchema, config: forOperator('not_found', 'conflict') },
    async ({ params }, reply) => {
      const removed = await removeTemplate(parts, findCatalogue(params.catalogue), params.id);
      return send(reply, presentTemplate(removed));
    },
  );
}

/** Removes a template that no open task needs; for the command too. */
export async function removeTemplate(
  { catalog, pool }: TemplateParts,
  catalogue: CatalogueName,
  id: string,
): Promise<TemplateRow> {
  await refuseTemplateInUse(pool, id);
  return catalog.removeTemplate(catalogue, id);
}

/** What is in each catalogue; for the command too. */
export async function listCatalogues(catalog: Catalog) {
  const counts = await catalog.countCopies();
  return Promise.all(
    CATALOGUE_NAMES.map(async (catalogue) => {
      const rows = await catalog.listTemplateRows(catalogue);
      return presentCatalogue(
        catalogue,
        rows,
        counts.find((one) => one.catalogue === catalogue),
      );
    }),
  );
}

function findCatalogue(given: string): CatalogueName {
  const found = CATALOGUE_NAMES.find((name) => name === given);
  if (found) return found;
  const known = CATALOGUE_NAMES.join(', ');
  const message = `There is no catalogue "${given.slice(0, 100)}"; there are ${known}`;
  throw new AppError('not_found', { message });
}

async function findTemplate(catalog: Catalog, given: OneTemplate['Params']): Promise<TemplateRow> {
  const catalogue = findCatalogue(given.catalogue);
  const rows = await catalog.listTemplateRows(catalogue);
  const found = rows.find(({ template_id }) => template_id === given.id);
  if (found) return found;
  const message = `There is no template "${given.id.slice(0, 100)}" in the catalogue ${catalogue}`;
  throw new AppError('not_found', { message });
}
