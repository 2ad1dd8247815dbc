// `npm run proof:mcp`: runs the conformance suite of the Model Context Protocol against the door for agents, for both eras. The suite
// is installed into a folder of its own, since its packages are no part of this repository. Exit code 1 when something fails
// that is not in the lists below, or when something there does not fail any more.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../server/src/db/embedded.ts';
import { silentLog } from '../../server/src/db/log.ts';
import { DoorStage } from './door-stage.ts';

const SUITE = '@modelcontextprotocol/conformance@0.2.0-alpha.12';

/** It calls a tool, a resource or a prompt of the suite's own server; the door has tools alone, and other ones. */
const OF_ITS_OWN_SERVER = [
  'tools-call-simple-text',
  'tools-call-image',
  'tools-call-audio',
  'tools-call-embedded-resource',
  'tools-call-mixed-content',
  'tools-call-error',
  'tools-call-with-progress',
];
/** The door has none of these, and does not declare them. */
const NOT_DECLARED = [
  'resources-list',
  'resources-read-text',
  'resources-read-binary',
  'resources-templates-read',
  'prompts-list',
  'prompts-get-simple',
  'prompts-get-with-args',
  'prompts-get-embedded-resource',
  'prompts-get-with-image',
  'completion-complete',
];
/** Of the older protocol alone: the same two reasons, and a warning that there are no sessions, which is meant. */
const OF_OLDER = [
  'tools-call-with-logging',
  'tools-call-sampling',
  'tools-call-elicitation',
  'elicitation-sep1034-defaults',
  'elicitation-sep1330-enums',
  'resources-subscribe',
  'resources-unsubscribe',
  'logging-set-level',
  'server-sse-multiple-streams',
];
/** What may fail, by the version of the protocol. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  '2025-11-25': [...OF_ITS_OWN_SERVER, ...NOT_DECLARED, ...OF_OLDER],
  '2026-07-28': [...OF_ITS_OWN_SERVER, ...NOT_DECLARED],
};

async function run(command: string, words: readonly string[], cwd: string): Promise<number> {
  const [code] = (await once(spawn(command, words, { cwd, stdio: 'inherit' }), 'exit')) as [number | null];
  return code ?? 1;
}

/** The suite has no way to send a key: this adds it. */
async function startKeyProxy(target: string, key: string) {
  const server = createServer((request, response) => {
    const { hostname, port } = new URL(target);
    const { method, url, headers } = request;
    const onward = {
      hostname,
      port,
      method,
      path: url,
      headers: { ...headers, authorization: `Bearer ${key}` },
    };
    const outgoing = send(onward, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    request.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'reelay-mcp-')));
// PostgreSQL may run as another user, who needs access.
await chmod(folder, 0o755);
const database = await startEmbeddedPostgres({ dataDir: folder, log: silentLog });
try {
  await writeFile(path.join(folder, 'package.json'), '{"private":true}');
  const install = ['install', '--silent', '--ignore-scripts', '--no-audit', '--no-fund', SUITE];
  if ((await run('npm', install, folder)) !== 0) throw new Error(`${SUITE} cannot be installed`);
  const stage = await DoorStage.open({ databaseUrl: database.url, dataDir: folder });
  const { key } = await stage.openAccount();
  const proxy = await startKeyProxy(stage.url, key);
  // The suite sends the address that it was given as its origin.
  stage.core.publicUrl.value = proxy.url;
  const program = path.join(folder, 'node_modules', '.bin', 'conformance');
  for (const [version, names] of Object.entries(EXPECTED)) {
    const list = path.join(folder, `expected-${version}.yml`);
    await writeFile(list, `server:\n${names.map((name) => `  - ${name}\n`).join('')}`);
    const words = [
      'server',
      '--url',
      `${proxy.url}/mcp`,
      '--spec-version',
      version,
      '--expected-failures',
      list,
    ];
    const code = await run(process.execPath, [program, ...words], folder);
    if (code !== 0) process.exitCode = 1;
  }
  proxy.close();
  await stage.close();
} finally {
  await database.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
