// A guess at how near each pixel is, good enough for a gentle camera move: no model that ships with a package gives a
// real one. Lower is nearer, sharp and lively areas are nearer than flat ones, people are nearest.
import {
  blurPlane,
  clamp,
  fromBytes,
  makePlane,
  mixPlanes,
  type Plane,
  readBrightness,
  resizePlane,
} from './plane.ts';

/** Side that the guess is made at, in pixels; depth is smooth, so more would only cost time. */
const WORKING_SIDE = 160;

/** How much happens around each pixel: smoothed difference of brightness to its surroundings, 0 to 1. */
function measureDetail(brightness: Plane): Plane {
  const around = blurPlane(brightness, 4);
  const detail = mixPlanes(brightness, around, (a, b) => Math.abs(a - b));
  const soft = blurPlane(blurPlane(detail, 8), 8);
  const most = soft.data.reduce((high, value) => Math.max(high, value), 1e-4);
  for (let i = 0; i < soft.data.length; i++) soft.data[i] = soft.data[i] / most;
  return soft;
}

/** Nearness of each pixel at the picture's own size, 0 far to 1 near. */
export function guessDepth(
  picture: { width: number; height: number; rgba: Uint8ClampedArray },
  mask?: Uint8Array,
): Plane {
  const scale = WORKING_SIDE / Math.max(picture.width, picture.height);
  const width = Math.max(2, Math.round(picture.width * scale));
  const height = Math.max(2, Math.round(picture.height * scale));
  const detail = measureDetail(resizePlane(readBrightness(picture), width, height));
  const depth = makePlane(width, height);
  for (let i = 0; i < depth.data.length; i++) {
    const down = Math.floor(i / width) / (height - 1);
    depth.data[i] = clamp(0.1 + 0.5 * down * down + 0.4 * detail.data[i], 0, 1);
  }
  if (mask !== undefined) {
    const people = resizePlane(fromBytes(mask, picture), width, height);
    // A person swells towards the middle of the body and falls off a little beyond the outline: the warp stretches the
    // background there and never tears.
    const body = blurPlane(blurPlane(people, 5), 5);
    for (let i = 0; i < depth.data.length; i++) {
      const near = Math.max(people.data[i] * 0.72, body.data[i] * 0.92);
      depth.data[i] = Math.max(depth.data[i], near);
    }
  }
  return resizePlane(blurPlane(depth, 1), picture.width, picture.height);
}
