import { createSocket, type Socket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGuardedFetch } from './guarded-fetch.ts';
import { createNameServerResolver, type ResolveHost } from './guarded-fetch-connector.ts';

const TYPE_A = 1;
const TYPE_AAAA = 28;
const pointerToQuestion = Buffer.from([0xc0, 0x0c]);

/** The records of each name by type, in wire form; a name that is not here does not exist. */
let zone: Record<string, Record<number, Buffer[]>>;
let questions: string[];
let nameServer: Socket;
let resolve: ResolveHost;

/** Answers one question (RFC 1035, section 4), enough for a resolver to accept it. */
function answerTo(query: Buffer): Buffer {
  const labels: string[] = [];
  let offset = 12;
  while (query.readUInt8(offset) > 0) {
    const end = offset + 1 + query.readUInt8(offset);
    labels.push(query.toString('latin1', offset + 1, end));
    offset = end;
  }
  const name = labels.join('.');
  questions.push(name);
  const records = zone[name]?.[query.readUInt16BE(offset + 1)] ?? [];
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(name in zone ? 0x8180 : 0x8183, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  const question = query.subarray(12, offset + 5);
  const type = question.subarray(-4);
  const answers = records.map((data) =>
    Buffer.concat([pointerToQuestion, type, Buffer.from([0, 0, 0, 60, 0, data.length]), data]),
  );
  return Buffer.concat([header, question, ...answers]);
}

beforeEach(async () => {
  zone = {};
  questions = [];
  nameServer = createSocket('udp4');
  nameServer.on('message', (query, sender) => nameServer.send(answerTo(query), sender.port, sender.address));
  await new Promise<void>((ready) => nameServer.bind(0, '127.0.0.1', ready));
  resolve = createNameServerResolver([`127.0.0.1:${nameServer.address().port}`]);
});

afterEach(async () => {
  await new Promise<void>((closed) => nameServer.close(closed));
});

describe('the resolver', () => {
  it('gives all addresses of both families', async () => {
    zone['both.example.test'] = {
      [TYPE_A]: [Buffer.from([192, 0, 2, 1]), Buffer.from([10, 0, 0, 1])],
      [TYPE_AAAA]: [Buffer.from('20010db8000000000000000000000001', 'hex')],
    };
    const addresses = await resolve('both.example.test');
    expect(addresses.toSorted()).toEqual(['10.0.0.1', '192.0.2.1', '2001:db8::1']);
  });

  it('accepts one family alone', async () => {
    zone['old.example.test'] = { [TYPE_A]: [Buffer.from([192, 0, 2, 1])] };
    zone['new.example.test'] = { [TYPE_AAAA]: [Buffer.from('20010db8000000000000000000000001', 'hex')] };
    expect(await resolve('old.example.test')).toEqual(['192.0.2.1']);
    expect(await resolve('new.example.test')).toEqual(['2001:db8::1']);
  });

  it('rejects a name that does not exist or has no address', async () => {
    zone['empty.example.test'] = {};
    await expect(resolve('none.example.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolve('empty.example.test')).rejects.toMatchObject({ code: 'ENODATA' });
  });

  it('never asks a name server about this machine', async () => {
    expect(await resolve('localhost')).toEqual(['127.0.0.1', '::1']);
    expect(await resolve('app.localhost')).toEqual(['127.0.0.1', '::1']);
    expect(questions).toEqual([]);
  });

  it('lets the guard refuse a name that a real name server resolves to an inside address', async () => {
    zone['inside.example.test'] = { [TYPE_A]: [Buffer.from([169, 254, 169, 254])] };
    zone['mapped.example.test'] = { [TYPE_AAAA]: [Buffer.from('00000000000000000000ffff7f000001', 'hex')] };
    const guardedFetch = createGuardedFetch({ allowLoopback: false, resolve });
    const limits = { timeoutMs: 2_000, maxBytes: 100 };
    await expect(guardedFetch('http://inside.example.test/', limits)).rejects.toThrow(
      'The address was refused: it leads to a private or reserved network.',
    );
    await expect(guardedFetch('http://mapped.example.test/', limits)).rejects.toThrow(
      'The address was refused: it leads to this machine.',
    );
    await guardedFetch.close();
  });
});
