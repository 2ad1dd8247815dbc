// The package as its users get it: packed, put into an empty folder, and used there with nothing of the repository around.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { drawFile } from '../../emulators/core/video.ts';
import { generateTypes } from '../../sdk/generated-types.ts';
import { RETRYABLE_CODES } from '../../sdk/src/errors.ts';
import { ERRORS } from '../../server/src/errors.ts';
import { withEnvironment } from '../stage/environment.ts';
import { waitFor } from '../stage/wait.ts';
import { loadAtEdge } from './edge.ts';
import { MODEL, type SdkStage, WITHIN_MS } from './stage.ts';

const SDK = join(import.meta.dirname, '..', '..', 'sdk');
const GZIP_BYTES_MAX = 12 * 1024;
const run = promisify(execFile);

export function describePackage({ upstreams, reelay }: SdkStage): void {
  let folder: string;
  let examples: string[];
  let edge: Awaited<ReturnType<typeof loadAtEdge>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(inject('testServer').folder, 'sdk-package-'));
    const home = join(folder, 'node_modules', '@reelay', 'sdk');
    await mkdir(home, { recursive: true });
    const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: SDK });
    await run('tar', ['-xzf', join(folder, stdout.trim()), '-C', home, '--strip-components=1']);
    const readme = await readFile(join(home, 'README.md'), 'utf8');
    examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);
    await Promise.all(examples.map((code, at) => writeFile(join(folder, `example-${at}.mts`), code)));
    edge = await loadAtEdge(folder);
  });

  describe('the package', () => {
    it('has the built code, its types, a page and a licence, and no dependencies', async () => {
      const home = join(folder, 'node_modules', '@reelay', 'sdk');
      const files = (await readdir(home, { recursive: true, withFileTypes: true })).filter((one) =>
        one.isFile(),
      );
      const others = files.filter(({ name }) => !/\.(js|d\.ts)$/.test(name)).map(({ name }) => name);
      expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
      const sources = (await readdir(join(SDK, 'src'))).map((name) => name.replace(/\.ts$/, ''));
      const built = files
        .filter(({ name }) => name.endsWith('.js'))
        .map(({ name }) => name.replace(/\.js$/, ''));
      expect(built.sort()).toEqual(sources.sort());
      const manifest = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
      expect(manifest).not.toHaveProperty('dependencies');
      expect(manifest).not.toHaveProperty('peerDependencies');
    });

    it.each([
      ['node16', 'node16'],
      ['esnext', 'bundler'],
    ])(
      'has types that a program with modules of %s and the resolution %s can use',
      async (module, resolution) => {
        const wrong = [
          "import { Reelay } from '@reelay/sdk';",
          'const reelay = new Reelay();',
          "await reelay.run('kling/v3-t2v', { prompt: 7 });",
          "await reelay.run('an/operator-model', { anything: [1] });",
          "const task = await reelay.tasks.get('id');",
          'task.result.media_urls;',
        ];
        await writeFile(join(folder, 'wrong.mts'), wrong.join('\n'));
        // What Node says of itself, as far as the examples use it: nothing is around, and so are no types of Node.
        const node = 'declare const process: { env: Record<string, string | undefined> };\n';
        await writeFile(
          join(folder, 'node.d.ts'),
          `${node}declare module 'node:fs/promises' { export function readFile(path: string): Promise<Uint8Array<ArrayBuffer>>; }\n`,
        );
        const options = [
          '--noEmit',
          '--strict',
          '--target',
          'es2022',
          '--lib',
          'es2022,dom,dom.asynciterable',
        ];
        const names = examples.map((_code, at) => `example-${at}.mts`);
        const words = [...options, '--module', module, '--moduleResolution', resolution, '--types', ''];
        const said = await run('tsc', [...words, 'node.d.ts', 'wrong.mts', ...names], { cwd: folder }).then(
          ({ stdout }) => stdout,
          ({ stdout }) => String(stdout),
        );
        const faults = said.split('\n').filter((line) => line.includes('error TS'));
        expect(faults).toEqual([
          expect.stringContaining('wrong.mts(3,36): error TS2322'),
          expect.stringContaining("wrong.mts(6,1): error TS18047: 'task.result' is possibly 'null'"),
        ]);
      },
    );

    it(`is one file of ${GZIP_BYTES_MAX} bytes at most, with nothing of Node in its imports`, () => {
      expect(edge.code).not.toMatch(/\bimport\b|\brequire\(/);
      expect(gzipSync(edge.code).length).toBeLessThan(GZIP_BYTES_MAX);
    });

    it('makes, follows and reads a task where there is no Node', async () => {
      const options = { apiKey: upstreams.key, baseUrl: reelay.baseUrl };
      const said = await edge.evaluate(`(async () => {
        const reelay = new sdk.Reelay(${JSON.stringify(options)});
        const task = await reelay.run('${MODEL}', { prompt: 'a lake' });
        const bytes = await reelay.files.bytes(task);
        const refusal = await reelay.files.download(task, 'lake.mp4').catch((error) => error.message);
        return [typeof process, task.status, bytes.length > 1000, refusal].join();
      })()`);
      expect(said).toBe(
        'undefined,success,true,Paths of files need Node 20.16 or later: use bytes or a Blob',
      );
    });

    it('has the types of the API and of the catalogue as they are (`npm run sdk:types` writes them)', async () => {
      for (const [name, text] of Object.entries(generateTypes()))
        expect(await readFile(join(SDK, 'src', name), 'utf8')).toBe(text);
    });

    it('counts the same errors as worth a repeat as the server', () => {
      const names = Object.entries(ERRORS).filter(([, { retryable }]) => retryable);
      expect([...RETRYABLE_CODES].sort()).toEqual(names.map(([name]) => name).sort());
    });
  });

  describe('the page', () => {
    it('has examples that run as they stand', async () => {
      const env = { PATH: process.env.PATH, REELAY_API_KEY: upstreams.key, REELAY_BASE_URL: reelay.baseUrl };
      await writeFile(join(folder, 'portrait.png'), await drawFile({ kind: 'png', width: 64, height: 64 }));
      const names = examples.slice(0, 4).map((_code, at) => `./example-${at}.mts`);
      // One process after the other would only start Node four times.
      const all = names.map((name) => `await import('${name}'); console.log('---');`).join('\n');
      await writeFile(join(folder, 'all.mts'), all);
      const { stdout } = await run(process.execPath, ['all.mts'], { cwd: folder, env });
      const [first, second, third, fourth] = stdout.split('---').map((part) => part.trim());
      expect(first).toMatch(/^\d+ http/);
      expect((await readFile(join(folder, 'city.mp4'))).length).toBeGreaterThan(1_000);
      expect(second).toContain('/files/results/');
      expect(third).toBe('true 1');
      expect(fourth).toMatch(/^no money: /);

      const { callbackUrl } = upstreams;
      const { task_id: id } = await reelay.tasks.create(MODEL, { prompt: 'x' }, { callbackUrl });
      const { headers, task } = await waitFor('the callback', WITHIN_MS, () =>
        upstreams.callbacks.find((call) => call.task.task_id === id),
      );
      const secret = { REELAY_CALLBACK_SECRET: await reelay.callbackSecret() };
      await withEnvironment(secret, async () => {
        const { receive } = (await import(join(folder, 'example-4.mts'))) as {
          receive(request: Request): Promise<Response>;
        };
        const post = (body: string) =>
          receive(
            new Request('http://127.0.0.1', {
              method: 'POST',
              body,
              headers: headers as Record<string, string>,
            }),
          );
        expect((await post(JSON.stringify(task))).status).toBe(204);
        expect((await post('{}')).status).toBe(400);
      });
    });
  });
}
