// Thumbnails of the pictures that tasks are made from, over HTTP: made when they are asked for, small, kept, and of nobody
// else's pictures.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type Caller, createTestApi } from '../http/testing.ts';
import { isObject } from '../lib/json.ts';

const api = await createTestApi();
const { core } = api;
const SAMPLE = 'https://samples.example/portrait.jpg';

async function upload(caller: Caller, bytes: Buffer): Promise<string> {
  const ticket = await core.files.startUpload({
    accountId: caller.accountId,
    contentType: 'image/png',
    ext: '.png',
  });
  const headers = { 'content-type': 'image/png' };
  const put = await fetch(ticket.uploadUrl, { method: 'PUT', headers, body: new Uint8Array(bytes) });
  expect(put.status).toBe(200);
  return ticket.fileUrl;
}

function drawPicture(): Promise<Buffer> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 };
  return sharp({ create: { width: 640, height: 480, channels: 3, background: '#000', noise } })
    .png()
    .toBuffer();
}

async function createOf(caller: Caller, urls: string[]): Promise<string> {
  const input = { prompt: 'a dancer', img_urls: urls, duration: 5 };
  const { data } = await api.create(caller, { model: 'vidu/q1-r2v', input });
  return String(data.task_id);
}

async function picturesOf(caller: Caller, taskId: string) {
  const { body } = await api.call({ path: `/api/v1/account/tasks/${taskId}`, key: caller.key });
  return Array.isArray(body.pictures) ? body.pictures.filter(isObject) : [];
}

function load(caller: Caller, taskId: string, url: string) {
  const path = `/api/v1/account/tasks/${taskId}/pictures`;
  return api.call({ method: 'POST', path, key: caller.key, body: { url } });
}

describe('a picture of this server', () => {
  it('has a small JPEG, made when it is first asked for and kept as long as the picture', async () => {
    const caller = await api.openAccount();
    const url = await upload(caller, await drawPicture());
    const [picture] = await picturesOf(caller, await createOf(caller, [url]));
    const link = String(picture?.thumbnail_url);
    const [first, second] = await Promise.all([fetch(link), fetch(link)]);
    const bytes = Buffer.from(await first.arrayBuffer());
    expect(first.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await second.arrayBuffer())).toEqual(bytes);
    expect(bytes.length).toBeLessThanOrEqual(20_000);
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 192, height: 144 });
    const { rows } = await core.pool.query(
      `select kind, size_bytes, account_id, expires_at from files where account_id = $1 order by kind`,
      [caller.accountId],
    );
    expect(rows).toEqual([
      { ...rows[0], kind: 'thumbnail', size_bytes: BigInt(bytes.length), account_id: caller.accountId },
      { ...rows[1], kind: 'upload', expires_at: rows[0].expires_at },
    ]);
  });

  it('has none without a genuine link, and none when it cannot be read', async () => {
    const caller = await api.openAccount();
    const broken = Buffer.concat([(await drawPicture()).subarray(0, 200), Buffer.alloc(64)]);
    const url = await upload(caller, broken);
    const [picture] = await picturesOf(caller, await createOf(caller, [url]));
    const link = String(picture?.thumbnail_url);
    expect((await fetch(link.replace(/signature=.{4}/, 'signature=AAAA'))).status).toBe(404);
    expect((await fetch(link)).status).toBe(404);
    const forged = url.replace(/signature=.{4}/, 'signature=AAAA');
    expect(await picturesOf(caller, await createOf(caller, [forged]))).toEqual([
      { url: forged, is_own: true, thumbnail_url: null },
    ]);
  });
});

describe('a picture from elsewhere', () => {
  it('is fetched by the server once somebody of the account asks for it, and by nobody else', async () => {
    const caller = await api.openAccount();
    const taskId = await createOf(caller, [SAMPLE]);
    const { status, body } = await load(caller, taskId, SAMPLE);
    expect(status).toBe(200);
    const answer = await fetch(String(body.thumbnail_url));
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect((await sharp(bytes).metadata()).format).toBe('jpeg');
    expect((await load(caller, taskId, SAMPLE)).status).toBe(200);
    expect((await load(caller, taskId, 'https://samples.example/other.jpg')).status).toBe(422);
    expect((await load(await api.openAccount(), taskId, SAMPLE)).status).toBe(404);
  });

  it('is not fetched from the own network, and the refusal says why', async () => {
    const caller = await api.openAccount();
    const url = 'https://10.0.0.1/picture.jpg';
    const { status, body } = await load(caller, await createOf(caller, [url]), url);
    expect(status).toBe(409);
    expect(JSON.stringify(body)).toMatch(/The picture at 10\.0\.0\.1\/picture\.jpg cannot be used/);
  });
});
