// C6: a mistake of the operator, or a refusal of the machine, is one line and exit code 1. Each command is a process.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import { createEmptyDatabase, createTestDatabase, withDatabase } from '../db/testing.ts';

const HUNG_MS = 90_000;
const MAIN = join(import.meta.dirname, '..', 'main.ts');
const database = await createTestDatabase();
const old = await createEmptyDatabase();
const folder = await mkdtemp(join(inject('testServer').folder, 'faults-'));

interface Started {
  code: number | null;
  out: string;
  error: string;
}

/** Starts a server, and ends it once it is ready. */
function start(env: Record<string, string>): Promise<Started> {
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: { PATH: process.env.PATH, DATA_DIR: join(folder, 'good'), PORT: '0', LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { out: '', error: '' };
  child.stdout.on('data', (chunk) => {
    texts.out += chunk;
    if (texts.out.includes('Stop with Ctrl-C')) child.kill('SIGTERM');
  });
  child.stderr.on('data', (chunk) => {
    texts.error += chunk;
  });
  const hung = setTimeout(() => child.kill('SIGKILL'), HUNG_MS);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(hung);
      resolve({ code, ...texts });
    });
  });
}

it('C6: a start that is impossible is refused in one line that says what to do', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const strange = join(folder, 'strange');
  await mkdir(join(strange, 'secret'), { recursive: true });
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as { port: number };
  // A database from the time when 0001 had another name: a start looks at this table only.
  await old.pool.query(`
    create table schema_migrations (version integer primary key, name text, sha256 text, applied_at timestamptz);
    insert into schema_migrations values (1, '0001_foundation.sql', '', now()), (14, '0014_lost_answers.sql', '', now())`);
  const DATABASE_URL = database.url;
  const cases: [Record<string, string>, RegExp][] = [
    [{ DATA_DIR: file }, /DATA_DIR .*file cannot be used \(EEXIST\)/],
    [
      { DATA_DIR: file, DATABASE_URL },
      /cannot be used \(ENOTDIR\): there is a file where a folder should be/,
    ],
    [{ DATA_DIR: '/sys/reelay' }, /sys\/reelay.* cannot be used \(E[A-Z]+\)/],
    [{ DATA_DIR: strange, DATABASE_URL }, /EISDIR\): there is a folder where a file should be/],
    [{ PORT: String(port), DATABASE_URL }, new RegExp(`Port ${port} on 127.0.0.1 is taken`)],
    [
      { DATABASE_URL: withDatabase(database.url, 'nowhere') },
      /there is no database "nowhere"; create it first/,
    ],
    [{ DATABASE_URL: old.url }, /made before the first release of Reelay .* to an empty database/],
    [{ PUBLIC_URL: 'example.com' }, /PUBLIC_URL must be an http/],
  ];
  const ended = await Promise.all(cases.map(([env]) => start(env)));
  for (const [at, { code, out, error }] of ended.entries()) {
    expect([code, out, error]).toEqual([1, '', expect.stringMatching(/^reelay: [^\n]*\n$/)]);
    expect(error).toMatch(cases[at][1]);
  }
});

it('C6: the test key is printed while the server is for this machine, and not by a published one', async () => {
  const DATABASE_URL = database.url;
  const [own, published] = await Promise.all([
    start({ DATABASE_URL }),
    start({ DATABASE_URL, PUBLIC_URL: 'https://video.example.com' }),
  ]);
  expect([own.code, published.code]).toEqual([0, 0]);
  expect(own.out).toMatch(/Test key +ak_test\w+/);
  expect(published.out).toMatch(/Test key +npm run reelay -- keys create --mode test\n/);
  expect(published.out).not.toMatch(/ak_test\w/);
});
