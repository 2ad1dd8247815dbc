// models, maintenance and templates: what is offered, at what price, and whether it is on.
import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { CatalogueName } from '../catalog/catalogues.ts';
import type { ModelStatus } from '../catalog/state.ts';
import { presentMaintenance, presentModel } from '../doors/operator/models.presenter.ts';
import { presentTemplate } from '../doors/operator/templates.presenter.ts';
import { listCatalogues, removeTemplate } from '../doors/operator/templates.routes.ts';
import { takePart } from '../doors/plain-page.ts';
import { OperatorError } from '../errors.ts';
import { type Json, JsonError, parseClientJson } from '../lib/json.ts';
import { CATALOGUE_WORDS, readCap, readCatalogue } from './arguments.ts';
import { withCore } from './environment.ts';
import { addModelsCheck } from './models-check.command.ts';
import {
  type Form,
  type JsonOption,
  type PageOptions,
  print,
  printPage,
  printRecord,
  withNamedPage,
} from './output.ts';
import { addPriceCommands } from './prices.command.ts';

interface CatalogueOptions extends JsonOption {
  catalogue: CatalogueName;
}

interface ImportOptions extends CatalogueOptions {
  preview?: boolean;
  disableMissing?: boolean;
}

const MODEL: Form<ModelStatus> = {
  present: presentModel,
  summarize: ({ model, enabled, maintenance, openTasksMax, price }) => {
    return { model, enabled, maintenance, open_tasks_max: openTasksMax, price };
  },
};

const TEMPLATE: Form<ReturnType<typeof presentTemplate>> = {
  present: (template) => template,
  summarize: ({ id, title, enabled, retired_reason, item }) => {
    return { id, title, pictures: Number(item.InputNum ?? 1), enabled, retired_reason };
  },
};

export function addModelCommands(models: Command): void {
  const listed = models.command('list').description('models with their switches and prices');
  listed.option('--q <text>', 'only models with this in their name or in the name of a provider of theirs');
  withNamedPage(listed).action((options: PageOptions & { q?: string }) =>
    withCore(async (core) => {
      const rows = (await core.catalog.findStatuses(options.q ?? '')).map((status) => ({
        id: status.model,
        ...status,
      }));
      printPage<ModelStatus & { id: string }>(takePart(rows, options), options, MODEL);
    }),
  );
  const changes = [
    ['disable', 'creates answer 505', { enabled: false }],
    ['enable', 'creates are taken again', { enabled: true }],
  ] as const;
  for (const [verb, about, change] of changes) {
    models
      .command(`${verb} <model>`)
      .description(about)
      .option('--json', 'print JSON')
      .action((model: string, options: JsonOption) =>
        withCore(async (core) => printRecord(await core.catalog.changeModel(model, change), options, MODEL)),
      );
  }
  models
    .command('limit <model>')
    .description('how many tasks of it may be at providers at once; further ones wait in pending')
    .requiredOption('--open-tasks-max <count>', 'a number, or none', readCap)
    .option('--json', 'print JSON')
    .action((model: string, options: JsonOption & { openTasksMax: number | 'none' }) =>
      withCore(async (core) => {
        const openTasksMax = options.openTasksMax === 'none' ? null : options.openTasksMax;
        printRecord(await core.catalog.changeModel(model, { openTasksMax }), options, MODEL);
      }),
    );
  addModelsCheck(models);
  addPriceCommands(models, MODEL);
}

export function addMaintenance(maintenance: Command): void {
  maintenance
    .option('--model <model>', 'only this model')
    .option('--text <sentence>', 'what clients read meanwhile')
    .option('--json', 'print JSON')
    .action((text: string, options: MaintenanceOptions) => setMaintenance(text, options));
}

interface MaintenanceOptions extends JsonOption {
  model?: string;
  text?: string;
}

