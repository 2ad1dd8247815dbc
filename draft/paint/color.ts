// Colours as three plain numbers: the pixel painters compute with them, the canvas takes them as CSS text.

/** Red, green, blue in 0..255. */
export type Rgb = readonly [number, number, number];

/** Reads `#rgb` or `#rrggbb`; anything else comes out as middle grey, since a colour is never worth an error. */
export function parseColor(hex: string): Rgb {
  const digits = hex.replace('#', '');
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits;
  const value = /^[0-9a-f]{6}$/i.test(full) ? Number.parseInt(full, 16) : 0x808080;
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** `share` 0 gives `from`, 1 gives `to`. */
export function mixColors(from: Rgb, to: Rgb, share: number): Rgb {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/** Multiplies all channels; above 1 it brightens and stops at white. */
export function scaleColor(color: Rgb, factor: number): Rgb {
  return [
    Math.min(255, color[0] * factor),
    Math.min(255, color[1] * factor),
    Math.min(255, color[2] * factor),
  ];
}

/** 0 gives grey of the same brightness, 1 the colour, more a stronger one. */
export function saturateColor(color: Rgb, amount: number): Rgb {
  const grey = color[0] * 0.3 + color[1] * 0.59 + color[2] * 0.11;
  const channel = (value: number): number => Math.min(255, Math.max(0, grey + (value - grey) * amount));
  return [channel(color[0]), channel(color[1]), channel(color[2])];
}

/** CSS text of a colour. */
export function toCss(color: Rgb, alpha = 1): string {
  const whole = (value: number): number => Math.round(Math.min(255, Math.max(0, value)));
  return `rgba(${whole(color[0])},${whole(color[1])},${whole(color[2])},${Math.min(1, Math.max(0, alpha)).toFixed(4)})`;
}

/** One pixel of a little-endian RGBA picture; the channels are cut off, not wrapped. */
export function packPixel(red: number, green: number, blue: number, alpha = 255): number {
  const r = Math.min(255, Math.max(0, red));
  const g = Math.min(255, Math.max(0, green));
  const b = Math.min(255, Math.max(0, blue));
  const a = Math.min(255, Math.max(0, alpha));
  return ((a << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** An opaque pixel put behind one that may be half clear: what a soft edge over something farther off comes to. */
export function putBehind(front: number, back: number): number {
  const cover = (front >>> 24) / 255;
  if (cover === 0) return back;
  const mix = (shift: number): number =>
    ((front >>> shift) & 255) * cover + ((back >>> shift) & 255) * (1 - cover);
  return packPixel(mix(0), mix(8), mix(16));
}

/** Evenly spaced colours as a table of `size` x 3 numbers, for painters that look a colour up per pixel. */
export function createRamp(colors: readonly Rgb[], size: number): Float32Array {
  const ramp = new Float32Array(size * 3);
  for (let index = 0; index < size; index++) {
    const position = (index / Math.max(1, size - 1)) * (colors.length - 1);
    const left = Math.min(colors.length - 2, Math.floor(position));
    const share = position - left;
    const color = mixColors(colors[left], colors[left + 1], share * share * (3 - 2 * share));
    ramp.set(color, index * 3);
  }
  return ramp;
}
