// Runs once before all test files: one PostgreSQL for the whole run, with a migrated template to clone. The server is
// our own embedded one without disk syncs, or the one of TEST_DATABASE_URL (see vitest.config.ts).
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from './embedded.ts';
import { silentLog } from './log.ts';
import { migrate } from './migrate.ts';
import { runStatement, withDatabase } from './testing.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** TEST_DATABASE_URL, or empty for the embedded server. */
    testDatabaseUrl: string;
  }
}

interface RunningServer {
  adminUrl: string;
  stop(): Promise<void>;
}

/**
 * Waits in a session of its own until our end of the pipe closes, which happens however the run ends; then it ends the
 * database and removes its folder. After an orderly end there is nothing left for it but the folder.
 */
function guardAgainstInterruption(folder: string): () => void {
  const script = `cat >/dev/null
    kill -QUIT "$(head -n 1 "$0/postgres/cluster/postmaster.pid")"
    sleep 1
    rm -rf "$0"`;
  const guard = spawn('sh', ['-c', script, folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard.unref();
  return () => guard.stdin.end();
}

async function startServer(): Promise<RunningServer> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'reelay-test-')));
  await chmod(folder, 0o755);
  const dismissGuard = guardAgainstInterruption(folder);
  const server = await startEmbeddedPostgres({ dataDir: folder, log: silentLog, durable: false });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
    dismissGuard();
  };
  return { adminUrl: server.url, stop };
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const givenUrl = project.getProvidedContext().testDatabaseUrl;
  const server = givenUrl === '' ? await startServer() : { adminUrl: givenUrl, stop: async () => undefined };
  const { adminUrl } = server;
  const templateName = `reelay_template_${randomBytes(6).toString('hex')}`;
  await runStatement(adminUrl, `create database ${templateName} template template0`);
  await migrate(withDatabase(adminUrl, templateName), { log: silentLog });
  project.provide('testServer', { adminUrl, templateName });
  return async () => {
    await runStatement(adminUrl, `drop database if exists ${templateName} with (force)`);
    await server.stop();
  };
}
