// Answers that are sent before the end of their request, as real clients read them; and clients that never end it.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request as send } from 'node:http';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { fetch } from 'undici';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseOwnJson } from '../lib/json.ts';
import { CREATE_PATH, createTestApi, GOOD_BODY } from './testing.ts';

const LINGER = { wholeMs: 4_000, silentMs: 2_000, bytesMax: 64 * 1024 * 1024 };
const api = await createTestApi({ REELAY_UPLOAD_MIB_MAX: '1' }, LINGER);
const caller = await api.openAccount();
const port = Number(new URL(api.url).port);
const ROTATE = '/api/v1/client/account/callback-secret/rotate';
const ESTIMATE = '/api/v1/client/job/EstimateTask';
/** More than the buffers of both ends hold, so that a client that writes first cannot read yet. */
const BIG = Buffer.alloc(16 * 1024 * 1024, 'x');

interface Refused {
  method: 'POST' | 'PUT';
  path: string;
  headers: Record<string, string>;
  status: number;
  words: string;
}

async function uploadPath(): Promise<string> {
  const ticket = await api.core.files.startUpload({
    accountId: caller.accountId,
    contentType: 'image/png',
    ext: '.png',
  });
  const { pathname, search } = new URL(ticket.uploadUrl);
  return pathname + search;
}

/** Set again for each test: its key has just made the one call in 10 s that it may. */
const spent = { 'content-type': 'application/json', 'x-api-key': '' };

beforeEach(async () => {
  const { key } = await api.openAccount({ readsPer10s: 1 });
  await api.call({ path: '/api/v1/client/account/balance', key });
  spent['x-api-key'] = key;
});

const json = { 'content-type': 'application/json' };
const keyed = { ...json, 'x-api-key': caller.key };
const png = { 'content-type': 'image/png' };
const CASES: [string, Refused][] = [
  [
    'a body above its limit',
    { method: 'POST', path: CREATE_PATH, headers: keyed, status: 422, words: 'larger' },
  ],
  [
    'a body of a wrong type',
    { method: 'POST', path: CREATE_PATH, headers: { ...keyed, ...png }, status: 422, words: 'Content-Type' },
  ],
  [
    'an unknown path',
    { method: 'POST', path: '/no/such', headers: keyed, status: 404, words: 'There is no' },
  ],
  ['a broken path', { method: 'POST', path: '/%zz', headers: keyed, status: 404, words: 'There is no' }],
  ['no key', { method: 'POST', path: CREATE_PATH, headers: json, status: 401, words: 'API key missing' }],
  ['too many calls', { method: 'POST', path: ESTIMATE, headers: spent, status: 429, words: 'Too many' }],
  ['a guessed hook', { method: 'POST', path: '/hooks/ark/none', headers: json, status: 404, words: 'code' }],
  [
    'an upload above its limit',
    { method: 'PUT', path: await uploadPath(), headers: png, status: 422, words: 'at most' },
  ],
  [
    'a body that no route needs',
    { method: 'POST', path: ROTATE, headers: keyed, status: 200, words: 'whsec_' },
  ],
];

interface Seen {
  status: number;
  text: string;
}

type Client = (refused: Refused) => Promise<Seen>;

async function readAll(response: IncomingMessage): Promise<Seen> {
  const chunks: Buffer[] = await response.toArray();
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
}

const viaHttp: Client = async ({ method, path, headers }) => {
  const request = send({ port, method, path, headers, agent: false });
  const closed = once(request, 'close');
  request.end(BIG);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const seen = await readAll(response);
  await closed;
  return seen;
};

const viaChunks: Client = ({ headers, ...refused }) =>
  viaHttp({ ...refused, headers: { ...headers, 'transfer-encoding': 'chunked' } });

const viaFetch: Client = async ({ method, path, headers }) => {
  const response = await fetch(api.url + path, { method, headers, body: BIG });
  return { status: response.status, text: await response.text() };
};

function headOf({ method, path, headers }: Refused, lengthBytes: number): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${path} HTTP/1.1`, 'host: x', ...lines, `content-length: ${lengthBytes}`, '', ''].join(
    '\r\n',
  );
}

function open(): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  return socket;
}

/** Everything that comes until the connection ends. */
async function readToEnd(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks).toString();
}

/** Reads nothing before it has written everything. */
const viaSocket: Client = async (refused) => {
  const socket = open();
  socket.pause();
  socket.write(headOf(refused, BIG.length));
  await new Promise<void>((resolve, reject) =>
    socket.write(BIG, (error) => (error ? reject(error) : resolve())),
  );
  const text = await readToEnd(socket);
  return { status: Number(text.split(' ')[1]), text };
};

describe.each([
  ['http', viaHttp],
  ['http in chunks', viaChunks],
  ['fetch', viaFetch],
  ['a socket that writes first', viaSocket],
] as [string, Client][])('B4: a client by %s reads the answer to', (_name, client) => {
  it.each(CASES)('%s', async (_what, refused) => {
    const { status, text } = await client(refused);
    // An upload without a length has another fault.
    const words = refused.method === 'PUT' ? /Content-Length|at most/ : new RegExp(refused.words);
    expect([status, text]).toEqual([refused.status, expect.stringMatching(words)]);
  });
});

const PYTHON = `
import http.client, json, sys
port, cases = int(sys.argv[1]), json.loads(sys.argv[2])
seen = []
for case in cases:
    connection = http.client.HTTPConnection('127.0.0.1', port)
    connection.request(case['method'], case['path'], b'x' * (5 << 20), case['headers'])
    answer = connection.getresponse()
    seen.append([answer.status, answer.read().decode()])
