import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_PHOTO_PIXELS, MAX_ROWWISE_PIXELS } from '../render-video.ts';
import { fileOfSample } from '../samples/samples.ts';
import { loadPhotos } from './load.ts';
import { PhotoError } from './photo.ts';

const limits = { maxPixels: 20_000_000, maxSide: 320, timeoutMs: 10_000 };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photos-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function write(name: string, bytes: Buffer | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

/** Left half red, right half blue, 64 x 32. */
function twoColors(): Sharp {
  const blue = { create: { width: 32, height: 32, channels: 3 as const, background: '#0000ff' } };
  const red = { width: 64, height: 32, channels: 3 as const, background: '#ff0000' };
  return sharp({ create: red }).composite([{ input: blue, left: 32, top: 0 }]);
}

function colorAt(photo: { width: number; rgba: Uint8ClampedArray }, x: number, y: number): number[] {
  return [...photo.rgba.subarray((y * photo.width + x) * 4, (y * photo.width + x) * 4 + 4)];
}

/** The bytes of a PNG chunk, with a right checksum. */
function makeChunk(type: string, data: Buffer): Buffer {
  const table = Array.from({ length: 256 }, (_, n) => {
    let value = n;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    return value >>> 0;
  });
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  let sum = 0xffffffff;
  for (const byte of body) sum = table[(sum ^ byte) & 255] ^ (sum >>> 8);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE((sum ^ 0xffffffff) >>> 0, body.length + 4);
  return out;
}

/** A PNG of a few hundred kilobytes that would be `side` squared pixels. */
function makeBomb(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc((side / 8 + 1) * side), { level: 9 });
  const start = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    start,
    makeChunk('IHDR', header),
    makeChunk('IDAT', rows),
    makeChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A grey JPEG (ITU T.81) whose tables have one code each, so that a block is two bits. Sides are multiples of 16. */
function makeGreyJpeg(width: number, height: number): Buffer {
  const sides = Buffer.alloc(4);
  sides.writeUInt16BE(height, 0);
  sides.writeUInt16BE(width, 2);
  const oneCode = (table: string) => Buffer.from(`ffc40014${table}01${'00'.repeat(15)}00`, 'hex');
  return Buffer.concat([
    Buffer.from(`ffd8ffdb004300${'01'.repeat(64)}ffc0000b08`, 'hex'),
    sides,
    Buffer.from('01011100', 'hex'),
    oneCode('00'),
    oneCode('10'),
    Buffer.from('ffda0008010100003f00', 'hex'),
    Buffer.alloc((width * height) / 256),
    Buffer.from('ffd9', 'hex'),
  ]);
}

async function readRefusal(path: string): Promise<PhotoError> {
  const error = await loadPhotos([path], limits).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PhotoError);
  return error as PhotoError;
}

