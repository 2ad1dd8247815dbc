import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..', '..');
const RUN = 'server/dist/run.js';

// A copy of the sources, so that no other test runs what is broken here.
const copy = await mkdtemp(path.join(tmpdir(), 'reelay-bundle-'));
for (const part of ['server/src', 'server/bundle.ts', 'server/package.json', 'draft', 'sdk/src', 'mcp/src']) {
  await mkdir(path.dirname(path.join(copy, part)), { recursive: true });
  await cp(path.join(ROOT, part), path.join(copy, part), {
    recursive: true,
    preserveTimestamps: true,
    filter: (file) => !/\.(test\.ts|jpg|mp4|bin)$/.test(file),
  });
}
for (const file of ['package.json', 'package-lock.json'])
  await cp(path.join(ROOT, file), path.join(copy, file));
for (const packages of ['node_modules', 'server/node_modules']) {
  await symlink(path.join(ROOT, packages), path.join(copy, packages));
}

afterAll(() => rm(copy, { recursive: true, force: true }));

async function run(...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: copy });
  return stdout;
}

const readVersion = (): Promise<string> => run('server/src/main.ts', '--version');

it('is what runs while the sources are those that it was made from', async () => {
  await run('server/bundle.ts');
  const code = await readFile(path.join(copy, RUN), 'utf8');
  expect(await readVersion()).toMatch(/^\d+\.\d+\.\d+\n$/);
  // Marked, so that it is seen to run.
  await writeFile(path.join(copy, RUN), `process.stdout.write('bundled ');\n${code}`);
  expect(await readVersion()).toMatch(/^bundled \d+\.\d+\.\d+\n$/);
});

it('is left alone where a source is newer, gone or new, until it is made again', async () => {
  const source = path.join(copy, 'server/src/commands/commands.ts');
  await utimes(source, new Date(), new Date());
  expect(await readVersion()).not.toContain('bundled');
  await run('server/bundle.ts', '--if-stale');
  await expect(readFile(path.join(copy, RUN), 'utf8')).resolves.not.toContain('bundled');
});
