import { stat } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { isSampleAddress, pickSample, SAMPLES } from './samples.ts';

describe('isSampleAddress', () => {
  it.each([
    'https://example.com/ref1.jpg',
    'http://example.net',
    'https://cdn.images.example.org/a/b.png?x=1#y',
    'https://EXAMPLE.com/a.png',
    'https://example.com./a.png',
    'https://example.com:8443/a.png',
    'https://shop.example/a.png',
    'https://static.crunai.com/u/example-image.png',
  ])('takes %s', (address) => {
    expect(isSampleAddress(address)).toBe(true);
  });

  it.each([
    'https://example.com.evil.net/ref1.jpg',
    'https://notexample.com/ref1.jpg',
    'https://example.com@evil.net/a.png',
    'https://evil.net/example.com/a.png',
    'https://evil.net/?https://example.com/',
    'https://evil.net#.example.com',
    'https://evil.net\\.example.com/a.png',
    'https://example.co/a.png',
    'https://example.community/a.png',
    'https://myexample/a.png',
    'https://host.test/a.png',
    'https://localhost/a.png',
    'https://static.crunai.com/u/other.png',
    'https://static.crunai.com/u/example-image.png?v=2',
    'https://static.crunai.com/u/../u/example-image.png',
    'http://static.crunai.com/u/example-image.png',
    'https://evil.static.crunai.com/u/example-image.png',
    'file://example.com/etc/passwd',
    'ftp://example.com/a.png',
    'data:image/png,example.com',
    'example.com/ref1.jpg',
    '',
  ])('refuses %s', (address) => {
    expect(isSampleAddress(address)).toBe(false);
  });
});

describe('pickSample', () => {
  it.each([
    ['https://example.com/ref1.jpg', 'astronaut'],
    ['https://example.com/ref2.jpg', 'person'],
    ['https://example.com/ref8.jpg', 'astronaut'],
    ['https://example.com/0', 'cameraman'],
    ['https://example.com/my-cat-2.png', 'cat'],
    ['https://example.com/2026/landscape.webp', 'lake'],
    ['https://static.crunai.com/u/example-image.png', 'astronaut'],
  ])('gives %s the picture %s', (address, id) => {
    expect(pickSample(address).id).toBe(id);
  });

  it('gives an address without name or number the same picture each time, and uses all of them', () => {
    const seen = new Set<string>();
    for (const letter of 'abcdefghijklmnopqrstuvwxyz') {
      const address = `https://example.com/${letter}x`;
      expect(pickSample(address)).toBe(pickSample(address));
      seen.add(pickSample(address).id);
    }
    expect(seen.size).toBe(SAMPLES.length);
  });

  it('survives numbers too long for arithmetic', () => {
    expect(pickSample(`https://example.com/${'9'.repeat(400)}`).id).toBeTypeOf('string');
  });
});

describe('the bundled pictures', () => {
  it.each(SAMPLES)('$id is a JPEG of the noted size and at most 150 KB', async (sample) => {
    const meta = await sharp(sample.file).metadata();
    expect([meta.format, meta.width, meta.height]).toEqual(['jpeg', sample.width, sample.height]);
    expect((await stat(sample.file)).size).toBeLessThanOrEqual(150_000);
  });
});
