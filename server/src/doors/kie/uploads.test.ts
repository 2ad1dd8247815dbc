// The uploads of kie.ai: from base64, from a form, and of an address.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApi } from '../../http/testing.ts';
import { createGuardedFetch } from '../../lib/guarded-fetch.ts';
import { makeMedia } from '../../lib/testing-media.ts';

/** A host that the fetch of this server finds at this machine, as if that were public. */
const HOST = 'pictures.example';
const fetchImages = createGuardedFetch({
  allowLoopback: true,
  resolve: async (name) => (name === HOST ? ['127.0.0.1'] : ['10.0.0.1']),
});
const api = await createTestApi({}, undefined, { fetchImages });
const { key } = await api.openAccount();
const PICTURE = makeMedia('image/png', 500);
const headers = { authorization: `Bearer ${key}` };

async function upload(kind: string, body: object | FormData) {
  const isForm = body instanceof FormData;
  const answer = await fetch(`${api.url}/api/file-${kind}-upload`, {
    method: 'POST',
    headers: isForm ? headers : { ...headers, 'content-type': 'application/json' },
    body: isForm ? body : JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

it('keeps what comes as base64, as a data URL or in a form, and gives its address', async () => {
  const base64Data = PICTURE.toString('base64');
  const names = { uploadPath: '/pictures/', fileName: 'own.png' };
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(PICTURE)]), 'a.png');
  for (const [field, text] of Object.entries(names)) form.append(field, text);
  const answers = [
    await upload('base64', { base64Data, ...names }),
    await upload('base64', { base64Data: `data:image/png;base64,${base64Data}`, ...names }),
    await upload('stream', form),
  ];
  const addresses = new Set<unknown>();
  for (const { status, body } of answers) {
    expect([status, body]).toEqual([
      200,
      {
        success: true,
        code: 200,
        msg: 'success',
        message: 'success',
        data: {
          fileName: 'own.png',
          filePath: 'pictures/own.png',
          downloadUrl: expect.stringContaining('/files/uploads/'),
          fileUrl: expect.any(String),
          fileSize: PICTURE.length,
          mimeType: 'image/png',
          uploadedAt: expect.any(String),
        },
      },
    ]);
    const { downloadUrl } = body.data as { downloadUrl: string };
    addresses.add(downloadUrl);
    const { pathname, search } = new URL(downloadUrl);
    const file = await fetch(api.url + pathname + search);
    expect(Buffer.from(await file.arrayBuffer())).toEqual(PICTURE);
  }
  expect(addresses.size).toBe(3);
});

describe('the file of an address', () => {
  const host = createServer((request, response) => {
    const answers: Record<string, () => void> = {
      '/picture': () => response.end(PICTURE),
      '/moved': () => response.writeHead(302, { location: '/picture' }).end(),
      '/inward': () => response.writeHead(302, { location: 'http://inner.example/picture' }).end(),
      '/page': () => response.end('<p>hello</p>'),
    };
    (answers[request.url ?? ''] ?? (() => response.writeHead(404).end()))();
  });
  let origin: string;
  beforeAll(async () => {
    host.listen(0, '127.0.0.1');
    await once(host, 'listening');
    origin = `http://${HOST}:${(host.address() as AddressInfo).port}`;
  });
  afterAll(() => host.close());

  it.each(['/picture', '/moved'])('is fetched and kept as an upload: %s', async (path) => {
    const { status, body } = await upload('url', { fileUrl: origin + path, fileName: 'a.png' });
    expect([status, body]).toMatchObject([200, { success: true, data: { fileName: 'a.png' } }]);
    const { downloadUrl, fileSize } = body.data as { downloadUrl: string; fileSize: number };
    const { pathname, search } = new URL(downloadUrl);
    const file = await fetch(api.url + pathname + search);
    expect(Buffer.from(await file.arrayBuffer())).toEqual(PICTURE);
    expect(fileSize).toBe(PICTURE.length);
  });

  it.each([
    ['/inward', 'fileUrl: '],
    ['/none', 'fileUrl: its server answered 404'],
    ['/page', 'file: its bytes are not those of a picture'],
  ])('is refused where it cannot be one: %s', async (path, words) => {
    const { status, body } = await upload('url', { fileUrl: origin + path });
    expect([status, body]).toMatchObject([422, { success: false, msg: expect.stringContaining(words) }]);
  });
});

it.each([
  ['base64', {}, 'base64Data: is required'],
  ['base64', { base64Data: '%%' }, 'base64Data: must be base64, or a data URL with it'],
  ['base64', { base64Data: 'AAAA' }, 'file: its bytes are not those of a picture, video or sound'],
  ['stream', {}, 'file: is required and must be a file'],
  ['url', { fileUrl: 7 }, 'fileUrl: must be of type string'],
  ['url', { fileUrl: 'http://127.0.0.1/a.png' }, 'fileUrl: '],
  ['url', { fileUrl: 'file:///etc/passwd' }, 'fileUrl: '],
])('refuses at %s what is %j', async (kind, body, words) => {
  const answer = await upload(kind, body);
  expect([answer.status, answer.body]).toMatchObject([
    422,
    {
      success: false,
      code: 422,
      error: 'validation_failed',
      msg: expect.stringContaining(words),
      data: null,
    },
  ]);
});

it('wants a key, and says so in its form', async () => {
  const answer = await fetch(`${api.url}/api/file-base64-upload`, { method: 'POST', body: '{}' });
  expect([answer.status, await answer.json()]).toMatchObject([401, { success: false, code: 401 }]);
});
