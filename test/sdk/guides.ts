// The guides of docs/guides: each block of code is run as it stands, against the server of the suite. What needs a framework that
// is not among the packages of this repository is run by `npm run proof:guides`.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { drawFile } from '../../emulators/core/video.ts';
import { formatSecret, generateSecret, signMessage } from '../../server/src/callbacks/signature.ts';
import { withEnvironment } from '../stage/environment.ts';
import { Guide } from '../stage/guide.ts';
import { waitFor } from '../stage/wait.ts';
import type { SdkStage } from './stage.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

const guideOf = (name: string) => new Guide(`docs/guides/${name}.md`);
const GUIDES = {
  crun: guideOf('from-crun'),
  kie: guideOf('from-kie'),
  openai: guideOf('from-openai'),
  others: guideOf('from-fal-and-replicate'),
  python: guideOf('python'),
  n8n: guideOf('n8n'),
  receiving: guideOf('receiving-callbacks'),
  ci: guideOf('testing-in-ci'),
};
/** Guides whose blocks other tests run. */
const ELSEWHERE = ['command-line.md', 'agents.md', 'ai-sdk.md'];

export function describeGuides({ upstreams, proxy, testKey }: SdkStage): void {
  let folder: string;

  const environment = (key: string) => ({
    PATH: process.env.PATH,
    REELAY_API_KEY: key,
    REELAY_BASE_URL: proxy.url,
  });

  /** Runs programs of JavaScript one after the other in one process. @returns what each has printed. */
  async function runAll(programs: readonly string[]): Promise<string[]> {
    await Promise.all(programs.map((code, at) => writeFile(join(folder, `${at}.mjs`), code)));
    const all = programs.map((_, at) => `await import('./${at}.mjs'); console.log('---');`).join('\n');
    await writeFile(join(folder, 'all.mjs'), all);
    const { stdout } = await run(process.execPath, ['all.mjs'], {
      cwd: folder,
      env: environment(upstreams.key),
    });
    return stdout.split('---\n').map((part) => part.trim());
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(inject('testServer').folder, 'guides-'));
    const sdk = join(folder, 'node_modules', '@reelay', 'sdk');
    await mkdir(sdk, { recursive: true });
    // The sources, in place of what they are built into: Node runs them as they are, since their real folder is another.
    await symlink(join(ROOT, 'sdk', 'src'), join(sdk, 'src'));
    await writeFile(join(sdk, 'package.json'), '{"type":"module","exports":"./src/sdk.ts"}');
    for (const name of ['openai', 'fastify'])
      await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    await writeFile(join(folder, 'portrait.png'), await drawFile({ kind: 'png', width: 64, height: 64 }));
  });

  describe('the guides', () => {
    it('from Crun, kie.ai, OpenAI, fal and Replicate have programs that run', async () => {
      const { crun, kie, openai, others } = GUIDES;
      const programs = [crun, kie, openai, others].flatMap((guide) => guide.take('js'));
      const said = await runAll(programs);
      expect(said).toEqual([
        expect.stringMatching(/^success \d+ \[\s*'http[^']+'\s*\]$/),
        'success 5120 1',
        expect.stringMatching(/^success \[\s*'http[^']+'\s*\]$/),
        'completed 1280x720',
        'true',
        expect.stringMatching(/^http/),
        '',
        expect.stringMatching(/^\d+ 1$/),
        '',
      ]);
      for (const name of ['lake.mp4', 'portrait.mp4'])
        expect((await stat(join(folder, name))).size).toBeGreaterThan(1_000);
    });

    it('for CI has a test that passes with a test key, and a pipeline that runs it', async () => {
      const [code] = GUIDES.ci.take('js');
      const [pipeline] = GUIDES.ci.take('yaml');
      await writeFile(join(folder, 'order.test.mjs'), code);
      const commands = [...pipeline.matchAll(/- run: (.+)/g)].map(([, command]) => command);
      expect(commands).toEqual(['npm ci', 'node --test']);
      const names = [...pipeline.matchAll(/^ +(REELAY_\w+):/gm)].map(([, name]) => name);
      const given = environment(testKey);
      expect(Object.keys(given)).toEqual(expect.arrayContaining(names));
      const words = ['--test', '--test-reporter=tap', 'order.test.mjs'];
      const { stdout } = await run(process.execPath, words, { cwd: folder, env: given });
      expect(stdout).toMatch(/^# pass 4$/m);
    });

    it('for n8n has a workflow whose requests make a video and find its file in the callback', async () => {
      const [text] = GUIDES.n8n.take('json');
      const { nodes, connections } = JSON.parse(text) as Workflow;
      const [create, wait, fetchFile] = nodes;
      expect(Object.values(connections).flatMap(({ main }) => main.flat().map(({ node }) => node))).toEqual([
        wait.name,
        fetchFile.name,
      ]);
      const scope = {
        $json: { prompt: 'a lake at dawn' } as object,
        $execution: { id: '231', resumeUrl: upstreams.callbackUrl },
      };
      const [field] = create.parameters.headerParameters?.parameters ?? [];
      const answer = await fetch(create.parameters.url.replace('https://reelay.example.com', upstreams.url), {
        method: create.parameters.method,
        headers: {
          'x-api-key': upstreams.key,
          'content-type': 'application/json',
          [field.name]: evaluate(field.value, scope),
        },
        body: evaluate(create.parameters.jsonBody ?? '', scope),
      });
      const { data } = (await answer.json()) as { data: { task_id: string } };
      const { task } = await waitFor('the callback', 60_000, () =>
        upstreams.callbacks.find((call) => call.task.task_id === data.task_id),
      );
      const file = evaluate(fetchFile.parameters.url, { ...scope, $json: { body: task } });
      expect((await fetch(file)).status).toBe(200);
    });

    it('for receivers check the raw body, in Fastify and in a route of Next', async () => {
      const [, withFastify, withNext] = GUIDES.receiving.take('js');
      await writeFile(join(folder, 'fastify.mjs'), withFastify);
      await writeFile(join(folder, 'next.mjs'), withNext);
      const key = generateSecret();
      // With spaces that a parser would lose.
      const body = '{ "task_id": "1",  "status": "success" }';
      const headers = {
        ...signMessage({ id: 'msg_1', sentAtMs: Date.now(), body }, [key]),
        'content-type': 'application/json',
      };
      const secret = { REELAY_CALLBACK_SECRET: formatSecret(key) };
      await withEnvironment(secret, async () => {
        const { app } = await import(join(folder, 'fastify.mjs'));
        const { POST } = await import(join(folder, 'next.mjs'));
        const byFastify = (payload: string) =>
          app.inject({ method: 'POST', url: '/hooks/reelay', headers, payload });
        const byNext = (payload: string) =>
          POST(new Request('http://localhost/', { method: 'POST', headers, body: payload }));
        expect([(await byFastify(body)).statusCode, (await byNext(body)).status]).toEqual([204, 204]);
        expect([(await byFastify('{}')).statusCode, (await byNext('{}')).status]).toEqual([400, 400]);
      });
    });

    it('from Python run where Python is, and say what the wire takes', async () => {
      const [plain, withPackage, check] = GUIDES.python.take('python');
      const fields = [...withPackage.matchAll(/^ {4}(\w+)="([^"]+)",$/gm)].map(([, name, value]) => [
        name,
        value,
      ]);
      const form = new FormData();
      for (const [name, value] of [...fields, ['max_credits', '500']]) form.append(name, value);
      const made = await fetch(`${upstreams.url}/v1/videos`, {
        method: 'POST',
        headers: { authorization: `Bearer ${upstreams.key}` },
        body: form,
      });
      expect([fields.map(([name]) => name), made.status]).toEqual([
        ['model', 'prompt', 'seconds', 'size'],
        200,
      ]);
      for (const path of ['/CreateTask', '/TaskInfo?task_id=']) expect(plain).toContain(`"${path}"`);
      const hasPython = await run('python3', ['--version']).then(
        () => true,
        () => false,
      );
      if (!hasPython) return;
      const { stdout } = await run('python3', ['-c', plain], {
        cwd: folder,
        env: environment(upstreams.key),
      });
      expect(stdout).toMatch(/^success \d+/);
      const key = generateSecret();
      const signed = signMessage({ id: 'msg_1', sentAtMs: Date.now(), body: '{ }' }, [key]);
      const call = (body: string) =>
        `is_genuine(${JSON.stringify(formatSecret(key))}, ${JSON.stringify(signed)}, b'${body}')`;
      const checked = await run('python3', ['-c', `${check}\nprint(${call('{ }')}, ${call('{}')})`]);
      expect(checked.stdout.trim()).toBe('True False');
    });

    it('have no block that no test runs, and no page is forgotten', async () => {
      for (const guide of Object.values(GUIDES)) expect([guide.name, guide.left()]).toEqual([guide.name, []]);
      const names = Object.values(GUIDES).map(({ name }) => name.split('/').at(-1));
      const files = await readdir(join(ROOT, 'docs', 'guides'));
      expect(files.filter((file) => !names.includes(file) && !ELSEWHERE.includes(file))).toEqual([]);
    });
  });
}

interface Workflow {
  nodes: {
    name: string;
    parameters: {
      method?: string;
      url: string;
      headerParameters?: { parameters: { name: string; value: string }[] };
      jsonBody?: string;
    };
  }[];
  connections: Record<string, { main: { node: string }[][] }>;
}

/** An expression of n8n, `={{ … }}`, with the names that it has there. */
function evaluate(text: string, scope: Record<string, unknown>): string {
  const [, expression] = /^=\{\{(.*)\}\}$/s.exec(text) ?? [];
  if (expression === undefined) return text;
  return String(new Function(...Object.keys(scope), `return ${expression}`)(...Object.values(scope)));
}
