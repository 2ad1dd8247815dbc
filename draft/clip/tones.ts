// Gives one picture the colours of another: the mean and the spread of its light and of its two colour differences (after
// Reinhard and others, 2001, in YCbCr for speed).

/** Mean and spread of light, blueness and redness. */
export interface Tones {
  means: readonly [number, number, number];
  spreads: readonly [number, number, number];
}

/** So many pixels say what the tones of a picture are. */
const SAMPLES = 20_000;

function toTones(red: number, green: number, blue: number): [number, number, number] {
  const light = red * 0.299 + green * 0.587 + blue * 0.114;
  return [light, blue - light, red - light];
}

export function readTones(rgba: Uint8ClampedArray): Tones {
  const sums = [0, 0, 0];
  const squares = [0, 0, 0];
  const pixels = rgba.length / 4;
  const step = Math.max(1, Math.floor(pixels / SAMPLES));
  let count = 0;
  for (let pixel = 0; pixel < pixels; pixel += step) {
    const tones = toTones(rgba[pixel * 4]!, rgba[pixel * 4 + 1]!, rgba[pixel * 4 + 2]!);
    for (const [index, tone] of tones.entries()) {
      sums[index]! += tone;
      squares[index]! += tone * tone;
    }
    count += 1;
  }
  const mean = (index: number): number => sums[index]! / count;
  const spread = (index: number): number =>
    Math.sqrt(Math.max(1, squares[index]! / count - mean(index) ** 2));
  return { means: [mean(0), mean(1), mean(2)], spreads: [spread(0), spread(1), spread(2)] };
}

/** How much of the light stays the picture's own: colours may change as a whole, faces have to stay readable. */
const OWN_LIGHT = 0.55;

/** The picture in the tones of another. */
export function withTones(rgba: Uint8ClampedArray, { means, spreads }: Tones): Uint8ClampedArray {
  const own = readTones(rgba);
  const scale = (index: 0 | 1 | 2): number => Math.min(2, Math.max(0.5, spreads[index] / own.spreads[index]));
  const [lightScale, blueScale, redScale] = [scale(0), scale(1), scale(2)];
  const out = new Uint8ClampedArray(rgba.length);
  for (let at = 0; at < rgba.length; at += 4) {
    const [light, blue, red] = toTones(rgba[at]!, rgba[at + 1]!, rgba[at + 2]!);
    const asked = (light - own.means[0]) * lightScale + means[0];
    const newLight = light * OWN_LIGHT + asked * (1 - OWN_LIGHT);
    const newBlue = (blue - own.means[1]) * blueScale + means[1];
    const newRed = (red - own.means[2]) * redScale + means[2];
    out[at] = newLight + newRed;
    out[at + 1] = newLight - (newRed * 0.299 + newBlue * 0.114) / 0.587;
    out[at + 2] = newLight + newBlue;
    out[at + 3] = 255;
  }
  return out;
}
