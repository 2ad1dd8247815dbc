import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import Fastify from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import {
  boundConnections,
  fitConnections,
  placeOf,
  type Refusal,
  readDescriptorLimit,
} from './connections.ts';
import { createTestApi } from './testing.ts';

const api = await createTestApi({
  REELAY_CONNECTIONS_MAX: '24',
  REELAY_KEYLESS_CONNECTIONS_MAX: '4',
  REELAY_KEEP_ALIVE_SECONDS: '600',
});
const caller = await api.openAccount();
const sockets: Socket[] = [];
afterAll(() => {
  for (const socket of sockets) socket.destroy();
});

async function open(url = api.url, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), host);
  socket.on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** The first line and the rest of the answer to a request; an empty text if the connection ends without one. */
async function ask(socket: Socket, path: string, headers: Record<string, string> = {}): Promise<string> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.write([`GET ${path} HTTP/1.1`, 'host: x', ...lines, '', ''].join('\r\n'));
  return read(socket);
}

function read(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('data', (bytes) => resolve(bytes.toString()));
    socket.once('close', () => resolve(''));
  });
}

function countOpen(): Promise<number> {
  return new Promise((resolve) => api.app.server.getConnections((_error, count) => resolve(count)));
}

async function closeAll(): Promise<void> {
  for (const socket of sockets.splice(0)) socket.destroy();
  await expect.poll(countOpen).toBe(0);
}

const BALANCE = '/api/v1/client/account/balance';

describe('B3: the connections of one address', () => {
  it('that have shown no key are limited, and one more gets an answer that says so', async () => {
    const first = [await open(), await open(), await open(), await open()];
    for (const socket of first) expect(await ask(socket, '/health')).toMatch(/^HTTP\/1\.1 200 /);
    const refused = await read(await open());
    expect(refused).toMatch(/^HTTP\/1\.1 429 .*\r\nretry-after: \d+\r\n.*"error":"rate_limited"/s);
    first[0].destroy();
    await expect.poll(countOpen).toBe(3);
    expect(await ask(await open(), '/health')).toMatch(/^HTTP\/1\.1 200 /);
    await closeAll();
  });

  it('no longer count once they have shown a key or a genuine link', async () => {
    const genuine = await open();
    const ticket = await api.core.files.startUpload({
      accountId: caller.accountId,
      contentType: 'image/png',
      ext: '.png',
    });
    const { pathname, search } = new URL(ticket.uploadUrl);
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    genuine.write(`PUT ${pathname}${search} HTTP/1.1\r\nhost: x\r\ncontent-length: ${png.length}\r\n\r\n`);
    genuine.write(png);
    expect(await read(genuine)).toMatch(/^HTTP\/1\.1 200 /);
    for (let count = 0; count < 12; count++) {
      expect(await ask(await open(), BALANCE, { 'x-api-key': caller.key })).toMatch(/^HTTP\/1\.1 200 /);
    }
    for (let count = 0; count < 4; count++)
      expect(await ask(await open(), BALANCE)).toMatch(/^HTTP\/1\.1 401 /);
    expect(await read(await open())).toMatch(/^HTTP\/1\.1 429 /);
    await closeAll();
  });

  it('of a trusted proxy do not count against it', async () => {
    const app = Fastify({ trustProxy: ['127.0.0.1'] });
    const refused: Refusal[] = [];
    boundConnections(app, {
      max: 100,
      keylessMax: 2,
      trustsProxy: true,
      onRefused: (why) => refused.push(why),
    });
    app.get('/', () => 'x');
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    for (let count = 0; count < 6; count++) {
      const answer = await ask(await open(url), '/', { 'x-forwarded-for': '203.0.113.7' });
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    }
    expect(refused).toEqual([]);
    for (let count = 0; count < 3; count++) void ask(await open(url), '/');
    await expect.poll(() => refused).toEqual(['address']);
    for (const socket of sockets.splice(0)) socket.destroy();
    await app.close();
  });
});

it('C8: an idle connection is kept longer than load balancers keep theirs, and for as long as is set', async () => {
  expect(readConfig({}).keepAliveSeconds).toBeGreaterThan(75);
  expect(await ask(await open(), '/health')).toMatch(/\r\nkeep-alive: timeout=600\r\n/i);
  const { keepAliveTimeout, headersTimeout, requestTimeout } = api.app.server;
  // The limits that count from the first byte of a request cannot end the wait for it.
  expect([keepAliveTimeout, headersTimeout < requestTimeout]).toEqual([600_000, true]);
  await closeAll();
});

describe('B3: the connections of all clients', () => {
  it('are limited, and the metrics count those that found no place', async () => {
    const held = [];
    for (let count = 0; count < 24; count++) {
      const socket = await open();
      expect(await ask(socket, BALANCE, { 'x-api-key': caller.key })).toMatch(/^HTTP\/1\.1 200 /);
      held.push(socket);
    }
    expect(await read(await open())).toBe('');
    expect(await ask(held[0], '/metrics')).toMatch(/reelay_connections_refused_total\{why="all"\} [1-9]/);
    await closeAll();
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8:0:0:9::1', '2001:db8:0:0'],
    ['2001:db8:0:1::1', '2001:db8:0:1'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ])('of %s are those of %s', (address, place) => {
    expect(placeOf(address)).toBe(place);
  });

  it('leave descriptors for everything else', () => {
    const wanted = { max: 10_000, keylessMax: 500 };
    expect(fitConnections(wanted, undefined)).toEqual(wanted);
    expect(fitConnections(wanted, 1_000_000)).toEqual(wanted);
    expect(fitConnections(wanted, 1_024)).toEqual({ max: 384, keylessMax: 192 });
    expect(fitConnections(wanted, 100)).toEqual({ max: 16, keylessMax: 8 });
    expect(readDescriptorLimit()).toBeGreaterThan(0);
  });
});
