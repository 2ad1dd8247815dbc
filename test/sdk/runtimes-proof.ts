// `npm run proof:sdk`: the packed SDK outside of the Node of this repository: in an older Node, in a page of Chromium whose origin
// the server allows, and in a context that has what the web shares and nothing else. Each uploads a picture, runs a task of it
// by a test key, follows its events and reads its bytes. Exit code 1 when one does not.
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import sparticuz from '@sparticuz/chromium';
import { chromium } from 'playwright-core';
import { drawFile } from '../../emulators/core/video.ts';
import { Site } from '../stage/processes.ts';
import { loadAtEdge } from './edge.ts';

const run = promisify(execFile);
const SDK = path.join(import.meta.dirname, '..', '..', 'sdk');
const HELP = `Usage: npm run proof:sdk -- [options]

  --node <path>   an older Node, 20.16 at least; by default the first "node" of the path that is older than this one
  --help          show this
`;

/** The same few lines everywhere: what they resolve with is compared. */
const USE = `async function use({ Reelay }, { picture, ...options }) {
  const reelay = new Reelay(options);
  const file = new Blob([Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0))], { type: 'image/png' });
  const seen = [];
  const input = { prompt: 'a lake', img_urls: [file], duration: 1, resolution: '480p' };
  const task = await reelay.run('reelay/draft-r2v', input, { onUpdate: ({ task }) => seen.push(task.status) });
  const bytes = await reelay.files.bytes(task);
  const { mode } = await reelay.caller();
  const refusal = await reelay.tasks.get('none').catch((error) => error.code);
  return [mode, seen.at(-1), bytes.length > 1000, refusal];
}`;
const EXPECTED = JSON.stringify(['test', 'success', true, 'task_not_found']);

interface Server {
  apiKey: string;
  baseUrl: string;
  picture: string;
}

/** The first Node of the path that is older than this one, and new enough for the SDK. */
async function findOlderNode(named: string | undefined): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  for (const file of named ? [named] : folders.map((folder) => path.join(folder, 'node'))) {
    const { stdout } = await run(file, ['--version']).catch(() => ({ stdout: '' }));
    const [major, minor] = (/^v(\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
    if (major < Number(process.versions.node.split('.')[0]) && (major > 20 || (major === 20 && minor >= 16)))
      return file;
  }
  return undefined;
}

async function useInNode(file: string, folder: string, server: Server): Promise<string> {
  const lines = [
    "import * as sdk from '@reelay/sdk';",
    USE,
    "const task = await new sdk.Reelay(JSON.parse(process.env.OPTIONS)).run('reelay/draft-t2v', { prompt: 'x', duration: 1 });",
    'await new sdk.Reelay(JSON.parse(process.env.OPTIONS)).files.download(task, "lake.mp4");',
    'console.log(JSON.stringify(await use(sdk, JSON.parse(process.env.OPTIONS))));',
  ];
  await writeFile(path.join(folder, 'use.mjs'), lines.join('\n'));
  const { stdout } = await run(file, ['use.mjs'], { cwd: folder, env: { OPTIONS: JSON.stringify(server) } });
  await access(path.join(folder, 'lake.mp4'));
  return stdout.trim();
}

async function useInPage(page: string, server: Server): Promise<string> {
  const browser = await chromium.launch({
    executablePath: await sparticuz.executablePath(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
  });
  try {
    const tab = await browser.newPage();
    await tab.goto(page);
    const options = JSON.stringify({ ...server, allowBrowser: true });
    const code = `(async () => JSON.stringify(await (${USE})(await import('/sdk/sdk.js'), ${options})))()`;
    return (await tab.evaluate(code)) as string;
  } finally {
    await browser.close();
  }
}

async function useAtEdge(folder: string, server: Server): Promise<string> {
  const edge = await loadAtEdge(folder);
  return (await edge.evaluate(
    `(async () => JSON.stringify(await (${USE})(sdk, ${JSON.stringify(server)})))()`,
  )) as string;
}

/** Serves an empty page and the files of the package beside it, under an origin of its own. */
async function servePage(built: string) {
  const server = createServer((request, response) => {
    const [, name] = /^\/sdk\/([\w.-]+\.js)$/.exec(request.url ?? '') ?? [];
    response.setHeader('content-type', name === undefined ? 'text/html' : 'text/javascript');
    if (name === undefined) return void response.end('<!doctype html><title>page</title>');
    readFile(path.join(built, name)).then(
      (text) => response.end(text),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}

async function report(name: string, use: () => Promise<string>): Promise<boolean> {
  const said = await use().catch((error: Error) => error.message);
  const holds = said === EXPECTED;
  process.stdout.write(`${holds ? 'holds ' : 'BROKEN'}  ${name}: ${said}\n`);
  return holds;
}

async function prove(named: string | undefined): Promise<boolean> {
  const site = await Site.open();
  const folder = await mkdtemp(path.join(site.folder, 'sdk-'));
  const home = path.join(folder, 'node_modules', '@reelay', 'sdk');
  await mkdir(home, { recursive: true });
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: SDK });
  await run('tar', ['-xzf', path.join(folder, stdout.trim()), '-C', home, '--strip-components=1']);
  const page = await servePage(path.join(home, 'dist'));
  try {
    const { address, testKey } = (await site.start({ REELAY_CORS_ORIGINS: page.origin }).ready) ?? {};
    if (!address || !testKey) throw new Error('the server did not start');
    const picture = (await drawFile({ kind: 'png', width: 64, height: 64 })).toString('base64');
    const server = { apiKey: testKey, baseUrl: address, picture };
    const older = await findOlderNode(named);
    const held = [
      await report('a page of Chromium', () => useInPage(page.origin, server)),
      await report('what the web shares alone', () => useAtEdge(folder, server)),
    ];
    if (older === undefined)
      process.stdout.write('left out  an older Node: there is none in the path; --node names one\n');
    else {
      const { stdout: version } = await run(older, ['--version']);
      held.push(await report(`Node ${version.trim()}`, () => useInNode(older, folder, server)));
    }
    return held.every(Boolean);
  } finally {
    page.close();
    await site.close();
  }
}

const { values } = parseArgs({ options: { node: { type: 'string' }, help: { type: 'boolean' } } });
if (values.help) process.stdout.write(HELP);
else process.exitCode = (await prove(values.node)) ? 0 : 1;
