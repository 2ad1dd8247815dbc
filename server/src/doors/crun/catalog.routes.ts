// Models, template lists and upload addresses: what a client reads before it creates a task.
import type { FastifyInstance } from 'fastify';
import type { Catalog } from '../../catalog/catalog.ts';
import { CATALOGUE_NAMES, CATALOGUES, nameOf } from '../../catalog/catalogues.ts';
import { describeUnknownModel } from '../../catalog/check.ts';
import { presentTemplate } from '../../catalog/templates.ts';
import { AppError } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import { callerOf } from '../../http/gate.ts';
import { readQuery } from '../../http/read.ts';
import type { Tasks } from '../../tasks/tasks.ts';
import { sendData } from './answer.ts';
import { modelSchema, modelsSchema, templatesSchema, uploadSchema } from './catalog.schemas.ts';
import { crunForm } from './create-body.ts';
import { describeModel, describeModelDetail } from './model-object.ts';

export interface CatalogParts {
  catalog: Catalog;
  files: Files;
  tasks: Tasks;
  /** Where the covers and previews of the built-in templates are served. */
  mediaUrl: () => string;
}

function unknownModel(catalog: Catalog, name: string): AppError {
  const sentence = describeUnknownModel(catalog, name, crunForm);
  return new AppError('model_not_found', { message: `There${sentence.slice('there'.length)}` });
}

export function registerCatalogRoutes(
  app: FastifyInstance,
  { catalog, files, tasks, mediaUrl }: CatalogParts,
): void {
  const read = { access: 'account', rate: 'read', errors: ['validation_failed'] } as const;
  app.get('/job/Models', { schema: modelsSchema, config: read }, async (request, reply) => {
    const models = await catalog.listModels(readQuery(request, modelsSchema.querystring));
    const usualTime = await tasks.usualTimes(callerOf(request));
    const shown = models.map((model) => describeModel(model, usualTime));
    return sendData(reply, { total: shown.length, models: shown });
  });
  // The slash of a model's name is not escaped in the path, so a name has one part or two.
  for (const path of [':vendor/:name', ':name'] as const) {
    app.get<{ Params: { vendor?: string; name: string } }>(
      `/job/Models/${path}`,
      { schema: modelSchema(path), config: { access: 'account', rate: 'read', errors: ['model_not_found'] } },
      async (request, reply) => {
        const { vendor, name } = request.params;
        const fullName = vendor === undefined ? name : `${vendor}/${name}`;
        const model = await catalog.findStatusUnder(fullName);
        if (!model) throw unknownModel(catalog, fullName);
        return sendData(reply, describeModelDetail(model, await tasks.usualTimes(callerOf(request))));
      },
    );
  }
  for (const catalogue of CATALOGUE_NAMES) {
    const { inputField: idName } = CATALOGUES[catalogue];
    const schema = templatesSchema(catalogue, idName);
    app.get(`/job/${catalogue}-templates`, { schema, config: read }, async (request, reply) => {
      const { page, page_size: size, [idName]: id } = readQuery(request, schema.querystring);
      const all = await catalog.listTemplates(catalogue);
      const shown =
        id === undefined
          ? all.slice((page - 1) * size, page * size)
          : all.filter((item) => nameOf(catalogue, item) === id);
      const templates = shown.map((item) => presentTemplate(item, mediaUrl()));
      return sendData(reply, { total: id === undefined ? all.length : shown.length, templates });
    });
  }
  app.get(
    '/files/upload-url',
    {
      schema: uploadSchema,
      config: { ...read, needs: 'member', errors: [...read.errors, 'uploads_full', 'storage_full'] },
    },
    async (request, reply) => {
      const { content_type: contentType, ext } = readQuery(request, uploadSchema.querystring);
      const { accountId } = callerOf(request);
      const { uploadUrl, fileUrl } = await files.startUpload({ accountId, contentType, ext });
      return sendData(reply, { presigned_url: uploadUrl, file_url: fileUrl });
    },
  );
}
