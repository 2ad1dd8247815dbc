// What the server needs, looked at part by part: for `reelay doctor` and the operator API. Nothing here repairs anything.
import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { rendererAvailability } from '../../draft/renderer.ts';
import type { Core } from './core.ts';
import { readServerVersion } from './db/pool.ts';
import { probeStorage } from './files/probe-storage.ts';

/** What a check found, in a sentence. */
export interface Finding {
  check: string;
  ok: boolean;
  found: string;
}

async function look(check: string, work: () => Promise<string>): Promise<Finding> {
  try {
    return { check, ok: true, found: await work() };
  } catch (error) {
    return { check, ok: false, found: error instanceof Error ? error.message : String(error) };
  }
}

/** Looks at each part in turn. The check of the ledger reads all of it, and that of files writes and removes a small one. */
export async function examine(core: Core): Promise<Finding[]> {
  const { config, pool, credits, catalog } = core;
  return [
    await look('node', async () => process.version),
    await look('data folder', async () => {
      await mkdir(config.dataDir, { recursive: true });
      await access(config.dataDir, constants.W_OK);
      return config.dataDir;
    }),
    await look('database', async () => {
      return `PostgreSQL ${await readServerVersion(pool)}${config.databaseUrl === undefined ? ', embedded' : ''}`;
    }),
    await look('secret', async () =>
      config.secret === undefined ? 'in the data folder' : 'of the environment',
    ),
    await look('ledger', async () => {
      const violations = await credits.audit();
      if (violations.length > 0)
        throw new Error(`${violations.length} violations; see "reelay credits audit"`);
      return 'L1 to L14 hold';
    }),
    await look('files', () => {
      const { storage, s3Bucket, dataDir } = config;
      const name = storage === 's3' ? `S3 bucket ${s3Bucket}` : 'disk';
      return probeStorage(core.storage, { name, folder: join(dataDir, 'work') });
    }),
    await look('draft renderer', async () => {
      const availability = await rendererAvailability({ ffmpegPath: config.ffmpegPath });
      if (!availability.available) throw new Error(`not available: ${availability.reason}`);
      return `encoder ${availability.encoder}`;
    }),
    await look('models', async () => {
      const { models, maintenance } = await catalog.statuses();
      const on = models.filter(({ enabled }) => enabled).length;
      return `${on} of ${models.length} enabled${maintenance.on ? ', under maintenance' : ''}`;
    }),
  ];
}
