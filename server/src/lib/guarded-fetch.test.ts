import { readFile } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import { beforeEach, describe, expect, it } from 'vitest';
import type { GuardedFetch } from './guarded-fetch.ts';
import { FetchRefused } from './guarded-fetch-errors.ts';
import { makeCertificate } from './testing-certificate.ts';
import { failureOf, useServers } from './testing-servers.ts';
import { USER_AGENT } from './version.ts';

const { closeLast, listen, serve, serveBytes, startFetch } = useServers();
const limits = { timeoutMs: 5_000, maxBytes: 1_000 };
let guardedFetch: GuardedFetch;

beforeEach(() => {
  guardedFetch = startFetch({ allowLoopback: true });
});

describe('an exchange', () => {
  it('sends method, headers and body, and gives back status, headers and body', async () => {
    const base = await serve(async (request, response) => {
      const chunks = await request.toArray();
      response.writeHead(201, {
        'x-method': request.method ?? '',
        'x-echo': request.headers['x-mark'] ?? '',
      });
      response.end(Buffer.concat(chunks));
    });
    const answer = await guardedFetch(`${base}/path?q=1`, {
      ...limits,
      method: 'POST',
      headers: { 'X-Mark': 'here' },
      body: '{"a":1}',
    });
    expect(answer).toMatchObject({ status: 201, sizeBytes: 7, truncated: false, savedTo: null });
    expect(answer.headers).toMatchObject({ 'x-method': 'POST', 'x-echo': 'here' });
    expect(answer.body.toString()).toBe('{"a":1}');
  });

  it('does not let the caller set the headers that frame a request', async () => {
    const base = await serve((request, response) => response.end(JSON.stringify(request.headers)));
    const answer = await guardedFetch(base, {
      ...limits,
      headers: { Host: 'evil.example', 'Accept-Encoding': 'gzip', 'Transfer-Encoding': 'chunked' },
    });
    const seen = JSON.parse(answer.body.toString());
    expect(seen.host).toBe(new URL(base).host);
    expect(seen['accept-encoding']).toBe('identity');
    expect(seen['transfer-encoding']).toBeUndefined();
  });

  it('keeps connections for requests that follow each other', async () => {
    const ports = new Set<number | undefined>();
    const base = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    });
    for (let count = 0; count < 10; count += 1) await guardedFetch(base, limits);
    // Two: an answer is returned a moment before its connection is free again.
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it('accepts a body of exactly the limit and refuses one byte more, announced or not', async () => {
    const base = await serve((request, response) => {
      const bytes = request.url === '/exact' ? 1_000 : 1_001;
      if (request.url !== '/chunked') response.setHeader('content-length', bytes);
      response.end(Buffer.alloc(bytes));
    });
    expect((await guardedFetch(`${base}/exact`, limits)).sizeBytes).toBe(1_000);
    for (const path of ['/announced', '/chunked']) {
      expect((await failureOf(guardedFetch(base + path, limits))).kind).toBe('too_large');
    }
  });

  it('D1: names the client, whatever its caller and a redirect say', async () => {
    const seen: unknown[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers['user-agent']);
      response.end();
    });
    const base = await serve((request, response) => {
      seen.push(request.headers['user-agent']);
      response.writeHead(302, { location: `${other}/elsewhere` }).end();
    });
    await guardedFetch(base, { ...limits, headers: { 'User-Agent': 'curl' }, maxRedirects: 1 });
    await guardedFetch(other, { ...limits, method: 'POST', body: 'x' });
    expect(seen).toEqual([USER_AGENT, USER_AGENT, USER_AGENT]);
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    expect(USER_AGENT).toBe(`Reelay/${version}`);
  });

  it('refuses headers beyond 16 KiB', async () => {
    const base = await serveBytes((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nx-flood: ${'a'.repeat(20_000)}\r\n\r\n`);
    });
    expect((await failureOf(guardedFetch(base, limits))).kind).toBe('http');
  });

  it('reports a broken answer without any of its content', async () => {
    for (const bytes of ['SSH-2.0-OpenSSH\r\n', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf', '']) {
      const base = await serveBytes((socket) => socket.end(bytes));
      const failure = await failureOf(guardedFetch(base, limits));
      expect(failure).toMatchObject({
        kind: 'http',
        message: 'The connection broke, or the answer was not valid HTTP.',
      });
    }
  });
});

describe('the deadline', () => {
  it.each([
    ['that accepts and says nothing', ''],
    ['that never ends its headers', 'HTTP/1.1 200 OK\r\nx-a: '],
    ['that never ends its body', 'HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n'],
    ['that sends interim answers without end', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
  ])('cuts a server %s and drips', async (_kind, opening) => {
    const closed = Promise.withResolvers<void>();
    const base = await serveBytes((socket) => {
      socket.write(opening);
      const drip = setInterval(() => socket.write(opening.includes('103') ? opening : 'a'), 20);
      socket.on('close', () => {
        clearInterval(drip);
        closed.resolve();
      });
      if (opening === '') clearInterval(drip);
    });
    const failure = await failureOf(guardedFetch(base, { ...limits, timeoutMs: 150 }));
    expect(failure).toMatchObject({ kind: 'timeout', message: 'No complete answer came within 0.15 s.' });
    await closed.promise;
  });

  it('covers a name server that never answers, and knows that nothing was sent', async () => {
    const stuck = startFetch({
      allowLoopback: true,
      connectTimeoutMs: 300,
      resolve: () => new Promise(() => undefined),
    });
    const failure = await failureOf(stuck('http://slow.example.test/', { ...limits, timeoutMs: 100 }));
    expect(failure).toMatchObject({ kind: 'timeout', maybeSent: false });
  });

  it('also limits the connection by itself', async () => {
    const resolve = () => new Promise<string[]>(() => undefined);
    const stuck = startFetch({ allowLoopback: true, connectTimeoutMs: 50, resolve });
    const failure = await failureOf(stuck('http://slow.example.test/', limits));
    expect(failure).toMatchObject({ kind: 'dns', maybeSent: false });
  });

  it('never sends a request whose deadline passed while it waited for a connection', async () => {
    let requests = 0;
    const release = Promise.withResolvers<void>();
    const base = await serve(async (_request, response) => {
      requests += 1;
      await release.promise;
      response.end('ok');
    });
    const single = startFetch({ allowLoopback: true, connectionsMax: 1 });
    const first = single(base, limits);
    const second = await failureOf(single(base, { ...limits, timeoutMs: 50 }));
    expect(second).toMatchObject({ kind: 'timeout', maybeSent: false });
    release.resolve();
    expect((await first).status).toBe(200);
    expect((await single(base, limits)).status).toBe(200);
    expect(requests).toBe(2);
  });

  it('ends when the caller aborts', async () => {
    const base = await serve(() => undefined);
    const caller = new AbortController();
    const pending = failureOf(guardedFetch(base, { ...limits, signal: caller.signal }));
    caller.abort();
    expect((await pending).kind).toBe('cancelled');
    expect((await failureOf(guardedFetch(base, { ...limits, signal: caller.signal }))).kind).toBe(
      'cancelled',
    );
  });
});

describe('a sample of the answer', () => {
  it('keeps the first bytes of an endless, compressed or stuck body and the status', async () => {
    const base = await serveBytes((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n');
      const flood = () => {
        if (socket.write(Buffer.alloc(65_536, 'x'))) setImmediate(flood);
      };
      socket.on('drain', flood);
      flood();
    });
    const answer = await guardedFetch(base, { ...limits, truncate: true });
    expect(answer).toMatchObject({ status: 200, sizeBytes: 1_000, truncated: true });
    const stuck = await serveBytes((socket) => {
      socket.write('HTTP/1.1 204 No Content\r\n\r\n');
      socket.write('HTTP/1.1 200 OK\r\n\r\nab');
    });
    expect((await guardedFetch(stuck, { ...limits, truncate: true })).status).toBe(204);
  });

  it('keeps the status when the body does not end in time', async () => {
    const base = await serveBytes((socket) => socket.write('HTTP/1.1 410 Gone\r\n\r\nab'));
    const answer = await guardedFetch(base, { ...limits, timeoutMs: 100, truncate: true });
    expect(answer).toMatchObject({ status: 410, truncated: true, sizeBytes: 2 });
  });
});

describe('a redirect', () => {
  async function serveRedirects(): Promise<string> {
    return await serve((request, response) => {
      const hops = Number(request.url?.slice(1));
      if (hops > 0) response.writeHead(302, { location: `/${hops - 1}` });
      response.end(JSON.stringify(request.headers));
    });
  }

  it('is an answer like any other unless following was asked for', async () => {
    const base = await serveRedirects();
    expect(await guardedFetch(`${base}/1`, limits)).toMatchObject({ status: 302, url: `${base}/1` });
    const post = await guardedFetch(`${base}/1`, { ...limits, method: 'POST', maxRedirects: 3 });
    expect(post.status).toBe(302);
  });

  it('is followed as often as allowed', async () => {
    const base = await serveRedirects();
    const answer = await guardedFetch(`${base}/3`, { ...limits, maxRedirects: 3 });
    expect(answer).toMatchObject({ status: 200, url: `${base}/0` });
    expect((await failureOf(guardedFetch(`${base}/4`, { ...limits, maxRedirects: 3 }))).kind).toBe(
      'redirects',
    );
  });

  it('takes credentials along within an origin and nowhere else', async () => {
    const other = await serveRedirects();
    const base = await serve((request, response) => {
      const location = request.url === '/away' ? `${other}/0` : '/home';
      if (request.url !== '/home') response.writeHead(307, { location });
      response.end(JSON.stringify(request.headers));
    });
    const headers = {
      Authorization: 'Bearer secret',
      Cookie: 'a=b',
      'X-Api-Key': 'secret',
      Accept: 'image/*',
    };
    const request = { ...limits, headers, maxRedirects: 3 };
    const home = JSON.parse((await guardedFetch(`${base}/near`, request)).body.toString());
    expect(home).toMatchObject({ authorization: 'Bearer secret', 'x-api-key': 'secret' });
    const away = (await guardedFetch(`${base}/away`, request)).body.toString();
    expect(away).not.toContain('secret');
    expect(JSON.parse(away)).toMatchObject({ accept: 'image/*' });
  });

  it('to something that is not a web address is refused', async () => {
    const base = await serve((_request, response) => {
      response.writeHead(301, { location: 'file:///etc/passwd' }).end();
    });
    await expect(guardedFetch(base, { ...limits, maxRedirects: 3 })).rejects.toThrow(FetchRefused);
  });
});

describe('a connection', () => {
  it('reaches the names of this machine without a name server, where that is allowed', async () => {
    const base = await serve((_request, response) => response.end('ok'));
    const port = new URL(base).port;
    expect((await guardedFetch(`http://localhost:${port}/`, limits)).status).toBe(200);
    const strict = startFetch({ allowLoopback: false });
    await expect(strict(`http://localhost:${port}/`, limits)).rejects.toThrow(
      'The address was refused: it leads to this machine.',
    );
  });

  it('to a name that does not exist fails in its own time', async () => {
    const impatient = startFetch({ allowLoopback: true, connectTimeoutMs: 1_000 });
    const failure = await failureOf(impatient('http://nowhere.invalid/', limits));
    expect(failure).toMatchObject({ kind: 'dns', maybeSent: false });
  });

  it('goes on to the next checked address when one does not answer', async () => {
    const base = await serve((_request, response) => response.end('ok'));
    const port = new URL(base).port;
    const twoAddresses = startFetch({ allowLoopback: true, resolve: async () => ['127.0.0.3', '127.0.0.1'] });
    expect((await twoAddresses(`http://two.example.test:${port}/`, limits)).status).toBe(200);
  });

  it('that cannot be made is a failure after which nothing was sent', async () => {
    const base = await serveBytes(() => undefined);
    await closeLast();
    expect(await failureOf(guardedFetch(base, limits))).toMatchObject({ kind: 'connect', maybeSent: false });
    const nameless = startFetch({ allowLoopback: true, resolve: async () => [] });
    const failure = await failureOf(nameless('http://none.example.test/', limits));
    expect(failure).toMatchObject({
      kind: 'dns',
      maybeSent: false,
      message: 'The host name could not be resolved.',
    });
  });

  it('over TLS is pinned, too, and checked against the name in the address', async () => {
    const { certificate, key } = makeCertificate('video.example.test');
    const seenNames: unknown[] = [];
    const port = await listen(
      createTlsServer(
        {
          cert: certificate,
          key,
          SNICallback: (name, done) => {
            seenNames.push(name);
            done(null);
          },
        },
        (request, response) => response.end(request.headers.host),
      ),
    );
    const resolve = async () => ['127.0.0.1'];
    const trusting = startFetch({ allowLoopback: true, resolve, certificateAuthority: certificate });
    const answer = await trusting(`https://video.example.test.:${port}/`, limits);
    expect(answer.body.toString()).toBe(`video.example.test:${port}`);
    expect(seenNames).toEqual(['video.example.test']);
    const otherName = await failureOf(trusting(`https://other.example.test:${port}/`, limits));
    expect(otherName).toMatchObject({ kind: 'tls', maybeSent: false });
    const wary = startFetch({ allowLoopback: true, resolve });
    expect((await failureOf(wary(`https://video.example.test:${port}/`, limits))).kind).toBe('tls');
  });
});
