import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { OperatorError } from './errors.ts';
import { deriveKey, loadSecret } from './secret.ts';

const root = await mkdtemp(join(tmpdir(), 'reelay-secret-'));
afterAll(() => rm(root, { recursive: true, force: true }));

test('processes that start at the same moment share one secret, whole and for this user alone', async () => {
  for (let round = 0; round < 40; round++) {
    const dataDir = join(root, `together-${round}`);
    const secrets = await Promise.all(Array.from({ length: 8 }, () => loadSecret({ dataDir })));
    expect(new Set(secrets).size).toBe(1);
    expect(await readFile(join(dataDir, 'secret'), 'utf8')).toBe(secrets[0]);
    expect(await readdir(dataDir)).toEqual(['secret']);
    expect((await stat(join(dataDir, 'secret'))).mode & 0o777).toBe(0o600);
  }
});

test('a file that holds no secret of ours is refused, since a new one would void every key', async () => {
  await writeFile(join(root, 'secret'), 'something else');
  await expect(loadSecret({ dataDir: root })).rejects.toThrow(OperatorError);
});

test('keys of different purposes have nothing in common', () => {
  expect(deriveKey('a secret', 'api keys')).not.toBe(deriveKey('a secret', 'file links'));
  expect(deriveKey('a secret', 'api keys')).toBe(deriveKey('a secret', 'api keys'));
});