describe('loadPhotos', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)('reads %s', async (format) => {
    const path = await write(`two.${format}`, await twoColors().toFormat(format).toBuffer());
    const [photo] = await loadPhotos([path], limits);
    expect([photo.width, photo.height]).toEqual([64, 32]);
    expect(photo.rgba).toHaveLength(64 * 32 * 4);
    const [red, , blue, alpha] = colorAt(photo, 8, 16);
    expect(red).toBeGreaterThan(200);
    expect(blue).toBeLessThan(50);
    expect(alpha).toBe(255);
  });

  it('goes by the content of a file, not by its name', async () => {
    const path = await write('really-a-png.jpg', await twoColors().png().toBuffer());
    expect(await loadPhotos([path], limits)).toHaveLength(1);
  });

  it('turns a photo upright as its camera says', async () => {
    const path = await write(
      'turned.jpg',
      await twoColors().jpeg().withMetadata({ orientation: 6 }).toBuffer(),
    );
    const [photo] = await loadPhotos([path], limits);
    expect([photo.width, photo.height]).toEqual([32, 64]);
    expect(colorAt(photo, 16, 8)[0]).toBeGreaterThan(200);
    expect(colorAt(photo, 16, 56)[2]).toBeGreaterThan(200);
  });

  it('lays transparent parts over white', async () => {
    const clear = { width: 40, height: 40, channels: 4 as const, background: { r: 0, g: 0, b: 0, alpha: 0 } };
    const path = await write('clear.png', await sharp({ create: clear }).png().toBuffer());
    const [photo] = await loadPhotos([path], limits);
    expect(colorAt(photo, 20, 20)).toEqual([255, 255, 255, 255]);
  });

  it('takes the first frame of an animation', async () => {
    const frames = await sharp(
      [
        { create: { width: 30, height: 30, channels: 3, background: '#00ff00' } },
        { create: { width: 30, height: 30, channels: 3, background: '#0000ff' } },
      ] as never,
      { join: { animated: true } },
    )
      .gif()
      .toBuffer();
    const [photo] = await loadPhotos([await write('moving.gif', frames)], limits);
    expect([photo.width, photo.height]).toEqual([30, 30]);
    expect(colorAt(photo, 15, 15)[1]).toBeGreaterThan(200);
  });

  it('scales a large photo to the working size and leaves a small one', async () => {
    const wide = { width: 1000, height: 500, channels: 3 as const, background: '#888888' };
    const path = await write('wide.jpg', await sharp({ create: wide }).jpeg().toBuffer());
    const [large, small] = await loadPhotos(
      [path, await write('two.png', await twoColors().png().toBuffer())],
      limits,
    );
    expect([large.width, large.height]).toEqual([320, 160]);
    expect(small.width).toBe(64);
  });

  it('refuses a picture of too many pixels by its header, with flat memory', async () => {
    const bomb = makeBomb(24_000);
    expect(bomb.length).toBeLessThan(1_000_000);
    const path = await write('bomb.png', bomb);
    const before = process.memoryUsage().rss;
    const error = await readRefusal(path);
    expect(error.message).toContain('24000 x 24000');
    expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
  });

  it.each([
    [8160, 6144],
    [12000, 9008],
    [16320, 12240],
  ])('D6: takes what a phone makes, a JPEG of %i x %i, with flat memory', async (width, height) => {
    const path = await write('phone.jpg', makeGreyJpeg(width, height));
    const before = process.memoryUsage().rss;
    const [photo] = await loadPhotos([path], {
      ...limits,
      maxPixels: MAX_PHOTO_PIXELS,
      maxRowwisePixels: MAX_ROWWISE_PIXELS,
    });
    expect(photo.width / photo.height).toBeCloseTo(width / height, 1);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  it('D6: refuses one that has to be decoded whole above its own bound', async () => {
    const whole = sharp({ create: { width: 64, height: 64, channels: 3, background: '#888888' } });
    const path = await write('progressive.jpg', await whole.jpeg({ progressive: true }).toBuffer());
    const tight = { ...limits, maxPixels: 4_000, maxRowwisePixels: 10_000 };
    await expect(loadPhotos([path], tight)).rejects.toThrow('64 x 64');
    const rowwise = await write('rowwise.jpg', await whole.jpeg({ progressive: false }).toBuffer());
    expect(await loadPhotos([rowwise], tight)).toHaveLength(1);
  });

  it('refuses a truncated photo', async () => {
    const whole = await sharp(fileOfSample('astronaut')).resize(300, 300).jpeg().toBuffer();
    const error = await readRefusal(await write('half.jpg', whole.subarray(0, whole.length >> 1)));
    expect(error.message).toContain('damaged');
  });

  it.each([
    ['text with the name of a photo', 'notes.jpg', 'just some words, no picture'],
    ['an SVG', 'drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    [
      'an SVG behind an XML header',
      'drawing.png',
      '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    ],
    ['a PDF', 'page.jpg', '%PDF-1.7\n1 0 obj'],
    ['a HEIC photo', 'phone.heic', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0heicmif1', 'latin1')],
    ['an empty file', 'empty.png', ''],
    ['a JPEG start and nothing behind', 'stub.jpg', Buffer.from('ffd8ffe000104a464946', 'hex')],
    [
      'markup behind a PNG start',
      'mixed.png',
      Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from('<svg/>')]),
    ],
  ])('refuses %s', async (_what, name, bytes) => {
    const error = await readRefusal(await write(name, bytes));
    expect(error.reason).toBe('input');
    expect(error.message).toMatch(/^Picture 1 .*\. .*\.$/);
  });

  it('names the picture that it refuses', async () => {
    const good = await write('good.png', await twoColors().png().toBuffer());
    const bad = await write('bad.png', 'no');
    await expect(loadPhotos([good, bad], limits)).rejects.toThrow('Picture 2');
  });
});

describe('the people of a photo', () => {
  it('finds the astronaut, from the hair to the lower border', async () => {
    const [photo] = await loadPhotos([fileOfSample('astronaut')], limits);
    expect(photo.personShare).toBeGreaterThan(0.45);
    expect(photo.personShare).toBeLessThan(0.62);
    expect(photo.mask).toHaveLength(photo.width * photo.height);
    const alphaAt = (x: number, y: number) =>
      photo.mask![Math.round(y * photo.height) * photo.width + Math.round(x * photo.width)];
    expect(alphaAt(0.44, 0.2)).toBe(255);
    expect(alphaAt(0.4, 0.8)).toBe(255);
    expect(alphaAt(0.75, 0.2)).toBe(0);
    expect(photo.box.y).toBeLessThan(photo.height * 0.1);
    expect(photo.box.y + photo.box.height).toBe(photo.height);
  });

  it.each(['lake', 'cat', 'coffee', 'city'] as const)('sees nobody in the %s', async (id) => {
    const [photo] = await loadPhotos([fileOfSample(id)], limits);
    expect(photo.mask).toBeUndefined();
    expect(photo.personShare).toBe(0);
    expect(photo.box).toEqual({ x: 0, y: 0, width: photo.width, height: photo.height });
  });
});
