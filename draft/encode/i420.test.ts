import { describe, expect, it } from 'vitest';
import { convertToRgb, createPlainFinish, i420SizeBytes, prepareConverter } from './i420.ts';

function fill(width: number, height: number, [red, green, blue]: [number, number, number]): Uint8Array {
  return Uint8Array.from(
    { length: width * height * 4 },
    (_, index) => [red, green, blue, 255][index % 4] ?? 0,
  );
}

function convert(width: number, height: number, rgba: Uint8Array): Uint8Array {
  const out = new Uint8Array(i420SizeBytes(width, height));
  prepareConverter(createPlainFinish(width, height))({ width, height, rgba }, 0, out);
  return out;
}

describe('I420 conversion', () => {
  it.each([
    ['black', [0, 0, 0], [16, 128, 128]],
    ['white', [255, 255, 255], [235, 128, 128]],
    ['red', [255, 0, 0], [63, 102, 240]],
    ['green', [0, 255, 0], [173, 42, 26]],
    ['blue', [0, 0, 255], [32, 240, 118]],
  ] as const)('turns %s into the values of BT.709 in limited range', (_name, rgb, yuv) => {
    const out = convert(4, 2, fill(4, 2, [...rgb]));
    expect([out[0], out[8], out[10]]).toEqual([...yuv]);
  });

  it('gives plain colours back within two steps', () => {
    for (const rgb of [
      [12, 200, 90],
      [250, 120, 10],
      [77, 77, 77],
      [30, 10, 140],
    ] as [number, number, number][]) {
      const back = convertToRgb(convert(6, 4, fill(6, 4, rgb)), 6, 4);
      for (const [index, value] of back.entries()) {
        expect(Math.abs(value - (rgb[index % 3] ?? 0))).toBeLessThanOrEqual(2);
      }
    }
  });

  it('places every pixel where it was', () => {
    const rgba = fill(6, 4, [0, 0, 0]);
    rgba.fill(255, (2 * 6 + 3) * 4, (2 * 6 + 4) * 4);
    const out = convert(6, 4, rgba);
    expect(Array.from(out.subarray(0, 24)).indexOf(235)).toBe(15);
  });
});
