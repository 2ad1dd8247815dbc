import { describe, expect, it } from 'vitest';
import { chooseNearestRatio, pixelSize } from './sizes.ts';

describe('pixelSize', () => {
  it.each([
    ['480p', '16:9', 864, 480],
    ['480p', '21:9', 960, 416],
    ['720p', '16:9', 1248, 704],
    ['720p', '9:16', 704, 1248],
    ['720p', '1:1', 960, 960],
    ['1080p', '16:9', 1920, 1088],
    ['1080p', '4:3', 1664, 1248],
    ['1080p', '3:4', 1248, 1664],
    ['1080p', '9:16', 1088, 1920],
    ['1080p', '21:9', 2176, 928],
  ])('gives Seedance %s at %s its own pixels', (resolution, aspectRatio, width, height) => {
    expect(pixelSize({ family: 'seedance', resolution, aspectRatio })).toEqual({ width, height });
  });

  it.each([
    ['1080p', '16:9', 1920, 1080],
    ['1080p', '9:16', 1080, 1920],
    ['1080p', '1:1', 1080, 1080],
    ['720p', '16:9', 1280, 720],
    ['540p', '16:9', 960, 540],
    ['360p', '16:9', 640, 360],
    ['360p', '4:3', 480, 360],
  ])('gives plain %s at %s the usual pixels', (resolution, aspectRatio, width, height) => {
    expect(pixelSize({ family: 'standard', resolution, aspectRatio })).toEqual({ width, height });
  });

  it.each(['480p', '512p', '540p', '768p', '1080p', '4k', ''])(
    'has even sides for %s at any ratio',
    (resolution) => {
      for (const aspectRatio of ['16:9', '3:2', '7:5', '1:1', '2:3', '9:21', '100:1', 'adaptive', '0:0']) {
        for (const family of ['seedance', 'standard'] as const) {
          const { width, height } = pixelSize({ family, resolution, aspectRatio });
          expect([width % 2, height % 2]).toEqual([0, 0]);
          expect(Math.min(width, height)).toBeGreaterThanOrEqual(240);
          expect(Math.max(width, height)).toBeLessThanOrEqual(3240);
        }
      }
    },
  );
});

describe('chooseNearestRatio', () => {
  const usual = ['9:16', '3:4', '1:1', '4:3', '16:9'];

  it.each([
    [1080, 1920, '9:16'],
    [3024, 4032, '3:4'],
    [1000, 1500, '3:4'],
    [512, 512, '1:1'],
    [1100, 1000, '1:1'],
    [1200, 1000, '4:3'],
    [960, 640, '4:3'],
    [1920, 1080, '16:9'],
    [6000, 1000, '16:9'],
  ])('takes for a picture of %i x %i the ratio %s', (width, height, ratio) => {
    expect(chooseNearestRatio(usual, { width, height })).toBe(ratio);
  });

  it('takes the first of two that are equally near, and the only one whatever the picture', () => {
    expect(chooseNearestRatio(['9:16', '16:9'], { width: 100, height: 100 })).toBe('9:16');
    expect(chooseNearestRatio(['16:9', '9:16'], { width: 100, height: 100 })).toBe('16:9');
    expect(chooseNearestRatio(['21:9'], { width: 100, height: 300 })).toBe('21:9');
  });
});
