// The pixel part of the finish for a still: grade, vignette and grain on RGB, where a video frame gets them on its way to
// the encoder (encode/i420.ts). A still keeps its full colour resolution.
import type { Picture, PixelFinish } from '../encode/i420.ts';

/** The finished pixels of a picture as RGB; the same key gives the same grain. */
export function developPicture(
  { width, height, rgba }: Picture,
  finish: PixelFinish,
  grainKey: number,
): Uint8ClampedArray {
  const { red, green, blue, saturation, vignette, grain } = finish;
  const grainMask = grain.length - 1;
  const out = new Uint8ClampedArray(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    // Each row begins somewhere else in the grain, so that it shows no pattern.
    let noise = Math.imul(grainKey + y, 0x9e3779b1) >>> 8;
    const blockRow = (y >> 1) * (width >> 1);
    for (let x = 0; x < width; x += 1) {
      const from = (y * width + x) * 4;
      const to = (y * width + x) * 3;
      const r = red[rgba[from]];
      const g = green[rgba[from + 1]];
      const b = blue[rgba[from + 2]];
      // The weights of BT.709, as the conversion of video has them.
      const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      const shade = vignette[blockRow + (x >> 1)] / 256;
      const speck = grain[noise & grainMask] / 256;
      out[to] = (light + (r - light) * saturation) * shade + speck;
      out[to + 1] = (light + (g - light) * saturation) * shade + speck;
      out[to + 2] = (light + (b - light) * saturation) * shade + speck;
      noise += 1;
    }
  }
  return out;
}
