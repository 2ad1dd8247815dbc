// The client's commands of `reelay`, as a person or a script at a shell calls them, against the server of the suite.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { drawFile } from '../../emulators/core/video.ts';
import { callbacks } from '../../sdk/src/sdk.ts';
import { writeCompletion } from '../../server/src/client/completion.ts';
import { Guide } from '../stage/guide.ts';
import { startReceiver } from '../stage/receiver.ts';
import { waitFor } from '../stage/wait.ts';
import { MODEL, type SdkStage, WITHIN_MS } from './stage.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MAIN = join(ROOT, 'server', 'bin', 'reelay.js');
const DRAFT = ['run', 'reelay/draft-t2v', 'resolution=480p', 'duration=1'];
const run = promisify(execFile);

interface Ended {
  code: number;
  out: string;
  said: string;
}

interface Call {
  /** Empty for none. */
  key?: string;
  input?: string;
  more?: Record<string, string>;
}

export function describeCommandLine({ upstreams, proxy, reelay, tester, testKey, folder }: SdkStage): void {
  const home = join(folder, 'home');

  function environmentOf({ key = upstreams.key, more = {} }: Call): Record<string, string> {
    const path = `${join(folder, 'bin')}:${process.env.PATH}`;
    const known: Record<string, string> = key === '' ? {} : { REELAY_API_KEY: key };
    return { PATH: path, HOME: home, REELAY_BASE_URL: proxy.url, ...known, ...more };
  }

  async function start(program: string, words: readonly string[], options: Call): Promise<Ended> {
    const running = run(program, words, { cwd: folder, env: environmentOf(options) });
    running.child.stdin?.end(options.input ?? '');
    return running.then(
      ({ stdout, stderr }) => ({ code: 0, out: stdout.trim(), said: stderr.trim() }),
      ({ code, stdout, stderr }) => ({ code, out: String(stdout).trim(), said: String(stderr).trim() }),
    );
  }

  const call = (words: readonly string[], options: Call = {}) =>
    start(process.execPath, [MAIN, ...words], options);
  const callAsTester = (...words: string[]) => call(words, { key: testKey });

  beforeAll(async () => {
    await mkdir(home, { recursive: true });
    await mkdir(join(folder, 'bin'), { recursive: true });
    const shim = join(folder, 'bin', 'reelay');
    await writeFile(shim, `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
    await chmod(shim, 0o755);
    await writeFile(join(folder, 'portrait.png'), await drawFile({ kind: 'png', width: 64, height: 64 }));
    await writeFile(join(folder, 'prompt.txt'), 'She turns\n');
  });

  describe('the command line', () => {
    it('does what its guide shows, with results alone on the standard output', async () => {
      const guide = new Guide('docs/guides/command-line.md');
      const blocks = guide.take('sh');
      expect([blocks.length, guide.left()]).toEqual([3, []]);
      const [made, again, scripted] = await Promise.all(
        blocks.map((block) => start('bash', ['-e', '-c', block], {})),
      );
      expect([made.code, again.code, scripted.code]).toEqual([0, 0, 0]);
      expect(made.out).toMatch(
        /^img_urls \(required\)\tarray[\s\S]*\nlake\.mp4\nmade\/kling-v3-i2v-1\.mp4$/m,
      );
      expect(made.said).toMatch(/^task \S{36}\n[\s\S]*success/m);
      expect((await stat(join(folder, 'lake.mp4'))).size).toBeGreaterThan(1_000);
      expect(again.out.split('\n')).toEqual([
        'night.mp4',
        expect.stringMatching(/\tsuccess\t/),
        expect.stringMatching(/\tsuccess\t/),
      ]);
      const night = JSON.parse(await readFile(join(folder, 'task.json'), 'utf8'));
      expect(night.param.input).toEqual({ prompt: 'a lake at night' });
      expect(scripted.out).toMatch(/^\{\n {2}"balance": [\s\S]*\ncode 3$/);
      // The files became an upload and a text.
      for await (const { param } of reelay.tasks.list({ model: 'kling/v3-i2v' })) {
        if (param.input.prompt !== 'She turns') continue;
        expect(param.input.img_urls).toEqual([expect.stringContaining('/files/uploads/')]);
        return;
      }
      throw new Error('There is no task of the text of the file');
    });

    it('spends no live credits without a word', async () => {
      const before = await upstreams.balance();
      const asked = await call(['run', MODEL, 'prompt=a lake']);
      expect(asked).toMatchObject({ code: 2, out: '' });
      expect(asked.said).toMatch(/takes \d+ of \d+.* credits\.[\s\S]*--max-credits N or --yes/);
      expect(await upstreams.balance()).toEqual(before);
    });

    it('ends with another code for each kind of end', async () => {
      const [failed, late, wrong, nowhere, unnamed] = await Promise.all([
        callAsTester(...DRAFT, 'prompt=reelay:moderation', '--json'),
        callAsTester(...DRAFT, 'prompt=reelay:stuck', '--timeout', '1'),
        callAsTester(...DRAFT, 'prompt=x', 'duration=often'),
        call(['balance'], { more: { REELAY_BASE_URL: 'http://127.0.0.1:1' } }),
        callAsTester(...DRAFT, 'prompt=x', '--output', '{name}{ext}'),
      ]);
      // Before anything is made.
      expect([unnamed.code, unnamed.said]).toEqual([1, expect.stringContaining('has no {name}: {model}')]);
      expect([failed.code, JSON.parse(failed.out).result.error]).toEqual([1, 'content_refused']);
      expect([late.code, late.said]).toEqual([4, expect.stringMatching(/reelay tasks wait \S{36}$/)]);
      expect([wrong.code, wrong.said]).toEqual([2, expect.stringContaining('duration')]);
      expect(nowhere.code).toBe(5);
    });

    it('leaves a task alone at Ctrl-C, and waits for it again', async () => {
      const words = [MAIN, ...DRAFT, 'prompt=reelay:stuck'];
      const child = spawn(process.execPath, words, { env: environmentOf({ key: testKey }) });
      onTestFinished(() => void child.kill('SIGKILL'));
      let said = '';
      child.stderr.on('data', (chunk) => {
        said += chunk;
      });
      await waitFor('the wait', WITHIN_MS, () => /task \S{36}\n(pending|running)/.test(said));
      child.kill('SIGINT');
      expect(await once(child, 'exit')).toEqual([130, null]);
      const [, id] = /The task goes on\. To come back: reelay tasks wait (\S+)/.exec(said) ?? [];
      expect((await tester.tasks.get(id)).status).toMatch(/pending|running/);
      await tester.tasks.cancel(id);
      const waited = await callAsTester('tasks', 'wait', id);
      expect([waited.code, waited.said]).toEqual([1, expect.stringContaining('task_cancelled')]);
    });

    it('keeps a key in a file for its owner alone, and never takes it as an argument', async () => {
      const words = ['login', '--base-url', proxy.url, '--json'];
      expect((await call(words, { key: '', input: 'ak_test_unknown' })).code).toBe(2);
      const kept = await call(words, { key: '', input: `${testKey}\n` });
      expect([kept.code, kept.said]).toEqual([0, '']);
      expect(kept.out).not.toContain(testKey);
      const { file } = JSON.parse(kept.out);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      // Where there is no database, the groups that operators have too are the client's.
      const { out } = await call(['models', 'list', '--modality', 'image', '--jsonl'], { key: '' });
      expect(out.split('\n').every((line) => JSON.parse(line).modality === 'image')).toBe(true);
      await call(['logout'], { key: '' });
      expect(await readdir(join(home, '.config', 'reelay'))).toEqual([]);
      expect((await call(['balance'], { key: '' })).said).toContain('reelay login');
      // An operator's command would make a database here.
      expect((await call(['tasks', 'list'], { key: '' })).said).toContain('reelay login');
      expect(await readdir(folder)).not.toContain('data');
    });

    it('forwards the ends of tasks to an address of this machine, signed as callbacks are', async () => {
      const receiver = await startReceiver();
      afterAll(() => receiver.close());
      const words = [MAIN, 'listen', '--forward-to', `${new URL(receiver.url).host}/hook`, '--json'];
      const child = spawn(process.execPath, words, { env: environmentOf({ key: testKey }) });
      onTestFinished(() => void child.kill('SIGKILL'));
      const forwarded: Record<string, string>[] = [];
      createInterface({ input: child.stdout }).on('line', (line) => forwarded.push(JSON.parse(line)));
      await once(createInterface({ input: child.stderr }), 'line');
      const { out: id } = await callAsTester('trigger', 'moderation');
      // Ends of just before may come as well.
      await waitFor('the end', WITHIN_MS, () => forwarded.some(({ task_id: found }) => found === id));
      for (const { task_id: _, ...rest } of forwarded)
        expect(rest).toEqual({ status: 'failed', answer: '200' });
      const [{ path, headers, body }] = receiver.receipts().filter((receipt) => receipt.body.includes(id));
      expect(path).toBe('/hook');
      const given = headers as Record<string, string>;
      const task = await tester.tasks.get(id);
      expect(await callbacks.verify(body, given, await tester.callbackSecret())).toEqual(task);
      await expect(callbacks.verify(body, given, await reelay.callbackSecret())).rejects.toThrow();
      child.kill('SIGINT');
      expect(await once(child, 'exit')).toEqual([0, null]);
    });

    it('ends well when nobody reads its output any more', async () => {
      const { code, out, said } = await start(
        'bash',
        ['-o', 'pipefail', '-c', 'reelay models list | head -1'],
        {},
      );
      expect([code, out.split('\n').length, said]).toEqual([0, 1, '']);
    });

    it('is completed by shells', async () => {
      const { out: script } = await call(['completion', 'bash']);
      const typed = 'COMP_WORDS=(reelay tasks wa); COMP_CWORD=2; _reelay reelay wa tasks';
      const { stdout } = await run('bash', ['-c', `${script}\n${typed}; echo "\${COMPREPLY[@]}"`]);
      expect(stdout.trim()).toBe('wait');
      const fish = writeCompletion('fish', [['tasks', 'wait'], ['tasks', 'cancel'], ['run']]);
      expect(fish).toContain("-n '__fish_seen_subcommand_from tasks' -a 'wait cancel'");
    });

    it('loads none of the code of the server', async () => {
      const hook =
        "import { registerHooks } from 'node:module';" +
        'registerHooks({ load(url, context, next) { console.error(url); return next(url, context); } });';
      // The sources, since a bundle of them may be there.
      const command = `await (await import('${ROOT}/server/src/commands/run.ts')).run(['balance'])`;
      const words = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, '-e', command];
      const { out, said } = await start(process.execPath, words, {});
      expect(out).toMatch(/ credits, and .* held/);
      const loaded = said.split('\n').flatMap((url) => /\/server\/src\/(.*)/.exec(url)?.[1] ?? []);
      expect(loaded).toContain('client/actions.ts');
      const allowed = /^(errors\.ts|lib\/\w+\.ts|client\/[\w-]+\.ts|commands\/(commands|run)\.ts)$/;
      expect(loaded.filter((file) => !allowed.test(file))).toEqual([]);
    });
  });
}
