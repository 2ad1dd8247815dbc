// What the parts of a bust are painted with: who sits, in which light, and soft fills.
import type { Path2D, SKRSContext2D } from '@napi-rs/canvas';
import { type Rgb, toCss } from '../color.ts';

/** What is known of the person; the rest comes from the chance of the seed. */
export interface Sitter {
  isWoman: boolean;
  isChild: boolean;
  isOld: boolean;
  skin: Rgb;
  hair: Rgb;
  clothes: Rgb;
  iris: Rgb;
}

export interface BustLight {
  /** The side that the light comes from: -1 left, 1 right. */
  side: number;
  key: Rgb;
  shade: Rgb;
}

export interface Brush {
  context: SKRSContext2D;
  sitter: Sitter;
  light: BustLight;
  /** Pixels a unit; a blur is given in units. */
  scale: number;
}

export function lit({ light }: Brush, albedo: Rgb, amount: number): Rgb {
  const factor = (index: 0 | 1 | 2): number =>
    (albedo[index] * (light.shade[index] * (1 - amount) + light.key[index] * amount)) / 255;
  return [factor(0), factor(1), factor(2)];
}

/** Soft light and shadow over a form: dark on one side, bright on the other. */
export function fillForm(
  brush: Brush,
  shape: Path2D,
  albedo: Rgb,
  { from, to }: { from: number; to: number },
): void {
  const { context, light } = brush;
  const [dark, bright] = light.side > 0 ? [from, to] : [to, from];
  const across = context.createLinearGradient(dark, 0, bright, 0);
  across.addColorStop(0, toCss(lit(brush, albedo, 0.12)));
  across.addColorStop(0.34, toCss(lit(brush, albedo, 0.5)));
  across.addColorStop(0.7, toCss(lit(brush, albedo, 0.92)));
  across.addColorStop(1, toCss(lit(brush, albedo, 0.8)));
  context.fillStyle = across;
  context.fill(shape);
}

/** A blurred patch of colour: a cheek, a shadow under a lip. */
export function dab(brush: Brush, shape: Path2D, color: string, blur: number): void {
  const { context, scale } = brush;
  context.save();
  context.filter = `blur(${Math.max(0.5, blur * scale)}px)`;
  context.fillStyle = color;
  context.fill(shape);
  context.restore();
}
