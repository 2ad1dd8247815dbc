// Runs once before all test files: one PostgreSQL for the whole run, with a migrated template to clone. The server is the
// embedded one without disk syncs, or the one of TEST_DATABASE_URL (see vitest.config.ts).
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

/** A worker of the run has some forty at most: pools of ten of its test and of each server, and their listeners. */
const CONNECTIONS_MAX = 300;

interface RunningServer {
  adminUrl: string;
  stop(): Promise<void>;
}

/**
 * Starts a process in a session of its own that waits until this end of the pipe closes, which happens however the run
 * ends. Then it ends every database in the folder and removes the folder. After an orderly end nothing is left to do.
 */
function guardAgainstInterruption(folder: string): () => void {
  const script = `cat >/dev/null
    for file in $(find "$0" -name postmaster.pid); do kill -QUIT "$(head -n 1 "$file")"; sleep 0.2; done
    rm -rf "$0"`;
  const guard = spawn('sh', ['-c', script, folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard.unref();
  return () => guard.stdin.end();
}

async function startServer(dataDir: string): Promise<RunningServer> {
  const server = await startEmbeddedPostgres({
    dataDir,
    log: silentLog,
    durable: false,
    connectionsMax: CONNECTIONS_MAX,
  });
  return { adminUrl: server.url, stop: server.stop };
}

async function makeTemplate(adminUrl: string): Promise<string> {
  const templateName = `reelay_template_${randomBytes(6).toString('hex')}`;
  await runStatement(adminUrl, `create database ${templateName} template template0`);
  await migrate(withDatabase(adminUrl, templateName), { log: silentLog });
  return templateName;
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'reelay-test-')));
  // PostgreSQL may run as another user, which needs to pass through.
  await chmod(folder, 0o755);
  const dismissGuard = guardAgainstInterruption(folder);
  // One compiled copy of the code for all workers of the run and the servers, commands and renders that they start.
  process.env.NODE_COMPILE_CACHE = path.join(folder, 'compiled');
  const givenUrl = project.getProvidedContext().testDatabaseUrl;
  const server =
    givenUrl === '' ? await startServer(folder) : { adminUrl: givenUrl, stop: async () => undefined };
  const templateName = await makeTemplate(server.adminUrl);
  project.provide('testServer', { adminUrl: server.adminUrl, templateName, folder });
  return async () => {
    await runStatement(server.adminUrl, `drop database if exists ${templateName} with (force)`);
    await server.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    dismissGuard();
  };
}
