import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { OperatorError } from '../errors.ts';
import { checkServer } from './check-server.ts';
import { createTestDatabase, runStatement, withDatabase } from './testing.ts';
import { startPooler } from './testing-pooler.ts';

const database = await createTestDatabase();
const { adminUrl } = inject('testServer');
const SECRET = 'pa55word';

async function refusalOf(url: string): Promise<string> {
  const error = await checkServer(url).then(
    () => new Error('It was accepted'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OperatorError);
  const { message } = error as OperatorError;
  expect(message.split('\n')).toHaveLength(1);
  return message;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

it('accepts a server that can carry Reelay', async () => {
  await expect(checkServer(database.url)).resolves.toBeUndefined();
});

describe('a wrong DATABASE_URL is refused in one line, which', () => {
  it.each(['', 'localhost', 'http://localhost/x', 'postgres://[', 'mysql://a@b/c'])(
    'shows the form of an address for "%s"',
    async (url) => {
      expect(await refusalOf(url)).toBe(
        'DATABASE_URL is not an address of the form postgres://user:password@host:port/database.',
      );
    },
  );

  it('names host, port, database and user, never the password, when nothing listens', async () => {
    const message = await refusalOf(`postgres://ann:${SECRET}@127.0.0.1:1/films`);
    expect(message).toContain('127.0.0.1:1 (database "films", user "ann")');
    expect(message).toContain('nothing listens there');
    expect(message).not.toContain(SECRET);
  });

  it('says that the host is not known', async () => {
    expect(await refusalOf(`postgres://ann:${SECRET}@nowhere.invalid/films`)).toMatch(
      /the host name is not known/,
    );
  });

  it('says that the password is wrong', async () => {
    const url = new URL(database.url);
    url.password = SECRET;
    const message = await refusalOf(url.href);
    expect(message).toMatch(/the password of user "\w+" is wrong/);
    expect(message).not.toContain(SECRET);
  });

  it('says that the database is missing', async () => {
    expect(await refusalOf(withDatabase(database.url, 'films'))).toMatch(/there is no database "films"/);
  });

  it('says that the user may not enter the database', async () => {
    const { rows } = await runStatement(database.url, 'select current_database() as name');
    const name = (rows[0] as { name: string }).name;
    const role = `${name}_guest`;
    await runStatement(adminUrl, `create role ${role} login password '${SECRET}'`);
    await runStatement(adminUrl, `revoke connect on database ${name} from public`);
    const url = new URL(database.url);
    url.username = role;
    url.password = SECRET;
    const message = await refusalOf(url.href);
    await runStatement(adminUrl, `drop role ${role}`);
    expect(message).toContain(`user "${role}" may not connect to database "${name}"`);
  });

  it('says that something else answers', async () => {
    const port = await listen(createHttpServer((_, response) => response.end('hello')));
    expect(await refusalOf(`postgres://ann:${SECRET}@127.0.0.1:${port}/films`)).toMatch(
      /not PostgreSQL|does not answer as PostgreSQL/,
    );
  });

  it('says within seconds that nothing answers at all', async () => {
    const port = await listen(createServer());
    const began = performance.now();
    const message = await refusalOf(`postgres://ann:${SECRET}@127.0.0.1:${port}/films`);
    expect(message).toMatch(/does not answer/);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('says that the encoding is not UTF-8', async () => {
    const name = 'reelay_test_latin';
    await runStatement(adminUrl, `drop database if exists ${name}`);
    await runStatement(
      adminUrl,
      `create database ${name} template template0 encoding 'LATIN1' locale_provider libc locale 'C'`,
    );
    const message = await refusalOf(withDatabase(adminUrl, name));
    await runStatement(adminUrl, `drop database ${name}`);
    expect(message).toContain('its encoding is LATIN1; UTF8 is needed');
  });
});

it('a pooler in transaction mode is refused with what to do, and named by its address', async () => {
  const { server, url } = await startPooler(database.url);
  onTestFinished(() => void server.close());
  const { port } = new URL(url);
  expect(await refusalOf(url)).toMatch(
    new RegExp(`127.0.0.1:${port} .* cannot be used: it is behind a pooler in transaction mode, .*pool_mode`),
  );
});
