// `npm run schema`: writes server/schema.sql from a database that is made for it and thrown away.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from './embedded.ts';
import { silentLog } from './log.ts';
import { migrate } from './migrate.ts';
import { dumpSchema } from './schema-dump.ts';

const SCHEMA_FILE = path.join(import.meta.dirname, '..', '..', 'schema.sql');
const folder = await mkdtemp(path.join(tmpdir(), 'reelay-schema-'));
try {
  const server = await startEmbeddedPostgres({ dataDir: folder, log: silentLog, durable: false });
  try {
    await migrate(server.url, { log: silentLog });
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await writeFile(SCHEMA_FILE, await dumpSchema(client));
    await client.end();
  } finally {
    await server.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
