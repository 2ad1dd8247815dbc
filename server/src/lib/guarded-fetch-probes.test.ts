// Tries every known way of spelling an inside address, on every path into the guarded fetch, and counts what arrives.
// 127.0.0.2 stands for a public host; all other addresses are judged as in production.
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, isIP } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClassifyAddress, classifyAddress } from './addresses.ts';
import { createGuardedFetch, type GuardedFetch } from './guarded-fetch.ts';
import { FetchRefused } from './guarded-fetch-errors.ts';

const STAND_IN_FOR_PUBLIC = '127.0.0.2';
const classify: ClassifyAddress = (address) =>
  address === STAND_IN_FOR_PUBLIC ? 'public' : classifyAddress(address);

/** Host spellings as they would be written in a URL. */
const HOST_FORMS = [
  ...['127.0.0.1', '127.1', '127.0.1', '127.000.000.001', '127.0.0.1.', '127.127.127.127', '127.255.255.254'],
  ...[
    '0177.0.0.1',
    '0177.0000.0000.0001',
    '00000177.1',
    '0x7f.0.0.1',
    '0x7f000001',
    '0X7F.0.0.0X1',
    '0x7f.1',
  ],
  ...['2130706433', '017700000001', '0', '0.0.0.0', '0x0', '00', '0.0'],
  ...['localhost', 'LOCALHOST', 'localhost.', 'inside.localhost', 'LocalHost.'],
  ...[
    '%31%32%37.0.0.1',
    '127%2e0%2e0%2e1',
    '%6c%6f%63alhost',
    '１２７.０.０.１',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '１２７。1',
  ],
  ...[
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[0000::0001]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::FFFF:7F00:0001]',
  ],
  ...[
    '[::127.0.0.1]',
    '[::7f00:1]',
    '[::ffff:0:127.0.0.1]',
    '[::ffff:0.0.0.0]',
    '[::ffff:10.0.0.1]',
    '[::ffff:169.254.169.254]',
  ],
  ...[
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::7f00:1]',
    '[64:ff9b::a9fe:a9fe]',
    '[2002:7f00:1::]',
    '[2002:7f00:0001::1]',
  ],
  ...[
    '[2001::7f00:1]',
    '[2001:0:0:0:0:0:80ff:fffe]',
    '[fe80::1]',
    '[fe80::fc:ff:fe00:1]',
    '[fec0::1]',
    '[fc00::1]',
    '[fd00::2]',
    '[fd00:ec2::254]',
  ],
  ...[
    '[ff02::1]',
    '[100::1]',
    '[100:0:0:1::1]',
    '[4000::1]',
    '[5f00::1]',
    '[2001:db8::1]',
    '[3fff::1]',
    '[fe80::1%25lo]',
    '[::1%25lo]',
  ],
  ...[
    '10.0.0.1',
    '10.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '192.168.1',
    '192.0.2.2',
    '198.18.0.1',
    '192.88.99.1',
    '192.0.0.192',
  ],
  ...[
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    '0251.0376.0251.0376',
    '169.254.43518',
    '169.254.169.254.',
    '168.63.129.16',
  ],
  ...[
    '100.64.0.1',
    '100.100.100.200',
    '100.127.255.254',
    '224.0.0.1',
    '239.255.255.250',
    '255.255.255.255',
    '240.0.0.1',
  ],
  ...[
    'user@127.0.0.1',
    'example.com@127.0.0.1',
    'user:pass@localhost',
    'example.com%40127.0.0.1',
    '127.0.0.1%00.example.com',
    '127.0.0.1%09',
  ],
];

let inside: { server: ReturnType<typeof createTcpServer>; port: number };
let outside: { server: Server; port: number };
let insideConnections = 0;
let outsideRequests = 0;
let redirectTo = '';
let answers: () => string[] = () => [];
let guardedFetch: GuardedFetch;

