// From drawn pixels to what video encoders take, and back: BT.709, limited range, one colour sample per 2 x 2
// pixels. On the way out the cheap parts of the finish (grade, vignette, grain) are done in the same pass, since
// each pixel is in hand anyway.

/** What happens to pixels while they are converted. */
export interface PixelFinish {
  /** Tone curve of each channel, 256 entries. */
  red: Uint8Array;
  green: Uint8Array;
  blue: Uint8Array;
  /** Scale of the colour samples; 1 leaves colours alone. */
  saturation: number;
  /** Brightness of each pixel, 255 is unchanged; row by row. */
  vignette: Uint8Array;
  /** Noise to add to the brightness, in 1/256 of a step. Its length is a power of two. */
  grain: Int16Array;
}

/** Bytes of one frame. Width and height are even. */
export function i420SizeBytes(width: number, height: number): number {
  return (width * height * 3) / 2;
}

/** Pixels without any change of their own: plain conversion. */
export function createPlainFinish(width: number, height: number): PixelFinish {
  const identity = Uint8Array.from({ length: 256 }, (_, value) => value);
  return {
    red: identity,
    green: identity,
    blue: identity,
    saturation: 1,
    vignette: new Uint8Array(width * height).fill(255),
    grain: new Int16Array(16),
  };
}

export interface Picture {
  width: number;
  height: number;
  /** RGBA, row by row. */
  rgba: Uint8Array;
}

/**
 * Converts one picture into `out`. `frameKey` picks where in the grain each row begins; the same key gives the
 * same grain.
 */
export function convertToI420(
  picture: Picture,
  finish: PixelFinish,
  frameKey: number,
  out: Uint8Array,
): void {
  const { width, height, rgba } = picture;
  const { red, green, blue, vignette, grain } = finish;
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, width * height);
  const grainMask = grain.length - 1;
  const chroma = Math.round(finish.saturation * 256);
  const uOffset = width * height;
  const vOffset = uOffset + uOffset / 4;
  let chromaIndex = 0;
  for (let y = 0; y < height; y += 2) {
    let top = y * width;
    let bottom = top + width;
    let grainTop = Math.imul(frameKey + y, 0x9e3779b1) >>> 7;
    let grainBottom = Math.imul(frameKey + y + 1, 0x9e3779b1) >>> 7;
    for (let x = 0; x < width; x += 2) {
      let sumRed = 0;
      let sumGreen = 0;
      let sumBlue = 0;
      const shade = vignette[top] + 1;
      for (let half = 0; half < 2; half += 1) {
        const upper = pixels[top];
        const upperRed = red[upper & 255];
        const upperGreen = green[(upper >>> 8) & 255];
        const upperBlue = blue[(upper >>> 16) & 255];
        const upperLight = (11966 * upperRed + 40254 * upperGreen + 4064 * upperBlue) >> 8;
        out[top] = (1081344 + upperLight * shade + (grain[grainTop & grainMask] << 8)) >> 16;
        const lower = pixels[bottom];
        const lowerRed = red[lower & 255];
        const lowerGreen = green[(lower >>> 8) & 255];
        const lowerBlue = blue[(lower >>> 16) & 255];
        const lowerLight = (11966 * lowerRed + 40254 * lowerGreen + 4064 * lowerBlue) >> 8;
        out[bottom] = (1081344 + lowerLight * shade + (grain[grainBottom & grainMask] << 8)) >> 16;
        sumRed += upperRed + lowerRed;
        sumGreen += upperGreen + lowerGreen;
        sumBlue += upperBlue + lowerBlue;
        top += 1;
        bottom += 1;
        grainTop += 1;
        grainBottom += 1;
      }
      const strength = (chroma * shade) >> 8;
      const cb = (-6596 * sumRed - 22189 * sumGreen + 28785 * sumBlue) >> 10;
      const cr = (28785 * sumRed - 26145 * sumGreen - 2640 * sumBlue) >> 10;
      out[uOffset + chromaIndex] = clampChroma(128.5 + (cb * strength) / 65536);
      out[vOffset + chromaIndex] = clampChroma(128.5 + (cr * strength) / 65536);
      chromaIndex += 1;
    }
  }
}

function clampChroma(value: number): number {
  if (value < 16) return 16;
  return value > 240 ? 240 : value | 0;
}

/** The pixels a player shows for a frame: the nearest colour sample, as ffmpeg does it without asking for more. */
export function convertToRgb(i420: Uint8Array, width: number, height: number): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  const uOffset = width * height;
  const vOffset = uOffset + uOffset / 4;
  let target = 0;
  for (let y = 0; y < height; y += 1) {
    const chromaRow = (y >> 1) * (width >> 1);
    for (let x = 0; x < width; x += 1) {
      const luma = 1.164384 * (i420[y * width + x] - 16);
      const u = i420[uOffset + chromaRow + (x >> 1)] - 128;
      const v = i420[vOffset + chromaRow + (x >> 1)] - 128;
      rgb[target] = clampByte(luma + 1.792741 * v);
      rgb[target + 1] = clampByte(luma - 0.213249 * u - 0.532909 * v);
      rgb[target + 2] = clampByte(luma + 2.112402 * u);
      target += 3;
    }
  }
  return rgb;
}

function clampByte(value: number): number {
  if (value <= 0) return 0;
  return value >= 255 ? 255 : Math.round(value);
}
