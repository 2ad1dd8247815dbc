// What a start leaves: compiled code, and the link that is offered while nobody owns the instance: where it stands, who
// can read it, and that it ends.
import { mkdtemp, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { request } from 'undici';
import { afterAll, expect, inject, it } from 'vitest';
import { Site } from '../../../test/stage/processes.ts';
import { createTestDatabase } from '../db/testing.ts';

const database = await createTestDatabase();
const compiled = await mkdtemp(join(inject('testServer').folder, 'compiled-'));
const site = await Site.open({ DATABASE_URL: database.url, NODE_COMPILE_CACHE: compiled });
afterAll(() => site.close());
const file = join(site.folder, 'data', 'setup-link');

async function startAgain(settings: Record<string, string> = {}) {
  const server = site.start(settings, 'api');
  let printed = '';
  server.child.stdout?.on('data', (text: Buffer) => {
    printed += text;
  });
  const announced = await server.ready;
  expect(announced, server.log()).toBeDefined();
  const stop = async () => {
    server.child.kill('SIGTERM');
    await server.exited;
  };
  return { server, announced, stop, printed: () => printed };
}

it('a server has written its compiled code once it is ready, so that one that is killed starts as quickly again', async () => {
  const { server } = await startAgain();
  const count = async () => (await readdir(compiled, { recursive: true })).length;
  await expect.poll(count).toBeGreaterThan(200);
  server.child.kill('SIGKILL');
  await server.exited;
});

it('is offered by each start, readable by one user, until somebody has used it', async () => {
  const first = await startAgain();
  await first.stop();
  const second = await startAgain();
  const link = String(second.announced?.setupLink);
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/setup#[\w-]{43}$/);
  expect(link).not.toBe(first.announced?.setupLink);
  expect([(await readFile(file, 'utf8')).trim(), (await stat(file)).mode & 0o777]).toEqual([link, 0o600]);
  const claim = async (from: string | undefined) => {
    const { statusCode, body } = await request(`${second.announced?.address}/api/v1/account/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        token: String(from).split('#')[1],
        email: 'owner@example.com',
        name: 'Owner',
        password: 'the owner of this instance',
        account: 'Studio',
      }),
    });
    return [statusCode, (await body.json()) as object];
  };
  expect((await claim(first.announced?.setupLink))[0]).toBe(404);
  expect(await claim(link)).toMatchObject([200, { accounts: [{ name: 'Studio', role: 'owner' }] }]);
  await second.stop();
  // Commands that name no account take the first one, whatever its name is by now.
  for (const words of [[], ['--account', 'default']]) {
    expect(await site.run('keys', 'create', '--mode', 'test', ...words)).toMatchObject({ account: 'Studio' });
  }
  expect(await site.run('accounts', 'list')).toMatchObject({ items: [{ name: 'Studio' }] });
  const third = await startAgain();
  expect(third.announced?.setupLink).toBeUndefined();
  await expect(stat(file)).rejects.toThrow('ENOENT');
  await third.stop();
});

it('warns of passwords that can be read on the way, in the log and to the page where people sign in', async () => {
  const warnings: boolean[][] = [];
  const publics: Record<string, string>[] = [{}, { PUBLIC_URL: 'https://reelay.example.com' }];
  for (const settings of publics) {
    const { printed, stop } = await startAgain({ HOST: '0.0.0.0', ...settings });
    const { body } = await request(`http://127.0.0.1:${site.environment.PORT}/api/v1/account/setup`);
    const { server: facts } = (await body.json()) as { server: { is_secure: boolean } };
    await stop();
    warnings.push([facts.is_secure, printed().includes('"https.missing"')]);
  }
  expect(warnings).toEqual([
    [false, true],
    [true, false],
  ]);
});