beforeAll(async () => {
  const insideServer = createTcpServer((socket) => {
    insideConnections += 1;
    socket.destroy();
  });
  // All of IPv4 and IPv6, so that a connection by any address of this machine is seen.
  await new Promise<void>((resolve) => insideServer.listen({ port: 0, host: '::' }, resolve));
  inside = { server: insideServer, port: (insideServer.address() as AddressInfo).port };
  const outsideServer = createServer((request, response) => {
    outsideRequests += 1;
    // Node writes headers as Latin-1; the redirect sends the UTF-8 bytes of the full-width spellings.
    const location = Buffer.from(redirectTo, 'utf8').toString('latin1');
    if (request.url === '/redirect') response.writeHead(302, { location });
    response.end('public');
  });
  await new Promise<void>((resolve) => outsideServer.listen(0, STAND_IN_FOR_PUBLIC, resolve));
  outside = { server: outsideServer, port: (outsideServer.address() as AddressInfo).port };
  guardedFetch = createGuardedFetch({ allowLoopback: false, classify, resolve: async () => answers() });
});

afterAll(async () => {
  await guardedFetch.close();
  inside.server.close();
  outside.server.close();
});

const limits = { timeoutMs: 5_000, maxBytes: 1_000 };

async function expectRefusal(url: string, maxRedirects = 0): Promise<void> {
  const outcome = await guardedFetch(url, { ...limits, maxRedirects }).then(
    (answer) => answer,
    (error: unknown) => error,
  );
  expect([url, outcome]).toEqual([url, expect.any(FetchRefused)]);
}

/** The address that a host spelling stands for, if it is one; what a hostile name server would answer. */
function addressOf(hostForm: string): string {
  const url = `http://${hostForm}/`;
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
  return isIP(host) === 0 ? '127.0.0.1' : host;
}

describe('the guarded fetch', () => {
  it('tries at least sixty spellings', () => {
    expect(new Set(HOST_FORMS).size).toBeGreaterThanOrEqual(60);
  });

  it('makes no connection for any spelling as a literal', async () => {
    for (const form of HOST_FORMS) {
      await expectRefusal(`http://${form}:${inside.port}/`);
      await expectRefusal(`https://${form}:${inside.port}/`);
    }
    expect(insideConnections).toBe(0);
  });

  it('makes no connection for any address as the answer of a name server', async () => {
    for (const [index, form] of HOST_FORMS.entries()) {
      answers = () => [addressOf(form)];
      await expectRefusal(`http://name-${index}.example.test:${inside.port}/`);
    }
    expect(insideConnections).toBe(0);
  });

  it('makes no connection when one answer is public and one inside', async () => {
    for (const [index, form] of HOST_FORMS.entries()) {
      const mixed = [STAND_IN_FOR_PUBLIC, addressOf(form)];
      answers = () => (index % 2 === 0 ? mixed : mixed.toReversed());
      await expectRefusal(`http://mixed-${index}.example.test:${inside.port}/`);
    }
    expect(insideConnections).toBe(0);
  });

  it('connects to the address that it checked when a name changes its answer', async () => {
    let lookups = 0;
    for (const [index, form] of HOST_FORMS.entries()) {
      // It uses the outside server's port, so a guard that resolves twice would find the inside one by its address.
      answers = () => [lookups++ % 2 === 0 ? STAND_IN_FOR_PUBLIC : addressOf(form)];
      const url = `http://rebinding-${index}.example.test:${outside.port}/`;
      const answer = await guardedFetch(url, limits);
      expect(answer.body.toString()).toBe('public');
      // The kept connection cannot serve this: another port means another connection and look-up.
      await expectRefusal(`http://rebinding-${index}.example.test:${inside.port}/`);
    }
    expect(lookups).toBe(HOST_FORMS.length * 2);
    expect(insideConnections).toBe(0);
  });

  it('makes no connection for any spelling behind a redirect', async () => {
    const requestsBefore = outsideRequests;
    for (const form of HOST_FORMS) {
      redirectTo = `http://${form}:${inside.port}/`;
      await expectRefusal(`http://${STAND_IN_FOR_PUBLIC}:${outside.port}/redirect`, 3);
    }
    expect(outsideRequests - requestsBefore).toBe(HOST_FORMS.length);
    expect(insideConnections).toBe(0);
  });

  it('would be seen by the listener', async () => {
    const permissive = createGuardedFetch({ allowLoopback: true });
    await permissive(`http://127.0.0.1:${inside.port}/`, limits).catch(() => undefined);
    await permissive.close();
    expect(insideConnections).toBe(1);
    insideConnections = 0;
  });
});
