// doctor: looks at everything that the server needs, or at one provider, and says what is wrong and what to do; and
// migrate, openapi.
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { rendererAvailability } from '../../../draft/renderer.ts';
import { createApi } from '../app.ts';
import { type Core, migrateDatabase } from '../core.ts';
import { OperatorError } from '../errors.ts';
import { probeStorage } from '../files/probe-storage.ts';
import { createMetrics } from '../http/metrics.ts';
import { examineProvider, isHealthy, renderReport } from './doctor-provider.ts';
import { withCore, withDatabase } from './environment.ts';
import { print } from './output.ts';

interface Finding {
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

async function examine(core: Core): Promise<Finding[]> {
  const { config, pool, credits, catalog } = core;
  return [
    await look('node', async () => process.version),
    await look('data folder', async () => {
      await mkdir(config.dataDir, { recursive: true });
      await access(config.dataDir, constants.W_OK);
      return config.dataDir;
    }),
    await look('database', async () => {
      const { rows } = await pool.query<{ version: string }>(
        `select current_setting('server_version') as version`,
      );
      return `PostgreSQL ${rows[0].version}${config.databaseUrl === undefined ? ', embedded' : ''}`;
    }),
    await look('secret', async () =>
      config.secret === undefined ? 'in the data folder' : 'of the environment',
    ),
    await look('ledger', async () => {
      const violations = await credits.audit();
      if (violations.length > 0)
        throw new Error(`${violations.length} violations; see "reelay credits audit"`);
      return 'L1 to L12 hold';
    }),
    await look('files', () => {
      const { storage, dataDir } = config;
      const name = storage.kind === 's3' ? `S3 bucket ${storage.s3.bucket}` : 'disk';
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
      return `${on} of ${models.length} enabled${maintenance ? ', under maintenance' : ''}`;
    }),
  ];
}

/** The OpenAPI document as it is served, made without listening. */
async function renderOpenApi(core: Core): Promise<string> {
  const metrics = createMetrics({ ...core, running: () => 0 });
  const app = await createApi(core, metrics, () => undefined);
  await app.ready();
  const text = `${JSON.stringify(app.swagger(), null, 2)}\n`;
  await app.close();
  return text;
}

/** What keeps every command from working, such as a wrong secret, is the one finding. */
async function diagnose(options: { json?: boolean }): Promise<void> {
  const findings = await withCore(examine).catch((error: unknown) => {
    if (!(error instanceof OperatorError)) throw error;
    return [{ check: 'start', ok: false, found: error.message }];
  });
  print(
    findings.map((finding) => ({ ...finding })),
    options,
  );
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
}

async function diagnoseProvider(provider: string, options: { json?: boolean }): Promise<void> {
  const report = await examineProvider(provider);
  if (options.json) print({ ...report }, options);
  else process.stdout.write(renderReport(report));
  if (!isHealthy(report)) process.exitCode = 1;
}

export function addSystemCommands(program: Command): void {
  program
    .command('doctor [provider]')
    .description('check what the server needs, or your accounts at a provider; exit code 1 for a fault')
    .option('--json', 'print JSON')
    .action((provider: string | undefined, options: { json?: boolean }) =>
      provider === undefined ? diagnose(options) : diagnoseProvider(provider, options),
    );
  program
    .command('migrate')
    .description('bring the database up to date, then stop')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withDatabase(async ({ url, log }) => {
        await migrateDatabase(url, log);
        print({ migrated: true }, options);
      }),
    );
  program
    .command('openapi')
    .description('print the OpenAPI document')
    .option('--write <file>', 'write it to a file instead')
    .action((options: { write?: string }) =>
      withCore(async (core) => {
        const text = await renderOpenApi(core);
        if (options.write === undefined) process.stdout.write(text);
        else await writeFile(options.write, text);
      }),
    );
}
