import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createTestDatabase } from './db/testing.ts';
import { OperatorError } from './errors.ts';
import { loadSecret, loadSecretOf } from './secret.ts';

const root = await mkdtemp(join(tmpdir(), 'reelay-secret-'));
afterAll(() => rm(root, { recursive: true, force: true }));

test('processes that start at the same moment share one complete secret that only this user can read', async () => {
  for (let round = 0; round < 10; round++) {
    const dataDir = join(root, `together-${round}`);
    const secrets = await Promise.all(Array.from({ length: 8 }, () => loadSecret({ dataDir })));
    expect(new Set(secrets).size).toBe(1);
    expect(await readFile(join(dataDir, 'secret'), 'utf8')).toBe(secrets[0]);
    expect(await readdir(dataDir)).toEqual(['secret']);
    expect((await stat(join(dataDir, 'secret'))).mode & 0o777).toBe(0o600);
  }
});

test('a process that looked before another one made the first secret takes that one', async () => {
  const { pool } = await createTestDatabase();
  const place = { dataDir: join(root, 'in-between') };
  let made = '';
  // Between the look into the folder and the question to the database, which this process asks next.
  const between = Object.assign(Object.create(pool) as typeof pool, {
    query: async (...words: Parameters<typeof pool.query>) => {
      made ||= await loadSecretOf(pool, place);
      return await pool.query(...words);
    },
  });
  expect(await loadSecretOf(between, place)).toBe(made);
  await rm(place.dataDir, { recursive: true });
  await expect(loadSecretOf(pool, place)).rejects.toThrow('is missing');
});

test('a process that dies while it makes the secret does not block the next start', async () => {
  const dataDir = join(root, 'killed');
  const script = `import { loadSecret } from ${JSON.stringify(join(import.meta.dirname, 'secret.ts'))};
    await loadSecret({ dataDir: ${JSON.stringify(dataDir)} });`;
  // The first byte that it writes into a file ends it, one way or another.
  const child = spawnSync('sh', [
    '-c',
    'ulimit -f 0; exec "$0" --input-type=module -e "$1"',
    process.execPath,
    script,
  ]);
  expect(child.status).not.toBe(0);
  expect(await loadSecret({ dataDir })).toMatch(/^[0-9a-f]{64}$/);
});

test('a file that does not hold a secret of Reelay is refused, since a new one would void every key', async () => {
  await writeFile(join(root, 'secret'), 'something else');
  await expect(loadSecret({ dataDir: root })).rejects.toThrow(OperatorError);
});
