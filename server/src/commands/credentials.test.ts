// The command line as an operator uses it: separate processes on a real database and a real provider socket.
import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { type Json, parseOwnJson } from '../lib/json.ts';
import { answerWith, startReplay } from '../providers/conformance-replay.ts';

const KEY = 'ark-secret-0123456789-abcd';
const OTHER_KEY = 'ark-secret-9876543210-wxyz';
const MAIN = join(import.meta.dirname, '..', 'main.ts');
const database = await createTestDatabase();
const dataDir = await mkdtemp(join(inject('testServer').folder, 'commands-'));
const replay = await startReplay();
afterAll(() => replay.close());
const BASE = `${replay.base}/api/v3`;
/** Nothing listens at the discard port. */
const NOWHERE = 'http://127.0.0.1:9/api/v3';

interface Ran {
  code: number | null;
  out: string;
  error: string;
}

function run(args: string[], options: { env?: Record<string, string>; input?: string } = {}): Promise<Ran> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      REELAY_SECRET: 'a secret of the server, for this test',
      ...options.env,
    },
  });
  child.stdin.end(options.input ?? '');
  const texts = { out: '', error: '' };
  child.stdout.on('data', (chunk) => {
    texts.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    texts.error += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...texts })));
}

async function runJson(...args: string[]): Promise<Record<string, Json>> {
  const { code, out, error } = await run([...args, '--json']);
  expect([code, error]).toEqual([0, '']);
  return parseOwnJson(out);
}

function expectNoSecret({ out, error }: Ran): void {
  for (const secret of [KEY, OTHER_KEY]) expect(`${out}${error}`).not.toContain(secret);
}

beforeEach(async () => {
  await database.pool.query('delete from credentials');
  replay.answer = answerWith(200, { items: [], total: 2 });
  replay.received.length = 0;
});

describe('reelay credentials', () => {
  it('adds, lists, changes, tests and removes an account, and never shows its key', async () => {
    const add = ['credentials', 'add', 'ark', '--field', `base_url=${BASE}`, '--field-stdin', 'api_key'];
    const added = await run(add, { input: `${KEY}\n` });
    expect([added.code, added.error]).toEqual([0, '']);
    expect(added.out).toMatch(/^credential +ark\/operator$/m);
    const listed = await run(['credentials', 'list']);
    expect(listed.out).toMatch(/ark\/operator +…abcd +127\.0\.0\.1:\d+ +ready/);
    const caps = ['--requests-per-minute', '60', '--open-tasks-max', '4', '--weight', '2', '--disable'];
    expect(await runJson('credentials', 'change', 'ark/operator', ...caps)).toMatchObject({
      requests_per_minute: 60,
      open_tasks_max: 4,
      weight: 2,
      state: 'disabled',
    });
    const back = ['--requests-per-minute', 'none', '--enable', '--name', 'main'];
    const changed = await runJson('credentials', 'change', 'ark/operator', ...back);
    expect(changed).toMatchObject({
      name: 'main',
      requests_per_minute: null,
      open_tasks_max: 4,
      state: 'ready',
    });
    expect(await runJson('credentials', 'test', 'ark/main')).toMatchObject({
      works: true,
      detail: 'the task list answers: 2 tasks in the last 7 days',
      credential: { name: 'main', state: 'ready' },
    });
    expect(replay.received[0].headers.authorization).toBe(`Bearer ${KEY}`);
    replay.answer = answerWith(401, { error: { code: 'AuthenticationError', message: `no ${KEY}` } });
    const failed = await run(['credentials', 'test', 'ark/main']);
    expect([failed.code, failed.error]).toEqual([1, '']);
    expect(failed.out).toMatch(/^reason +bad_credentials$/m);
    const cooling = await run(['credentials', 'list', '--json']);
    expect(parseOwnJson(cooling.out)).toMatchObject({
      items: [{ state: 'cooling', cool_reason: 'bad_credentials' }],
      next: null,
    });
    for (const ran of [added, listed, failed, cooling]) expectNoSecret(ran);
    expect(await runJson('credentials', 'remove', String(changed.id))).toMatchObject({ deleted: true });
    expect((await run(['credentials', 'list'])).out).toBe('(none)\n');
  });

  it.each([
    ['add arc', 'There is no provider "arc"; known are ark, '],
    [
      'add ark',
      'api_key is missing: API key of Ark or ModelArk. Give a secret on the standard input with --field-stdin',
    ],
    [
      'add ark --field key=0123456789',
      'ark has no field "key", only api_key, base_url, recovery; api_key is missing',
    ],
    ['add ark --field api_key=0123456789 --field token=x', 'ark has no field "token", only api_key, '],
    ['add ark --field api_key', 'It must be name=value.'],
    ['test ark/none', 'There is no credential "ark/none"; "reelay credentials list" shows them'],
    ['change ark/none', 'Nothing to change'],
    ['change ark/none --weight 0', 'It must be a whole number from 1'],
    ['change ark/none --enable --disable', 'cannot be used with option'],
  ])('%s is refused in a line', async (line, message) => {
    const { code, out, error } = await run(['credentials', ...line.split(' ')]);
    expect([code, out]).toEqual([1, '']);
    expect(error).toContain(message);
    expect(error).not.toMatch(/\n {4}at /);
  });
});

