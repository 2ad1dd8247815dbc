// Finds what stands before an even background, for pictures without a person: everything that the edge of the picture
// reaches through colours like its own is background.
import type { Photo } from '../photo/photo.ts';

/** Squared distance in colour up to which a pixel belongs to the background, and up to which it is an edge. */
const NEAR = 24 ** 2;
const FAR = 54 ** 2;
/** Less or more than this share of a picture is no background, or nothing before it. */
const SHARE_MIN = 0.06;
const SHARE_MAX = 0.97;

function distance(rgba: Uint8ClampedArray, one: number, other: number): number {
  const red = rgba[one * 4] - rgba[other * 4];
  const green = rgba[one * 4 + 1] - rgba[other * 4 + 1];
  const blue = rgba[one * 4 + 2] - rgba[other * 4 + 2];
  return red * red + green * green + blue * blue;
}

/** A background is even when at least this share of the picture's edge has nearly one colour. */
const EVEN_SHARE = 0.75;

/** The places of all pixels of the edge. */
function listEdge({ width, height }: Photo): number[] {
  const edge: number[] = [];
  for (let x = 0; x < width; x += 1) edge.push(x, (height - 1) * width + x);
  for (let y = 1; y < height - 1; y += 1) edge.push(y * width, y * width + width - 1);
  return edge;
}

/** Those pixels of the edge that have its usual colour: the one in the middle of each channel. */
function listEvenEdge(photo: Photo): number[] {
  const edge = listEdge(photo);
  const { rgba } = photo;
  const middle = [0, 1, 2].map((channel) => {
    const values = edge.map((at) => rgba[at * 4 + channel]).sort((one, other) => one - other);
    return values[values.length >> 1];
  });
  return edge.filter((at) => {
    const gaps = middle.map((value, channel) => (rgba[at * 4 + channel] - value) ** 2);
    return gaps[0] + gaps[1] + gaps[2] < FAR;
  });
}

/** Marks what is reached from the edge; each pixel is compared with the one of the edge that its way began at. */
function floodFromEdge(
  { width, height, rgba }: Photo,
  edge: readonly number[],
): { seeds: Int32Array; reached: number } {
  const seeds = new Int32Array(width * height).fill(-1);
  const queue = new Int32Array(width * height);
  let filled = 0;
  const add = (at: number, seed: number): void => {
    if (seeds[at] >= 0 || distance(rgba, at, seed) > NEAR) return;
    seeds[at] = seed;
    queue[filled] = at;
    filled += 1;
  };
  for (const at of edge) add(at, at);
  for (let next = 0; next < filled; next += 1) {
    const at = queue[next];
    const x = at % width;
    if (x > 0) add(at - 1, seeds[at]);
    if (x < width - 1) add(at + 1, seeds[at]);
    if (at >= width) add(at - width, seeds[at]);
    if (at < width * (height - 1)) add(at + width, seeds[at]);
  }
  return { seeds, reached: filled };
}

/** Alpha of what stands before the background, one byte a pixel; undefined where no even background is seen. */
export function findForeground(photo: Photo): Uint8Array | undefined {
  const { width, height, rgba } = photo;
  const edge = listEvenEdge(photo);
  if (edge.length < EVEN_SHARE * 2 * (width + height - 2)) return undefined;
  const { seeds, reached } = floodFromEdge(photo, edge);
  const share = reached / (width * height);
  if (share < SHARE_MIN || share > SHARE_MAX) return undefined;
  const mask = new Uint8Array(width * height);
  for (let at = 0; at < mask.length; at += 1) {
    if (seeds[at] >= 0) continue;
    // A pixel next to the background may be half of it: as opaque as its colour is far from the neighbour's.
    const beside = [at - 1, at + 1, at - width, at + width].find((near) => (seeds[near] ?? -1) >= 0);
    const gap = beside === undefined ? FAR : distance(rgba, at, beside);
    mask[at] = Math.round(255 * Math.min(1, gap / FAR));
  }
  return mask;
}
