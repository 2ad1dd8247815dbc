// One number a pixel, and the few operations that masks, depth and filled backgrounds are made of.

export interface Plane {
  width: number;
  height: number;
  data: Float32Array;
}

export function makePlane(width: number, height: number): Plane {
  return { width, height, data: new Float32Array(width * height) };
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** Resamples between pixel centres: bilinear when growing, and good enough to halve. */
export function resizePlane(source: Plane, width: number, height: number): Plane {
  if (source.width === width && source.height === height) return source;
  const out = makePlane(width, height);
  const columns = new Int32Array(width);
  const shares = new Float32Array(width);
  for (let x = 0; x < width; x++) {
    const at = clamp(((x + 0.5) * source.width) / width - 0.5, 0, source.width - 1);
    columns[x] = Math.min(Math.floor(at), Math.max(0, source.width - 2));
    shares[x] = source.width > 1 ? at - columns[x] : 0;
  }
  const step = source.width > 1 ? 1 : 0;
  for (let y = 0; y < height; y++) {
    const at = clamp(((y + 0.5) * source.height) / height - 0.5, 0, source.height - 1);
    const row = Math.floor(at);
    const next = Math.min(row + 1, source.height - 1);
    const share = at - row;
    for (let x = 0; x < width; x++) {
      const top = row * source.width + columns[x];
      const bottom = next * source.width + columns[x];
      const a = source.data[top] + (source.data[top + step] - source.data[top]) * shares[x];
      const b = source.data[bottom] + (source.data[bottom + step] - source.data[bottom]) * shares[x];
      out.data[y * width + x] = a + (b - a) * share;
    }
  }
  return out;
}

/** A running mean over `2 * radius + 1` values of `source`, each `stride` apart, from `start`; ends are repeated. */
function blurLine(
  source: Float32Array,
  out: Float32Array,
  line: { start: number; stride: number; count: number },
  radius: number,
) {
  const { start, stride, count } = line;
  const last = count - 1;
  const at = (index: number) => source[start + clamp(index, 0, last) * stride];
  let sum = 0;
  for (let i = -radius; i <= radius; i++) sum += at(i);
  const scale = 1 / (2 * radius + 1);
  for (let i = 0; i < count; i++) {
    out[start + i * stride] = sum * scale;
    sum += at(i + radius + 1) - at(i - radius);
  }
}

/** Mean over a square of `2 * radius + 1` pixels a side. Twice in a row looks much like a Gaussian. */
export function blurPlane(source: Plane, radius: number): Plane {
  const { width, height } = source;
  const whole = Math.max(0, Math.round(radius));
  if (whole === 0) return source;
  const rows = makePlane(width, height);
  for (let y = 0; y < height; y++)
    blurLine(source.data, rows.data, { start: y * width, stride: 1, count: width }, whole);
  const out = makePlane(width, height);
  for (let x = 0; x < width; x++)
    blurLine(rows.data, out.data, { start: x, stride: width, count: height }, whole);
  return out;
}

/** Joins planes of one size pixel by pixel. */
export function mixPlanes(a: Plane, b: Plane, join: (a: number, b: number) => number): Plane {
  const out = makePlane(a.width, a.height);
  for (let i = 0; i < out.data.length; i++) out.data[i] = join(a.data[i], b.data[i]);
  return out;
}

/** Brightness of opaque sRGB pixels, 0 to 1, in the weights of Rec. 709. */
export function readBrightness(picture: { width: number; height: number; rgba: Uint8ClampedArray }): Plane {
  const out = makePlane(picture.width, picture.height);
  const { rgba } = picture;
  for (let i = 0, p = 0; i < out.data.length; i++, p += 4) {
    out.data[i] = (rgba[p] * 0.2126 + rgba[p + 1] * 0.7152 + rgba[p + 2] * 0.0722) / 255;
  }
  return out;
}
