// `npm run proof:guides`: the receivers of docs/guides/receiving-callbacks.md for frameworks that are not among the packages of
// this repository, each in an install of its own: a genuine callback is taken, and one with other bytes is not. Then the block of
// docs/guides/python.md with the `openai` package, where pip can install it. Exit code 1 when one does otherwise.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { formatSecret, generateSecret, signMessage } from '../../server/src/callbacks/signature.ts';
import { systemClock } from '../../server/src/lib/time.ts';
import { Guide } from '../stage/guide.ts';
import { Site } from '../stage/processes.ts';

const run = promisify(execFile);
const ROOT = path.join(import.meta.dirname, '..', '..');
const PACKAGES = ['express@5.3.0', 'hono@4.13.19', '@hono/node-server@2.1.9'];
const PYTHON_PACKAGE = 'openai==3.22.1';
const INSTALL_WITHIN_MS = 240_000;
const GENUINE = '{ "task_id": "1",  "status": "success" }';

/** What each receiver is served by. */
const SERVE = {
  express:
    "import { app } from './express.mjs';\nimport { createServer } from 'node:http';\nconst server = createServer(app);",
  hono: "import { app } from './hono.mjs';\nimport { createAdaptorServer } from '@hono/node-server';\nconst server = createAdaptorServer(app);",
};
/** Posts both bodies to the server, and prints the statuses. */
const ASK = `server.listen(0, '127.0.0.1', async () => {
  const { headers, bodies } = JSON.parse(process.env.ASKED);
  const url = 'http://127.0.0.1:' + server.address().port + '/hooks/reelay';
  const statuses = [];
  for (const body of bodies) statuses.push((await fetch(url, { method: 'POST', headers, body })).status);
  console.error(statuses.join(' '));
  process.exit();
});`;

function report(isSound: boolean, name: string, said: string): boolean {
  process.stdout.write(`${isSound ? 'holds ' : 'BROKEN'}  ${name}: ${said}\n`);
  return isSound;
}

async function proveReceivers(folder: string): Promise<boolean> {
  await writeFile(path.join(folder, 'package.json'), '{"private":true}');
  const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...PACKAGES];
  await run('npm', words, { cwd: folder });
  const sdk = path.join(folder, 'node_modules', '@reelay', 'sdk');
  await mkdir(sdk, { recursive: true });
  await symlink(path.join(ROOT, 'sdk', 'src'), path.join(sdk, 'src'));
  await writeFile(path.join(sdk, 'package.json'), '{"type":"module","exports":"./src/sdk.ts"}');
  const blocks = new Guide('docs/guides/receiving-callbacks.md').take('js');
  const key = generateSecret();
  const signed = signMessage({ id: 'msg_1', sentAtMs: systemClock(), body: GENUINE }, [key]);
  const headers = { ...signed, 'content-type': 'application/json' };
  const asked = JSON.stringify({ headers, bodies: [GENUINE, '{}'] });
  const env = { PATH: process.env.PATH, REELAY_CALLBACK_SECRET: formatSecret(key), ASKED: asked };
  let holds = true;
  for (const [name, serve] of Object.entries(SERVE)) {
    const block = blocks.find((code) => code.includes(`from '${name}'`)) ?? '';
    await writeFile(path.join(folder, `${name}.mjs`), block);
    await writeFile(path.join(folder, `serve-${name}.mjs`), `${serve}\n${ASK}\n`);
    const { stderr } = await run(process.execPath, [`serve-${name}.mjs`], { cwd: folder, env });
    holds = report(stderr.trim().endsWith('204 400'), name, stderr.trim()) && holds;
  }
  return holds;
}

/** The block with the `openai` package of Python, against a server with a worker and a test key. */
async function provePython(folder: string): Promise<boolean> {
  const packages = path.join(folder, 'python');
  const words = ['-m', 'pip', 'install', '--quiet', '--target', packages, PYTHON_PACKAGE];
  const missing = await run('python3', words, { timeout: INSTALL_WITHIN_MS }).then(
    () => undefined,
    (error: Error & { killed?: boolean }) => (error.killed ? 'pip took too long' : error.message.trim()),
  );
  if (missing !== undefined) {
    process.stdout.write(
      `left out  ${PYTHON_PACKAGE} cannot be installed here: ${missing.split('\n').at(-1)}\n`,
    );
    return true;
  }
  const site = await Site.open();
  try {
    const { address, testKey } = (await site.start().ready) ?? {};
    if (!address || !testKey) throw new Error('the server did not start');
    const [, block] = new Guide('docs/guides/python.md').take('python');
    const env = { ...process.env, PYTHONPATH: packages, REELAY_BASE_URL: address, REELAY_API_KEY: testKey };
    const said = await run('python3', ['-c', block], { cwd: folder, env }).then(
      ({ stdout }) => stdout.trim(),
      ({ stderr }) => String(stderr),
    );
    const { size } = await stat(path.join(folder, 'lake-of-openai.mp4')).catch(() => ({ size: 0 }));
    return report(said === 'completed 5' && size > 1_000, PYTHON_PACKAGE, `${said}, ${size} bytes`);
  } finally {
    await site.close();
  }
}

async function prove(): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'reelay-guides-'));
  try {
    return [await proveReceivers(folder), await provePython(folder)].every(Boolean);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

process.exitCode = (await prove()) ? 0 : 1;