it('a command whose database does not answer says so in a line', async () => {
  const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' };
  const { code, out, error } = await run(['credentials', 'list'], { env });
  expect([code, out]).toEqual([1, '']);
  expect(error).toMatch(/^reelay: DATABASE_URL: PostgreSQL at 127\.0\.0\.1:9 .* nothing listens there.*\n$/);
});

describe('reelay doctor ark', () => {
  const doctor = (env: Record<string, string> = {}, ...args: string[]) =>
    run(['doctor', 'ark', ...args], { env });

  it('without a key says exactly what to set, and fails', async () => {
    const { code, out, error } = await doctor();
    expect([code, error]).toEqual([1, '']);
    expect(out).toContain('There is no account at ark. Set these variables and try again:\n');
    expect(out).toContain('  ARK_API_KEY  API key of Ark or ModelArk (must be set)\n');
    expect(out).toMatch(
      / {2}ARK_BASE_URL {2}.*\(may be set, default https:\/\/ark\.cn-beijing\.volces\.com\/api\/v3\)/,
    );
    expect(out).toContain('reelay credentials add ark');
  });

  it('tries the key of the environment without a database', async () => {
    const elsewhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' };
    const ran = await doctor({ ...elsewhere, ARK_API_KEY: KEY, ARK_BASE_URL: BASE });
    expect([ran.code, ran.error]).toEqual([0, '']);
    expect(ran.out).toMatch(
      /^environment \(…abcd\) at 127\.0\.0\.1:\d+ works, \d+ ms: the task list answers: 2 tasks in the last 7 days$/m,
    );
    expect(ran.out).toMatch(
      /^Note: accounts that were added by command could not be looked for: .*nothing listens/m,
    );
    expect(ran.out).toMatch(/^Models: .*bytedance\/seedance1-0-pro-t2v/m);
    expectNoSecret(ran);
  });

  it('starts no database for it, and leaves none behind', async () => {
    const folder = await mkdtemp(join(inject('testServer').folder, 'empty-'));
    const ran = await doctor({ DATABASE_URL: '', DATA_DIR: folder, ARK_API_KEY: KEY, ARK_BASE_URL: BASE });
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/^Note: no database runs here/m);
  });

  it('tries those in the database too, and none twice', async () => {
    const add = ['credentials', 'add', 'ark', '--field', `base_url=${BASE}`, '--field-stdin', 'api_key'];
    await run(add, { input: KEY });
    await run(add, { input: OTHER_KEY });
    const ran = await doctor({ ARK_API_KEY: KEY, ARK_BASE_URL: BASE }, '--json');
    expect(ran.code).toBe(0);
    expect(parseOwnJson(ran.out)).toMatchObject({
      provider: 'ark',
      accounts: [
        { account: 'environment', key: '…abcd', works: true },
        {
          account: 'ark/operator-2',
          key: '…wxyz',
          works: true,
          latency_ms: expect.any(Number),
          balance: null,
        },
      ],
      notes: [],
      models: expect.arrayContaining(['bytedance/seedance1-0-pro-t2v']),
    });
    expect(replay.received).toHaveLength(2);
    expectNoSecret(ran);
  });

  it.each([
    [
      'a bad key',
      401,
      { error: { code: 'AuthenticationError', message: `no ${KEY}\nat all` } },
      'check ARK_API_KEY',
    ],
    ['an HTML page', 200, '<html>welcome</html>', 'check ARK_BASE_URL'],
    ['a wrong path', 404, { detail: 'not here' }, 'is its base address right?'],
  ] as const)('says of %s in one line what is wrong', async (_, status, body, advice) => {
    replay.answer = answerWith(status, body);
    const ran = await doctor({ ARK_API_KEY: KEY, ARK_BASE_URL: BASE });
    expect([ran.code, ran.error]).toEqual([1, '']);
    const line = ran.out.split('\n').find((text) => text.startsWith('environment'));
    expect(line).toMatch(/does not work, \d+ ms: /);
    expect(line).toContain(advice);
    expectNoSecret(ran);
  });

  it.each([
    ['that nothing listens at', NOWHERE, 'No connection could be made to the host'],
    ['that has no name', 'http://no-such-host.invalid/api/v3', 'The host name could not be resolved'],
  ])('says of an address %s in one line', async (_, address, message) => {
    const ran = await doctor({ ARK_API_KEY: KEY, ARK_BASE_URL: address });
    expect([ran.code, ran.error]).toEqual([1, '']);
    expect(ran.out).toMatch(new RegExp(`^environment .* does not work.*${message}.*check ARK_BASE_URL`, 'm'));
  });

  it('refuses a text that is not an address, and an unknown provider', async () => {
    const wrong = await doctor({ ARK_API_KEY: KEY, ARK_BASE_URL: 'ark.example.com' });
    expect([wrong.code, wrong.out]).toEqual([1, '']);
    expect(wrong.error).toMatch(
      /^reelay: Settings: ARK_BASE_URL must be an http:\/\/ or https:\/\/ address .*\n$/,
    );
    const unknown = await run(['doctor', 'arc']);
    expect([unknown.code, unknown.out]).toEqual([1, '']);
    expect(unknown.error).toMatch(/^reelay: There is no provider "arc"; known are ark, .*\n$/);
  });
});