print(json.dumps(seen))
`;

it('B4: python3, where it is installed, reads the answers too', async () => {
  const refused = CASES.map(([, one]) => one);
  const run = promisify(execFile)('python3', ['-c', PYTHON, String(port), JSON.stringify(refused)]);
  const outcome = await run.catch((error: NodeJS.ErrnoException) => error);
  if ('code' in outcome && outcome.code === 'ENOENT') return;
  if (outcome instanceof Error) throw outcome;
  const seen = parseOwnJson<[number, string][]>(outcome.stdout);
  expect(seen).toEqual(refused.map(({ status, words }) => [status, expect.stringContaining(words)]));
});

/** Sends a byte at a time for as long as the connection lives. */
async function dribble(head: string): Promise<{ text: string; tookMs: number }> {
  const socket = open();
  const beganMs = performance.now();
  socket.write(head);
  const drip = setInterval(() => socket.write('x'), 50);
  const text = await readToEnd(socket).finally(() => clearInterval(drip));
  return { text, tookMs: performance.now() - beganMs };
}

describe('B3: a client that was answered and goes on sending a byte at a time', () => {
  it('is answered at once and disconnected', async () => {
    const get = { method: 'GET', path: '/health', headers: {}, status: 200 };
    const heads: [string, number, string][] = [
      ...CASES.map(([what, refused]): [string, number, string] => [
        what,
        refused.status,
        headOf(refused, 2e6),
      ]),
      ['a GET', 200, headOf(get as never, 2e6)],
      ['what is no HTTP', 400, 'hello\r\n\r\n'],
      ['headers without end', 431, `GET / HTTP/1.1\r\nx: ${'a'.repeat(10_000)}\r\n`],
    ];
    const seen = await Promise.all(
      heads.map(async ([what, status, head]) => ({ what, status, ...(await dribble(head)) })),
    );
    for (const { what, status, text, tookMs } of seen) {
      expect([what, text.split('\r\n')[0]]).toEqual([what, expect.stringContaining(` ${status} `)]);
      expect([what, text.toLowerCase()]).toEqual([what, expect.stringContaining('connection: close')]);
      expect([what, tookMs < LINGER.wholeMs * 4]).toEqual([what, true]);
    }
    await expect
      .poll(() => new Promise((resolve) => api.app.server.getConnections((_, count) => resolve(count))))
      .toBeLessThan(10);
  });

  it('is disconnected by the number of bytes before its time is over', async () => {
    const socket = open();
    const beganMs = performance.now();
    const refused = CASES[2][1];
    socket.write(headOf(refused, 1e9));
    let sentBytes = 0;
    const flood = () => {
      while (!socket.destroyed && socket.write(BIG.subarray(0, 1 << 20))) sentBytes += 1 << 20;
    };
    socket.on('drain', flood);
    flood();
    await readToEnd(socket);
    // A little more than the limit passes before the check, and never all of it.
    expect(sentBytes).toBeLessThan(1e9);
    expect(performance.now() - beganMs).toBeLessThan(LINGER.wholeMs * 4);
  });
});

describe('a connection that announced its end', () => {
  it('reads no request that was sent after the one that ended it', async () => {
    const [{ count: before }] = await countTasks();
    const refused = CASES[1][1];
    const socket = open();
    const body = JSON.stringify(GOOD_BODY);
    socket.write(headOf(refused, 100_000));
    const [first] = await once(socket, 'data');
    expect(String(first)).toMatch(/^HTTP\/1\.1 422 /);
    const next = headOf({ ...refused, headers: keyed }, body.length) + body;
    socket.write(BIG.subarray(0, 100_000));
    socket.write(next);
    expect(await readToEnd(socket)).toBe('');
    expect(await countTasks()).toEqual([{ count: before }]);
  });

  async function countTasks() {
    return (await api.core.pool.query('select count(*)::integer as count from tasks')).rows;
  }
});

it('keeps the connection of a client whose refused request was read to its end', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set<Socket>();
  const kept = CASES.filter(([what, { status }]) => status !== 422 && what !== 'a broken path');
  for (const [, { method, path, headers, status }] of kept) {
    const request = send({ port, method, path, headers, agent });
    request.on('socket', (socket) => sockets.add(socket));
    request.end('{"a":1}');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect((await readAll(response)).status).toBe(status);
  }
  expect(sockets.size).toBe(1);
  agent.destroy();
});

describe('Expect: 100-continue', () => {
  async function ask(refused: Refused, body: Buffer): Promise<{ wasAsked: boolean; status: number }> {
    let wasAsked = false;
    const headers = { ...refused.headers, expect: '100-continue', 'content-length': String(body.length) };
    const request = send({ port, method: refused.method, path: refused.path, headers, agent: false });
    request.on('continue', () => {
      wasAsked = true;
      request.end(body);
    });
    request.flushHeaders();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const { status } = await readAll(response);
    request.destroy();
    return { wasAsked, status };
  }

  it('asks for a body that is needed, and not for one that is refused unread', async () => {
    const good = Buffer.from(JSON.stringify(GOOD_BODY));
    const create = { ...CASES[0][1], headers: keyed };
    expect(await ask(create, good)).toEqual({ wasAsked: true, status: 200 });
    for (const [, refused] of CASES.filter(([what]) => !/no route needs|wrong type|broken path/.test(what))) {
      expect(await ask(refused, BIG)).toEqual({ wasAsked: false, status: refused.status });
    }
  });
});
