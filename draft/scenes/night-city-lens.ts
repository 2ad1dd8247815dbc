// The eye of the night city: metres in, pixels out, one vanishing point. The same lens looks at the world mirrored
// in the wet ground, so that reflections follow the geometry without any trick.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { mixColors, type Rgb, toCss } from '../paint/color.ts';

/** Where the eye is and how it maps. x grows to the right, y up, z into the picture; all in metres. */
export interface Lens {
  centerX: number;
  horizonY: number;
  /** Pixels that a metre covers at a distance of one metre. */
  focal: number;
  eyeX: number;
  eyeY: number;
  eyeZ: number;
  /** -1 draws the world as the ground mirrors it. */
  mirror: 1 | -1;
}

/** Nothing nearer than this is drawn, in metres from the eye. */
export const NEAR_METRES = 0.9;

export function scaleAt(lens: Lens, z: number): number {
  return lens.focal / Math.max(NEAR_METRES, z - lens.eyeZ);
}

export function toScreenX(lens: Lens, x: number, z: number): number {
  return lens.centerX + (x - lens.eyeX) * scaleAt(lens, z);
}

export function toScreenY(lens: Lens, y: number, z: number): number {
  return lens.horizonY - (lens.mirror * y - lens.eyeY) * scaleAt(lens, z);
}

/** A rectangle that faces the street: fixed x, from `near` to `far`, from `low` to `high`. */
export interface WallArea {
  x: number;
  near: number;
  far: number;
  low: number;
  high: number;
}

/** Adds a wall rectangle to the current path; nothing when it lies behind the eye. */
export function traceWall(context: SKRSContext2D, lens: Lens, area: WallArea): void {
  const { x, low, high } = area;
  if (area.far <= lens.eyeZ + NEAR_METRES) return;
  const near = Math.max(area.near, lens.eyeZ + NEAR_METRES);
  const nearX = toScreenX(lens, x, near);
  const farX = toScreenX(lens, x, area.far);
  context.moveTo(nearX, toScreenY(lens, low, near));
  context.lineTo(nearX, toScreenY(lens, high, near));
  context.lineTo(farX, toScreenY(lens, high, area.far));
  context.lineTo(farX, toScreenY(lens, low, area.far));
  context.closePath();
}

/** A part of a wall rectangle, in shares of its length (0 is near) and height (0 is low). */
export function partOfWall(
  area: WallArea,
  along: readonly [number, number],
  up: readonly [number, number],
): WallArea {
  const length = area.far - area.near;
  const height = area.high - area.low;
  return {
    x: area.x,
    near: area.near + length * along[0],
    far: area.near + length * along[1],
    low: area.low + height * up[0],
    high: area.low + height * up[1],
  };
}

/** A rectangle that faces the eye. */
export interface BoardArea {
  z: number;
  left: number;
  right: number;
  low: number;
  high: number;
}

export function traceBoard(
  context: SKRSContext2D,
  lens: Lens,
  { z, left, right, low, high }: BoardArea,
): void {
  if (z <= lens.eyeZ + NEAR_METRES) return;
  const x = toScreenX(lens, left, z);
  const top = toScreenY(lens, high, z);
  context.rect(x, top, toScreenX(lens, right, z) - x, toScreenY(lens, low, z) - top);
}

/** A rectangle on the ground (or at a height above it). */
export interface FloorArea {
  left: number;
  right: number;
  near: number;
  far: number;
  y: number;
}

export function traceFloor(
  context: SKRSContext2D,
  lens: Lens,
  { left, right, near, far, y }: FloorArea,
): void {
  const start = Math.max(near, lens.eyeZ + NEAR_METRES);
  if (far <= start) return;
  const nearY = toScreenY(lens, y, start);
  const farY = toScreenY(lens, y, far);
  context.moveTo(toScreenX(lens, left, start), nearY);
  context.lineTo(toScreenX(lens, right, start), nearY);
  context.lineTo(toScreenX(lens, right, far), farY);
  context.lineTo(toScreenX(lens, left, far), farY);
  context.closePath();
}

/** Air with light in it: how far a colour has gone over into the haze at a distance. */
export interface Haze {
  color: Rgb;
  /** Metres after which two thirds of a colour are gone. */
  depth: number;
}

export function hazeShare(haze: Haze, metres: number): number {
  return 1 - Math.exp(-Math.max(0, metres) / haze.depth);
}

export function inHaze(color: Rgb, haze: Haze, metres: number): Rgb {
  return mixColors(color, haze.color, hazeShare(haze, metres));
}

export function hazedCss(color: Rgb, haze: Haze, metres: number): string {
  return toCss(inHaze(color, haze, metres));
}
