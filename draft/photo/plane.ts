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

/** Running means along each row; the ends are repeated. */
function blurRows({ width, height, data }: Plane, radius: number): Plane {
  const out = makePlane(width, height);
  const scale = 1 / (2 * radius + 1);
  const last = width - 1;
  for (let start = 0; start < data.length; start += width) {
    let sum = 0;
    for (let i = -radius; i <= radius; i++) sum += data[start + clamp(i, 0, last)];
    for (let x = 0; x < width; x++) {
      out.data[start + x] = sum * scale;
      sum += data[start + Math.min(x + radius + 1, last)] - data[start + Math.max(x - radius, 0)];
    }
  }
  return out;
}

/** Running means along each column, a whole row of them at a time: memory is read in its own order. */
function blurColumns({ width, height, data }: Plane, radius: number): Plane {
  const out = makePlane(width, height);
  const scale = 1 / (2 * radius + 1);
  const last = height - 1;
  const sums = new Float64Array(width);
  for (let i = -radius; i <= radius; i++) {
    const row = clamp(i, 0, last) * width;
    for (let x = 0; x < width; x++) sums[x] += data[row + x];
  }
  for (let y = 0; y < height; y++) {
    const entering = Math.min(y + radius + 1, last) * width;
    const leaving = Math.max(y - radius, 0) * width;
    for (let x = 0; x < width; x++) {
      out.data[y * width + x] = sums[x] * scale;
      sums[x] += data[entering + x] - data[leaving + x];
    }
  }
  return out;
}

/** Mean over a square of `2 * radius + 1` pixels a side. Twice in a row looks much like a Gaussian. */
export function blurPlane(source: Plane, radius: number): Plane {
  const whole = Math.max(0, Math.round(radius));
  return whole === 0 ? source : blurColumns(blurRows(source, whole), whole);
}

/** {@link blurPlane} twice for wide radii, on a smaller plane: as soft, and several times cheaper. */
export function blurWide(source: Plane, radius: number): Plane {
  const shrink = clamp(Math.floor(radius / 3), 1, 6);
  const width = Math.max(1, Math.round(source.width / shrink));
  const height = Math.max(1, Math.round(source.height / shrink));
  const small = resizePlane(source, width, height);
  const soft = blurPlane(blurPlane(small, radius / shrink / 1.4), radius / shrink / 1.4);
  return resizePlane(soft, source.width, source.height);
}

/** Bytes as parts: 255 is 1. A plain loop, since `from` with a function walks an iterator and costs ten times that. */
export function fromBytes(bytes: Uint8Array, size: { width: number; height: number }): Plane {
  const out = makePlane(size.width, size.height);
  for (let i = 0; i < bytes.length; i++) out.data[i] = bytes[i] / 255;
  return out;
}

/** Parts as bytes: 1 is 255. */
export function toBytes(plane: Plane): Uint8Array {
  const out = new Uint8Array(plane.data.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.round(clamp(plane.data[i], 0, 1) * 255);
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
