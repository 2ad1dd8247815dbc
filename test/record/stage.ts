// Records every provider at its emulator, all at once.
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileOfSample } from '../../draft/samples/samples.ts';
import { readCatalogue } from '../../emulators/bytedance-effects/templates.ts';
import type { RunningEmulator } from '../../emulators/core/emulator.ts';
import { startEmulator } from '../../emulators/core/server.ts';
import { EMULATED_APIS } from '../../emulators/emulators.ts';
import { readShippedModels } from '../../server/src/catalog/models.ts';
import { planJobs } from '../../server/src/commands/record-plan.ts';
import { type RecordResult, record } from '../../server/src/commands/record-run.ts';
import { fillFields } from '../../server/src/credentials/fields.ts';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { SECOND_MS, systemClock } from '../../server/src/lib/time.ts';
import type { Provider } from '../../server/src/providers/contract.ts';
import { createProviderSockets } from '../../server/src/providers/http.ts';
import { providers } from '../../server/src/providers/registry.ts';

/** Belongs to the operator: no part of it may be written down. */
export const OWN_PICTURE = 'https://pictures.of-somebody.example/holiday/face-4711.png';

/** Long enough for each state to be seen. */
const PACE = { queueMs: 120, runMs: 200 };

export interface Recorded {
  provider: Provider;
  emulator: RunningEmulator;
  folder: string;
  result: RecordResult;
  /** The texts of all files. */
  text: string;
  template: JsonObject | undefined;
}

const TEMPLATES: Readonly<Record<string, () => JsonObject>> = {
  'bytedance-effects': () => readCatalogue()[0],
  vidu: () => ({ template: 'hugging' }),
};

async function readAll(folder: string): Promise<string> {
  const names = await readdir(folder);
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
}

export interface RecordStage {
  all: Recorded[];
  close(): Promise<void>;
}

async function recordOne(emulator: RunningEmulator): Promise<Recorded> {
  const provider = providers.get(emulator.id);
  if (!provider) throw new Error(`no adapter for ${emulator.id}`);
  const folder = await mkdtemp(join(tmpdir(), `record-${emulator.id}-`));
  const template = TEMPLATES[provider.id]?.();
  const plan = planJobs(provider, readShippedModels(), { picture: OWN_PICTURE, template });
  const sockets = createProviderSockets(systemClock, 5 * SECOND_MS);
  try {
    const result = await record({
      provider,
      fields: fillFields(provider, emulator.fields),
      jobs: plan.jobs,
      folder,
      sockets,
      readPicture: () => readFile(fileOfSample('lake')),
      signal: AbortSignal.timeout(30 * SECOND_MS),
      report: () => undefined,
      lookMs: 40,
    });
    return { provider, emulator, folder, result, text: await readAll(folder), template };
  } finally {
    await sockets.close();
  }
}

/** @throws when one of them cannot be recorded at all. */
export async function recordEverything(): Promise<RecordStage> {
  const emulators = await Promise.all(EMULATED_APIS.map((api) => startEmulator(api, { settings: PACE })));
  return {
    all: await Promise.all(emulators.map(recordOne)),
    async close() {
      await Promise.all(emulators.map((emulator) => emulator.close()));
    },
  };
}
