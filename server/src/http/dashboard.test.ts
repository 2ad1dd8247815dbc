import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request } from 'undici';
import { expect, it } from 'vitest';
import { buildDashboard } from '../../../test/stage/built-dashboard.ts';
import { createTestApi } from './testing.ts';

await buildDashboard();
const api = await createTestApi();

async function get(path: string, headers: Record<string, string> = {}) {
  const { statusCode, headers: answered, body } = await request(`${api.url}${path}`, { headers });
  return { status: statusCode, headers: answered, bytes: Buffer.from(await body.arrayBuffer()) };
}

/** The addresses that the page loads at once. */
async function filesOfPage(): Promise<string[]> {
  const { bytes } = await get('/');
  return [...bytes.toString().matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
}

it('answers each address of the application with the page, and no other', async () => {
  for (const path of ['/', '/playground', '/tasks/01a22a6f', '/operator/audit', '/models/vidu/q1-r2v?x=1']) {
    const { status, headers, bytes } = await get(path);
    expect([path, status, headers['content-type']]).toEqual([path, 200, 'text/html; charset=utf-8']);
    expect(bytes.toString()).toContain('<div id="app">');
  }
  for (const path of [
    '/nothing',
    '/assets/index-old.js',
    '/assets/../index.html',
    '/index.html',
    '/api/v1/x',
  ]) {
    const { status, headers } = await get(path);
    expect([path, status, headers['content-type']]).toEqual([path, 404, 'application/json; charset=utf-8']);
  }
});

it('lets the page load from this server alone, and no other page frame it', async () => {
  const { headers } = await get('/tasks');
  expect(headers['content-security-policy']).toBe(
    `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data: ${api.url}; media-src 'self' blob: ${api.url}; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'`,
  );
  expect(headers).toMatchObject({
    'cache-control': 'no-cache',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'permissions-policy': expect.stringContaining('camera=()'),
  });
  expect(headers).not.toHaveProperty('access-control-allow-origin');
});

it('keeps files with a digest in their name for good, and asks again for the others', async () => {
  const files = await filesOfPage();
  expect(files.length).toBeGreaterThan(3);
  for (const path of files) {
    const { status, headers } = await get(path);
    const expected = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    expect([path, status, headers['cache-control']]).toEqual([path, 200, expected]);
    const again = await get(path, { 'if-none-match': String(headers.etag) });
    expect([path, again.status, again.bytes.length]).toEqual([path, 304, 0]);
  }
});

it('sends a file in the smallest form that the client takes', async () => {
  const path =
    (await filesOfPage()).find((file) => file.endsWith('.js') && file.startsWith('/assets/')) ?? '';
  const plain = await get(path);
  const br = await get(path, { 'accept-encoding': 'gzip, deflate, br;q=0.9' });
  const gzip = await get(path, { 'accept-encoding': 'gzip' });
  expect(plain.headers).not.toHaveProperty('content-encoding');
  expect([br.headers['content-encoding'], gzip.headers['content-encoding']]).toEqual(['br', 'gzip']);
  expect(brotliDecompressSync(br.bytes).equals(plain.bytes)).toBe(true);
  expect(gunzipSync(gzip.bytes).equals(plain.bytes)).toBe(true);
  expect(br.bytes.length).toBeLessThan(gzip.bytes.length);
});

it('leads from another name of this machine to the one that cookies are set for', async () => {
  const { host, port } = new URL(api.url);
  const moved = await get('/tasks?q=a', { host: `localhost:${port}` });
  expect([moved.status, moved.headers.location]).toEqual([302, `${api.url}/tasks?q=a`]);
  for (const name of [host, `reelay.example:${port}`, 'localhost:1']) {
    expect([name, (await get('/tasks', { host: name })).status]).toEqual([name, 200]);
  }
});
