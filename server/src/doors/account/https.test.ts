// Sessions behind https: a real TLS socket before the API, as a proxy that ends TLS.
import { once } from 'node:events';
import { request as requestPlain } from 'node:http';
import { createServer, type RequestOptions, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, expect, it } from 'vitest';
import { makeCertificate } from '../../lib/testing-certificate.ts';
import { createPeopleApi, PASSWORD } from './testing.ts';

const HOST = 'reelay.test';
const api = await createPeopleApi({ PUBLIC_URL: `https://${HOST}`, REELAY_TRUST_PROXY: '127.0.0.1' });
const { certificate, key } = makeCertificate(HOST);
const proxy = createServer({ cert: certificate, key }, (incoming, outgoing) => {
  const { method, url, headers } = incoming;
  const onward = requestPlain(`${api.url}${url}`, {
    method,
    headers: { ...headers, 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' },
  });
  onward.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  incoming.pipe(onward);
});
proxy.listen(0, '127.0.0.1');
await once(proxy, 'listening');
afterAll(() => {
  proxy.closeAllConnections();
  proxy.close();
});

/** Over TLS, with the certificate checked against the name. */
async function send(options: RequestOptions, body?: object) {
  const { port } = proxy.address() as AddressInfo;
  const own = { host: '127.0.0.1', port, servername: HOST, ca: certificate };
  const headers = { host: HOST, origin: `https://${HOST}`, 'content-type': 'application/json' };
  const sending = request({ ...own, ...options, headers: { ...headers, ...options.headers } });
  sending.end(body === undefined ? undefined : JSON.stringify(body));
  const [answer] = await once(sending, 'response');
  return {
    status: answer.statusCode as number,
    cookies: (answer.headers['set-cookie'] ?? []) as string[],
    body: JSON.parse(await text(answer)) as { server: { is_secure: boolean } },
  };
}

it('a session behind https is a cookie for this host alone, sent over https alone', async () => {
  const { email } = await api.signIn();
  const path = '/api/v1/account/session';
  const signed = await send({ method: 'POST', path }, { email, password: PASSWORD });
  expect([signed.status, signed.cookies]).toEqual([
    200,
    [
      expect.stringMatching(
        /^__Host-reelay\.session=[^;]+; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ],
  ]);
  expect(signed.body.server.is_secure).toBe(true);
  const cookie = signed.cookies[0].split(';')[0];
  expect((await send({ path: '/api/v1/account/me', headers: { cookie } })).status).toBe(200);
  // A cookie without the prefix, which another host of the domain could set, opens nothing.
  const bare = cookie.replace('__Host-', '');
  expect((await send({ path: '/api/v1/account/me', headers: { cookie: bare } })).status).toBe(401);
  const left = await send({ method: 'DELETE', path, headers: { cookie } });
  expect(left.cookies).toEqual(['__Host-reelay.session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax']);
  expect((await send({ path: '/api/v1/account/me', headers: { cookie } })).status).toBe(401);
});
