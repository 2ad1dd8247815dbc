// The package for the AI SDK as its users get it: packed, put beside `ai`, and used there with nothing of the repository around.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { MICROS_PER_CREDIT } from '../../server/src/lib/money.ts';
import type { SdkStage } from './stage.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SOURCE = join(ROOT, 'ai-sdk');
const run = promisify(execFile);

/** The folder of an installed package, as the workspace finds it. */
async function folderOf(name: string, from: string): Promise<string> {
  const places = createRequire(join(from, 'package.json')).resolve.paths(name) ?? [];
  for (const place of places) {
    const found = await realpath(join(place, name)).catch(() => undefined);
    if (found !== undefined) return found;
  }
  throw new Error(`${name} is not installed`);
}

export function describeAiSdkPackage({ upstreams, proxy, testKey }: SdkStage): void {
  let folder: string;
  let home: string;
  let examples: string[];

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(inject('testServer').folder, 'ai-sdk-package-')));
    home = join(folder, 'node_modules', '@reelay', 'ai-sdk');
    await mkdir(home, { recursive: true });
    await mkdir(join(folder, 'node_modules', '@ai-sdk'));
    const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: SOURCE });
    await run('tar', ['-xzf', join(folder, stdout.trim()), '-C', home, '--strip-components=1']);
    const ai = await folderOf('ai', join(ROOT, 'test', 'foreign'));
    const installed: [string, string][] = [
      ['ai', ai],
      ['zod', await folderOf('zod', ai)],
      ['@ai-sdk/provider', await folderOf('@ai-sdk/provider', ai)],
      ['@ai-sdk/provider-utils', await folderOf('@ai-sdk/provider-utils', ai)],
    ];
    for (const [name, path] of installed) await symlink(path, join(folder, 'node_modules', name));
    const readme = await readFile(join(home, 'README.md'), 'utf8');
    examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);
    await Promise.all(examples.map((code, at) => writeFile(join(folder, `example-${at}.mts`), code)));
  });

  describe('the package for the AI SDK', () => {
    it('has the built code, its types, a page and a licence', async () => {
      const files = (await readdir(home, { recursive: true, withFileTypes: true })).filter((one) =>
        one.isFile(),
      );
      const others = files.filter(({ name }) => !/\.(js|d\.ts)$/.test(name)).map(({ name }) => name);
      expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
      const built = files.filter(({ name }) => name.endsWith('.js')).map(({ name }) => name.slice(0, -3));
      const sources = (await readdir(join(SOURCE, 'src'))).map((name) => name.slice(0, -3));
      expect(built.sort()).toEqual(sources.sort());
    });

    it.each([
      ['node16', 'node16'],
      ['esnext', 'bundler'],
    ])('has types for programs with modules of %s and the resolution %s', async (module, resolution) => {
      const wrong = ["import { reelay } from '@reelay/ai-sdk';", 'reelay.video(7);'];
      await writeFile(join(folder, 'wrong.mts'), wrong.join('\n'));
      const names = ['wrong.mts', ...examples.map((_code, at) => `example-${at}.mts`)];
      const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules', '@types')];
      const options = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--lib', 'es2023,dom'];
      const words = [...options, ...types, '--module', module, '--moduleResolution', resolution, ...names];
      const said = await run('tsc', words, { cwd: folder }).then(
        ({ stdout }) => stdout,
        ({ stdout }) => String(stdout),
      );
      const faults = said.split('\n').filter((line) => line.includes('error TS'));
      expect(faults).toEqual([expect.stringContaining('wrong.mts(2,14): error TS2345')]);
    });

    it('has a page with examples that run as they stand', async () => {
      const { core, accountId } = upstreams;
      const amount = 10n * MICROS_PER_CREDIT;
      await core.credits.grant({ accountId, book: 'test', amount, reason: 'for a picture' });
      const env = {
        PATH: process.env.PATH,
        REELAY_API_KEY: upstreams.key,
        REELAY_TEST_KEY: testKey,
        REELAY_BASE_URL: proxy.url,
      };
      const all = examples.map((_code, at) => `await import('./example-${at}.mts'); console.log('---');`);
      await writeFile(join(folder, 'all.mts'), all.join('\n'));
      const { stdout } = await run(process.execPath, ['all.mts'], { cwd: folder, env });
      const [video, later, picture, refusal] = stdout.split('---').map((part) => part.trim());
      expect(video).toMatch(/^0 \[\{"taskId":".*"credits":\d+/);
      expect((await readFile(join(folder, 'city.mp4'))).length).toBeGreaterThan(1_000);
      expect(later).toBe('1 true');
      expect(picture).toMatch(/^image\/\w+ true$/);
      expect(refusal).toBe('price_above_limit 422 false');
    });
  });
}
