// The types of the SDK that are made from facts: the schemas of openapi.json that its calls speak, and the inputs of the
// models that the catalogue ships with.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Schema, TypeText } from './type-text.ts';

const ROOT = join(import.meta.dirname, '..');
const MODELS = join(ROOT, 'server', 'src', 'catalog', 'models');

/** Schemas of other doors that the SDK reads too. */
const FROM_OTHER_DOORS = ['Caller', 'AccountTaskOutput'];
const CLIENT_DOOR = '/api/v1/client/';

interface Description {
  paths: Record<string, object>;
  components: { schemas: Record<string, Schema> };
}

function refsIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
}

/** The named schemas that the calls of clients speak, and those inside of them. */
function writeWire({ paths, components: { schemas } }: Description): string {
  const calls = Object.entries(paths).filter(([path]) => path.startsWith(CLIENT_DOOR));
  const names = new Set([...refsIn(calls), ...FROM_OTHER_DOORS]);
  for (const name of names) for (const inner of refsIn(schemas[name])) names.add(inner);
  const text = new TypeText({ uploads: false });
  const types = [...names].sort().map((name) => text.interface(name, schemas[name]));
  return [
    '// Made from openapi.json by `npm run sdk:types`: the objects of the API, as they are on the wire.\n',
    ...types,
  ].join('\n');
}

interface Model {
  model: string;
  description: string;
  input_schema: Schema;
}

function nameOf(model: string): string {
  const words = model.split(/[^A-Za-z0-9]+/).filter(Boolean);
  return `${words.map((word) => word[0].toUpperCase() + word.slice(1)).join('')}Input`;
}

function readModels(): Model[] {
  const files = readdirSync(MODELS).filter((name) => name.endsWith('.json'));
  const models = files.flatMap((name) => {
    const file = JSON.parse(readFileSync(join(MODELS, name), 'utf8')) as { models: Model[] };
    return file.models;
  });
  return models.sort((one, other) => (one.model < other.model ? -1 : 1));
}

function writeModels(models: readonly Model[]): string {
  const text = new TypeText({ uploads: true });
  const types = models.map(({ model, description, input_schema: schema }) =>
    text.interface(nameOf(model), { ...schema, description }),
  );
  const rows = models.map(({ model }) => `  ${JSON.stringify(model)}: ${nameOf(model)};\n`);
  return [
    '// Made from the catalogue by `npm run sdk:types`: what each model takes. A field of pictures, videos or sounds takes an\n// address or a Blob, which is uploaded.\n',
    ...types,
    `/** The input of each model of the catalogue, by its name. */\nexport interface ModelInputs {\n${rows.join('')}}\n`,
  ].join('\n');
}

/** The texts of the generated files, by their names in `src/`. */
export function generateTypes(): Record<string, string> {
  const description = JSON.parse(readFileSync(join(ROOT, 'openapi.json'), 'utf8')) as Description;
  return {
    'wire.generated.ts': writeWire(description),
    'models.generated.ts': writeModels(readModels()),
  };
}
