// Pictures at addresses that a provider could not reach, through every adapter, over real sockets.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readShippedModels } from '../catalog/models.ts';
import type { JsonObject } from '../lib/json.ts';
import { steadyClock, systemClock } from '../lib/time.ts';
import { InputUnreadable } from '../providers/answers.ts';
import type { StartOutcome } from '../providers/contract.ts';
import { createProviderSockets } from '../providers/http.ts';
import { PictureRoom } from '../providers/pictures.ts';
import { providers } from '../providers/registry.ts';
import { connectFields } from './connections.ts';

const OWN = 'http://10.9.9.9:8080/files/uploads/a.png?expires=1&signature=x';
const OUTSIDE = 'https://pictures.example/b.png';
const PICTURE = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

const sockets = createProviderSockets(systemClock);
const bodies: string[] = [];
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    bodies.push(Buffer.concat(chunks).toString('latin1'));
    const isUpload = request.url?.includes('/upload/image');
    response.writeHead(isUpload ? 200 : 500, { 'content-type': 'application/json' });
    response.end(isUpload ? '{"name":"a.png","subfolder":"","type":"input"}' : '{}');
  });
});
let base: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await sockets.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const models = readShippedModels();

/** Starts a task of the first model of a provider that accepts the input, and returns what was sent. */
async function start(
  providerId: string,
  {
    field = 'img_urls',
    urls,
    contentType = 'image/png',
    bytes = PICTURE,
  }: {
    field?: string;
    urls: string[];
    contentType?: string;
    bytes?: Buffer;
  },
): Promise<{ outcome: StartOutcome; sent: string }> {
  const provider = providers.get(providerId);
  const model = models.find(
    ({ input_schema: schema, offers }) =>
      offers.some((offer) => offer.provider === providerId) &&
      Object.hasOwn(schema.properties, field) &&
      urls.length <= Number(schema.properties[field].maxItems),
  );
  if (!provider || !model) throw new Error(`${providerId} has no model with ${field}`);
  const values = provider.facts.credential.map(({ name, fallback }): [string, string] => [
    name,
    name.endsWith('_url') ? base : fallback || 'a-key-of-the-test',
  ]);
  const pictures = new PictureRoom(async (url, admit) => {
    if (url.endsWith('broken')) throw new InputUnreadable('The picture cannot be used: it is gone');
    await admit(bytes.length);
    return { bytes, contentType };
  });
  const { provider: bound, context } = connectFields(provider, 'one', Object.fromEntries(values), {
    sockets,
    clock: systemClock,
    steady: steadyClock,
    pictures,
  });
  bodies.length = 0;
  const input: JsonObject = { prompt: 'x', template_id: '1', resolution: '720p', duration: 5, [field]: urls };
  const outcome = await bound.start(
    {
      taskId: '018f0000-0000-7000-8000-000000000001',
      epoch: 1,
      token: 'token-1',
      model: model.model,
      input,
      params: model.offers.find((offer) => offer.provider === providerId)?.params ?? {},
      template: { ServiceId: '7', TemplateId: '1' },
      addressFields: [field],
      testMode: false,
      intentAtMs: systemClock(),
    },
    context,
  );
  return { outcome, sent: bodies.join('\n') };
}

const TAKES_DATA = [...providers.values()]
  .filter(({ facts }) => facts.pictures.as === 'data')
  .map(({ id }) => id);

describe('D3: a picture at an address that the provider cannot reach', () => {
  it.each(TAKES_DATA)('is sent as bytes to %s', async (id) => {
    const { sent } = await start(id, { urls: [OWN] });
    expect(sent).toContain(PICTURE.toString('base64').slice(0, 20));
    expect(sent).not.toContain('10.9.9.9');
    const isBare = id === 'kling';
    expect(sent.includes('data:image/png;base64,')).toBe(!isBare);
  });

  it.each(['ark', 'kling', 'minimax', 'vidu', 'fal'])(
    'travels beside one that it can reach, to %s',
    async (id) => {
      const { sent } = await start(id, { urls: [OUTSIDE, OWN] });
      expect(sent).toContain(OUTSIDE);
      expect(sent).not.toContain('10.9.9.9');
    },
  );

  it('is sent as bytes in references, too', async () => {
    const { sent } = await start('minimax', { field: 'reference_images', urls: [OUTSIDE, OWN, OWN] });
    expect(sent).toContain(OUTSIDE);
    expect(sent).not.toContain('10.9.9.9');
  });

  it('is never sent to a provider that accepts nothing but addresses', async () => {
    const { outcome, sent } = await start('bytedance-effects', { urls: [OWN] });
    expect([outcome.type, sent]).toEqual(['rejected', '']);
  });

  it.each<[string, Parameters<typeof start>[1], RegExp]>([
    [
      'another type than it takes',
      { urls: [OWN], contentType: 'image/tiff' },
      /takes image\/jpeg, image\/png, not image\/tiff/,
    ],
    [
      'more bytes than it takes',
      { urls: [OWN], bytes: Buffer.alloc(11 * 1024 * 1024) },
      /larger than the 10485760 bytes/,
    ],
    ['a file that is gone', { urls: ['http://10.9.9.9/broken'] }, /it is gone/],
  ])('refuses %s before anything is sent', async (_what, given, words) => {
    const { outcome, sent } = await start('kling', given);
    expect(outcome).toMatchObject({
      type: 'rejected',
      failure: { reason: 'invalid_input', message: expect.stringMatching(words) },
    });
    expect(sent).toBe('');
  });
});
