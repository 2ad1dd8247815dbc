// Schemas of the catalogues of effect templates.
import { Type } from 'typebox';
import { CATALOGUE_NAMES } from '../../catalog/catalogues.ts';
import { body, orNull, page, record } from '../plain-schemas.ts';
import { namedPageQuery } from './schemas.ts';

const tags = ['Operator: templates'];
const catalogue = Type.Enum([...CATALOGUE_NAMES]);
const item = Type.Record(Type.String(), Type.Unknown(), {
  description: 'As it was imported, unknown fields included.',
});

export const catalogueCount = record('Catalogue', {
  catalogue,
  templates: Type.Integer({ description: 'Disabled ones too.' }),
  enabled: Type.Integer(),
  covers: Type.Integer({ description: 'Small pictures that were copied from the addresses in the entries.' }),
  covers_failed: Type.Integer({ description: 'They are tried again after a day.' }),
  previews: Type.Integer({ description: 'Preview videos that were copied.' }),
  previews_failed: Type.Integer({ description: 'They are tried again after a day.' }),
  previews_due: Type.Integer({ description: 'Listed entries that name a video that is not copied yet.' }),
  preview_bytes: Type.Integer(),
});

export const template = record(
  'TemplateStatus',
  {
    id: Type.String({ description: 'By which an input names it.' }),
    catalogue,
    title: orNull(Type.String()),
    enabled: Type.Boolean({ description: 'False: clients do not see it, and creates with it are refused.' }),
    retired_reason: orNull(
      Type.String({ description: 'Why Reelay disabled it, as when its provider no longer has it.' }),
    ),
    item,
  },
  'A template, also one that clients do not see.',
);

export const listCataloguesSchema = {
  tags,
  operationId: 'listCatalogues',
  summary: 'Catalogues of effect templates',
  response: { 200: page(catalogueCount) },
};

const inCatalogue = Type.Object({ catalogue: Type.String() });
const oneTemplate = Type.Object({ catalogue: Type.String(), id: Type.String() });

export const listTemplatesSchema = {
  tags,
  operationId: 'listTemplates',
  summary: 'Templates of a catalogue, in the order in which clients see them',
  params: inCatalogue,
  querystring: Type.Object(namedPageQuery),
  response: { 200: page(template) },
};

export const importTemplatesSchema = {
  tags,
  operationId: 'importTemplates',
  summary: 'Add templates to a catalogue, replacing those of the same id',
  description:
    'The body is the array that `reelay templates export` writes, of at most 4 MiB. Everything that is wrong is named, and then nothing is written. Replaced and added templates are enabled.',
  params: inCatalogue,
  querystring: Type.Object({
    disable_missing: Type.Optional(
      Type.Boolean({ description: 'Takes templates that the body does not have out of the list.' }),
    ),
  }),
  body: Type.Array(item),
  response: { 200: record('Imported', { imported: Type.Integer() }) },
};

export const planImportSchema = {
  tags,
  operationId: 'previewImport',
  summary: 'What an import would change',
  description: 'The body is that of the import. Nothing is written.',
  params: inCatalogue,
  body: Type.Array(item),
  response: {
    200: record('ImportPlan', {
      added: Type.Array(Type.String()),
      changed: Type.Array(
        record('ChangedTemplate', { id: Type.String(), fields: Type.Array(Type.String()) }),
      ),
      unchanged: Type.Array(Type.String()),
      missing: Type.Array(Type.String(), {
        description: 'Listed now and not in the import. They stay, unless disable_missing is set.',
      }),
    }),
  },
};

export const templateSchema = {
  tags,
  operationId: 'getTemplate',
  summary: 'One template',
  params: oneTemplate,
  response: { 200: template },
};

export const changeTemplateSchema = {
  tags,
  operationId: 'changeTemplate',
  summary: 'Disable or enable a template',
  params: oneTemplate,
  body: body({ enabled: Type.Boolean() }),
  response: { 200: template },
};

export const removeTemplateSchema = {
  tags,
  operationId: 'removeTemplate',
  summary: 'Remove a template',
  description:
    'One that is disabled, that does not come with the server, and that no open task names; else a 409. The answer is what it was, which can be imported again. Tasks that were made from it stay as they are.',
  params: oneTemplate,
  response: { 200: template },
};
