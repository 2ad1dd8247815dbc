// doctor: looks at everything that the server needs, or at one provider, and says what is wrong and what to do; and
// migrate, openapi.
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type Core, migrateDatabase } from '../core.ts';
import { examine } from '../doctor.ts';
import { OperatorError } from '../errors.ts';
import { createMetrics } from '../http/metrics.ts';
import { examineProvider, isHealthy, renderReport } from './doctor-provider.ts';
import { withCore, withDatabase } from './environment.ts';
import { print } from './output.ts';

/** The OpenAPI document as it is served, made without listening. */
async function renderOpenApi(core: Core): Promise<string> {
  // Loaded where it is needed, as in commands.ts.
  const { createApi } = await import('../app.ts');
  const metrics = createMetrics({ ...core, running: () => 0 });
  const app = await createApi(core, metrics, undefined);
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
  print(options.json ? { findings } : findings.map((finding) => ({ ...finding })), options);
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
}

async function diagnoseProvider(provider: string, options: { json?: boolean }): Promise<void> {
  const report = await examineProvider(provider);
  if (options.json) print({ ...report }, options);
  else process.stdout.write(renderReport(report));
  if (!isHealthy(report)) process.exitCode = 1;
}

export function addDoctor(doctor: Command): void {
  doctor
    .option('--json', 'print JSON')
    .action((provider: string | undefined, options: { json?: boolean }) =>
      provider === undefined ? diagnose(options) : diagnoseProvider(provider, options),
    );
}

export function addMigrate(migrate: Command): void {
  migrate.option('--json', 'print JSON').action((options: { json?: boolean }) =>
    withDatabase(async ({ url, log }) => {
      await migrateDatabase(url, log);
      print({ migrated: true }, options);
    }),
  );
}

export function addOpenapi(openapi: Command): void {
  openapi.option('--write <file>', 'write it to a file instead').action((options: { write?: string }) =>
    withCore(async (core) => {
      const text = await renderOpenApi(core);
      if (options.write === undefined) process.stdout.write(text);
      else await writeFile(options.write, text);
    }),
  );
}
