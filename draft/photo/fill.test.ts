import { describe, expect, it } from 'vitest';
import { guessDepth } from './depth.ts';
import { fillUnknown } from './fill.ts';
import { blurPlane, makePlane, resizePlane } from './plane.ts';

function makePicture(width: number, height: number, colorAt: (x: number, y: number) => number[]) {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++)
    rgba.set([...colorAt(i % width, Math.floor(i / width)), 255], i * 4);
  return { width, height, rgba };
}

describe('fillUnknown', () => {
  it('closes a hole with the colour around it and leaves the rest as it is', () => {
    const picture = makePicture(33, 21, (x) => (x > 10 && x < 20 ? [250, 0, 0] : [10, 120, 200]));
    const known = Uint8Array.from({ length: 33 * 21 }, (_, i) => (i % 33 > 9 && i % 33 < 21 ? 0 : 255));
    const filled = fillUnknown(picture, known);
    for (let p = 0; p < filled.length; p += 4) {
      expect(Math.abs(filled[p] - 10)).toBeLessThan(3);
      expect(Math.abs(filled[p + 2] - 200)).toBeLessThan(3);
      expect(filled[p + 3]).toBe(255);
    }
  });

  it('runs from one side of a hole to the other without a step', () => {
    const picture = makePicture(64, 16, (x) => (x < 32 ? [0, 0, 0] : [240, 240, 240]));
    const known = Uint8Array.from({ length: 64 * 16 }, (_, i) => (i % 64 < 12 || i % 64 > 51 ? 255 : 0));
    const filled = fillUnknown(picture, known);
    const row = Array.from({ length: 64 }, (_, x) => filled[(8 * 64 + x) * 4]);
    for (let x = 13; x < 52; x++) expect(Math.abs(row[x] - row[x - 1])).toBeLessThan(45);
    expect(row[32]).toBeGreaterThan(40);
    expect(row[32]).toBeLessThan(200);
  });

  it('gives an opaque picture where nothing at all is known', () => {
    const filled = fillUnknown(
      makePicture(5, 3, () => [9, 9, 9]),
      new Uint8Array(15),
    );
    expect([...filled.subarray(0, 4)]).toEqual([0, 0, 0, 255]);
  });
});

describe('guessDepth', () => {
  it('puts people nearer than the ground and the ground nearer than the sky', () => {
    const picture = makePicture(80, 60, () => [120, 120, 120]);
    const mask = Uint8Array.from({ length: 80 * 60 }, (_, i) =>
      i % 80 > 30 && i % 80 < 50 && i > 80 * 20 ? 255 : 0,
    );
    const depth = guessDepth(picture, mask);
    const at = (x: number, y: number) => depth.data[y * 80 + x];
    expect(at(40, 40)).toBeGreaterThan(at(5, 55));
    expect(at(5, 55)).toBeGreaterThan(at(5, 5));
  });
});

describe('planes', () => {
  it('keeps a level plane level when it is resized or blurred', () => {
    const plane = makePlane(7, 5);
    plane.data.fill(0.4);
    for (const value of blurPlane(resizePlane(plane, 20, 3), 4).data) expect(value).toBeCloseTo(0.4, 4);
  });
});
