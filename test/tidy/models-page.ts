// The models as a document: the tables of docs/models.md are made from the catalogue and from that of the original. The text
// around them is written by hand and kept.
import { type Model, readShippedModels } from '../../server/src/catalog/models.ts';
import { ModelNames } from '../../server/src/catalog/names.ts';
import { type OriginalModel, readOriginalModels } from '../../server/src/catalog/testing-original.ts';
import { describePrice, table } from './providers.ts';

const BUILT_IN = 'draft';
const MODELS_TABLES = /(<!-- models[^\n]*-->\n)[\s\S]*?(<!-- end of models -->)/;

/** docs/models.md with its tables of models made again. @throws when the marks around them are missing. */
export function renderModelsPage(page: string): string {
  if (!MODELS_TABLES.test(page))
    throw new Error('docs/models.md has lost the marks round its table of models');
  const text = [...renderModels(readShippedModels()), '', ...renderCount()].join('\n');
  return page.replace(MODELS_TABLES, (_, before, after) => `${before}\n${text}\n\n${after}`);
}

function renderModels(models: readonly Model[]): string[] {
  return table(
    ['model', 'other names', 'kind', 'price in credits', 'live keys through', 'a test key gets'],
    models.map((model) => [
      `\`${model.model}\``,
      (model.aliases ?? []).map(({ name }) => `\`${name}\``).join(', '),
      model.operations.map((operation) => operation.replaceAll('-', ' ')).join(', '),
      describePrice(model.price),
      listProviders(model),
      describeDraft(model),
    ]),
  );
}

function listProviders({ offers }: Model): string {
  const ids = new Set(offers.map(({ provider }) => provider));
  return [...ids].map((id) => (id === BUILT_IN ? 'built in' : `\`${id}\``)).join(', ');
}

/** What the draft of a model shows, by what it takes. */
function describeDraft({ modality, operations, input_schema: { properties, required } }: Model): string {
  if (modality !== 'video') return modality === 'image' ? 'a picture' : 'a sound';
  if (operations.includes('template-to-video')) return 'an effect over the pictures';
  const picture = ['img_urls', 'images', 'reference_images'].find((name) => Object.hasOwn(properties, name));
  if (picture === undefined) return 'a scene from the words';
  return required.includes(picture)
    ? 'the pictures in motion'
    : 'the pictures in motion, or a scene from the words';
}

/** Why a model of the original is not here, by the word that its data has. */
const REASONS: Readonly<Record<string, string>> = {
  'no-public-api': 'its vendor has no public API',
  rights:
    'removing a mark from somebody else\u2019s work is a question of rights: left to the operator\u2019s own models',
};
const NOT_YET = 'no offer of a provider is here yet';

function renderCount(): string[] {
  const original = readOriginalModels();
  const names = new ModelNames(readShippedModels());
  const missing = original.filter(({ name }) => names.sharersOf(name).length === 0);
  const groups = Map.groupBy(missing, ({ left_out: reason }) => (reason && REASONS[reason]) ?? NOT_YET);
  const named = original.length - missing.length;
  const drafts = original.filter(({ name }) => {
    const sharers = names.sharersOf(name);
    return sharers.length > 0 && sharers.every(({ model }) => model.offers.length === 0);
  });
  return [
    `Of the ${original.length} models in the catalogue of the original, ${named} have their names here; ${drafts.length} of these are for test keys alone (${listNames(drafts)}). The rest:`,
    '',
    ...table(
      ['models', 'why not'],
      [...groups].map(([why, models]) => [listNames(models), `${models.length}: ${why}`]),
    ),
  ];
}

function listNames(models: readonly OriginalModel[]): string {
  return models.map(({ name }) => `\`${name}\``).join(', ');
}

/** The names of models in the first column of the table. */
export function readModelNames(page: string): string[] {
  const tables = MODELS_TABLES.exec(page)?.[0].split('\nOf the ')[0] ?? '';
  return [...tables.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
}