async function setMaintenance(text: string, options: MaintenanceOptions): Promise<void> {
  if (text !== 'on' && text !== 'off') throw new OperatorError('maintenance must be "on" or "off"');
  await withCore(async (core) => {
    const on = text === 'on';
    if (options.model === undefined) {
      print(presentMaintenance(await core.catalog.setMaintenance(on, options.text)), options);
    } else printRecord(await core.catalog.changeModel(options.model, { maintenance: on }), options, MODEL);
  });
}

async function readJsonFile(path: string): Promise<Json> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new OperatorError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
  try {
    return parseClientJson(text);
  } catch (error) {
    if (error instanceof JsonError) throw new OperatorError(`${path}: ${error.message}`);
    throw error;
  }
}

const CATALOGUE_OPTION = ['--catalogue <name>', CATALOGUE_WORDS, readCatalogue, 'bytedance'] as const;

export function addTemplateCommands(templates: Command): void {
  const list = templates.command('list').description('the templates of a catalogue, disabled ones too');
  withNamedPage(list.option(...CATALOGUE_OPTION)).action((options: CatalogueOptions & PageOptions) =>
    withCore(async (core) => {
      const rows = (await core.catalog.listTemplateRows(options.catalogue)).map(presentTemplate);
      printPage(takePart(rows, options), options, TEMPLATE);
    }),
  );
  templates
    .command('catalogues')
    .description('the catalogues, and how far the copies of their pictures and previews are')
    .option('--json', 'print JSON')
    .action((options: JsonOption) =>
      withCore(async ({ catalog }) => {
        const items = await listCatalogues(catalog);
        if (options.json) print({ items, next: null }, options);
        else print(items, options);
      }),
    );
  templates
    .command('export <file>')
    .description('write all templates of a catalogue as JSON')
    .option(...CATALOGUE_OPTION)
    .option('--json', 'print JSON')
    .action((file: string, options: CatalogueOptions) =>
      withCore(async (core) => {
        const items = await core.catalog.exportTemplates(options.catalogue);
        await writeFile(file, `${JSON.stringify(items, null, 2)}\n`);
        print({ exported: items.length, file }, options);
      }),
    );
  templates
    .command('import <file>')
    .description('add templates from JSON, replacing those of the same TemplateId; unknown fields are kept')
    .option(...CATALOGUE_OPTION)
    .option('--preview', 'print what would change, and change nothing')
    .option('--disable-missing', 'take those that the file does not have out of the list')
    .option('--json', 'print JSON')
    .action((file: string, options: ImportOptions) =>
      withCore(async (core) => {
        const items = await readJsonFile(file);
        if (options.preview) {
          print({ ...(await core.catalog.planImport(options.catalogue, items)) }, options);
          return;
        }
        const { catalogue, disableMissing } = options;
        const imported = await core.catalog.importTemplates(catalogue, items, { disableMissing });
        print({ imported }, options);
      }),
    );
  addTemplateSwitches(templates);
}

function addTemplateSwitches(templates: Command): void {
  for (const [verb, enabled] of [
    ['disable', false],
    ['enable', true],
  ] as const) {
    templates
      .command(`${verb} <template>`)
      .description(
        enabled ? 'it is listed and taken again' : 'it is no longer listed, and creates answer 422',
      )
      .option(...CATALOGUE_OPTION)
      .option('--json', 'print JSON')
      .action((id: string, options: CatalogueOptions) =>
        withCore(async (core) => {
          const row = await core.catalog.setTemplateEnabled(options.catalogue, id, enabled);
          printRecord(presentTemplate(row), options, TEMPLATE);
        }),
      );
  }
  templates
    .command('remove <template>')
    .description('one that is disabled and that no open task names is gone; what it was is printed')
    .option(...CATALOGUE_OPTION)
    .option('--json', 'print JSON')
    .action((id: string, options: CatalogueOptions) =>
      withCore(async (core) => {
        const row = await removeTemplate(core, options.catalogue, id);
        printRecord(presentTemplate(row), options, TEMPLATE);
      }),
    );
}
