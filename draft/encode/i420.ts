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
  /** Brightness of each 2 x 2 block, 256 is unchanged; row by row. */
  vignette: Uint16Array;
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
    vignette: new Uint16Array((width * height) / 4).fill(256),
    grain: new Int16Array(16),
  };
}

export interface Picture {
  width: number;
  height: number;
  /** RGBA, row by row. */
  rgba: Uint8Array;
}

/** The tone curves with the weight of each channel in the brightness already in them, in 1/256 of a step. */
function weighLuma({ red, green, blue }: PixelFinish): {
  red: Int32Array;
  green: Int32Array;
  blue: Int32Array;
} {
  const weigh = (curve: Uint8Array, weight: number): Int32Array =>
    Int32Array.from(curve, (value) => Math.round(value * weight * 256));
  return { red: weigh(red, 0.182586), green: weigh(green, 0.614231), blue: weigh(blue, 0.062007) };
}

/** Converts one picture into `out`; the same `frameKey` gives the same grain. */
export type I420Converter = (picture: Picture, frameKey: number, out: Uint8Array) => void;

export function prepareConverter(finish: PixelFinish): I420Converter {
  const luma = weighLuma(finish);
  const { vignette, grain } = finish;
  const grainMask = grain.length - 1;
  return ({ width, height, rgba }, frameKey, out) => {
    const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, width * height);
    const { red, green, blue } = luma;
    for (let y = 0; y < height; y += 1) {
      // Each row begins somewhere else in the grain, so that it shows no pattern.
      let noise = Math.imul(frameKey + y, 0x9e3779b1) >>> 8;
      let block = (y >> 1) * (width >> 1);
      const end = (y + 1) * width;
      for (let place = y * width; place < end; place += 2) {
        const shade = vignette[block];
        const left = pixels[place];
        const right = pixels[place + 1];
        const leftLight = red[left & 255] + green[(left >>> 8) & 255] + blue[(left >>> 16) & 255];
        const rightLight = red[right & 255] + green[(right >>> 8) & 255] + blue[(right >>> 16) & 255];
        out[place] = (1081344 + leftLight * shade + (grain[noise & grainMask] << 8)) >> 16;
        out[place + 1] = (1081344 + rightLight * shade + (grain[(noise + 1) & grainMask] << 8)) >> 16;
        noise += 2;
        block += 1;
      }
    }
    convertColors({ width, height, pixels }, finish, out);
  };
}

interface PixelGrid {
  width: number;
  height: number;
  pixels: Uint32Array;
}

/** One colour sample for 2 x 2 pixels: the mean of the four, then the curves. */
function convertColors({ width, height, pixels }: PixelGrid, finish: PixelFinish, out: Uint8Array): void {
  const { red, green, blue, vignette } = finish;
  const saturation = Math.round(finish.saturation * 256);
  const uOffset = width * height;
  const vOffset = uOffset + uOffset / 4;
  let block = 0;
  for (let y = 0; y < height; y += 2) {
    const end = (y + 1) * width;
    for (let place = y * width; place < end; place += 2) {
      const first = pixels[place];
      const second = pixels[place + 1];
      const third = pixels[place + width];
      const fourth = pixels[place + width + 1];
      const r = red[((first & 255) + (second & 255) + (third & 255) + (fourth & 255) + 2) >> 2];
      const g =
        green[
          (((first >>> 8) & 255) +
            ((second >>> 8) & 255) +
            ((third >>> 8) & 255) +
            ((fourth >>> 8) & 255) +
            2) >>
            2
        ];
      const b =
        blue[
          (((first >>> 16) & 255) +
            ((second >>> 16) & 255) +
            ((third >>> 16) & 255) +
            ((fourth >>> 16) & 255) +
            2) >>
            2
        ];
      const strength = (saturation * vignette[block]) >> 8;
      const u = 128 + (((((-6596 * r - 22188 * g + 28784 * b) >> 8) * strength + 32768) >> 16) | 0);
      const v = 128 + (((((28784 * r - 26145 * g - 2639 * b) >> 8) * strength + 32768) >> 16) | 0);
      out[uOffset + block] = clampColor(u);
      out[vOffset + block] = clampColor(v);
      block += 1;
    }
  }
}

function clampColor(value: number): number {
  if (value < 16) return 16;
  return value > 240 ? 240 : value;
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
