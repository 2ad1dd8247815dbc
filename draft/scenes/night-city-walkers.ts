// Draws the people of the night city: coats, legs and umbrellas, with a rim of light from the shops.
import { mixColors, type Rgb, scaleColor, toCss } from '../paint/color.ts';
import { type Haze, hazeShare, NEAR_METRES, scaleAt, toScreenX, toScreenY } from './night-city-lens.ts';
import type { Pass } from './night-city-pass.ts';
import type { Walker } from './night-city-traffic.ts';

export function paintWalker(pass: Pass, walker: Walker, haze: Haze): void {
  const { context, lens, timeSeconds } = pass;
  const z = walker.startZ + walker.speed * timeSeconds;
  const metres = z - lens.eyeZ;
  // Nobody makes out a far walker in the wet road.
  if (metres <= NEAR_METRES * 2 || (!pass.detailed && metres > 30)) return;
  const scale = scaleAt(lens, z) * walker.height;
  const fade = hazeShare(haze, metres) * 0.85;
  const tone = (color: Rgb): string => toCss(mixColors(color, haze.color, fade));
  const stride = Math.sin(timeSeconds * 5.2 * Math.abs(walker.speed) + walker.phase);
  context.save();
  context.translate(toScreenX(lens, walker.x, z), toScreenY(lens, 0, z));
  context.scale(scale, -scale * lens.mirror);
  context.translate(0, Math.abs(stride) * 0.012);
  context.fillStyle = tone(scaleColor(walker.coat, 0.7));
  context.beginPath();
  for (const leg of [1, -1]) {
    const swing = stride * leg;
    context.roundRect(leg * 0.055 - 0.042 + swing * 0.012, Math.max(0, swing) * 0.05, 0.085, 0.42, 0.03);
  }
  context.fill();
  context.fillStyle = tone(walker.coat);
  context.beginPath();
  context.moveTo(-0.15, 0.3);
  context.quadraticCurveTo(-0.1, 0.5, -0.098, 0.6);
  context.quadraticCurveTo(-0.122, 0.72, -0.118, 0.77);
  context.quadraticCurveTo(-0.11, 0.825, -0.035, 0.838);
  context.lineTo(-0.03, 0.87);
  context.lineTo(0.03, 0.87);
  context.lineTo(0.035, 0.838);
  context.quadraticCurveTo(0.11, 0.825, 0.118, 0.77);
  context.quadraticCurveTo(0.122, 0.72, 0.098, 0.6);
  context.quadraticCurveTo(0.1, 0.5, 0.15, 0.3);
  context.quadraticCurveTo(0, 0.27, -0.15, 0.3);
  context.ellipse(0, 0.925, 0.054, 0.068, 0, 0, Math.PI * 2);
  context.fill();
  // The arms: one swings, the other holds the umbrella, or swings against the first.
  context.strokeStyle = tone(scaleColor(walker.coat, 0.85));
  context.lineWidth = 0.05;
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(-0.1, 0.77);
  context.quadraticCurveTo(-0.15, 0.62, -0.13 - stride * 0.02, 0.47);
  context.moveTo(0.1, 0.77);
  if (walker.umbrella) context.quadraticCurveTo(0.15, 0.66, 0.065, 0.68);
  else context.quadraticCurveTo(0.15, 0.62, 0.13 - stride * 0.02, 0.47);
  context.stroke();
  context.lineCap = 'butt';
  // Light from the shops on one side of the coat.
  context.strokeStyle = toCss(mixColors(walker.rim, haze.color, fade), 0.75);
  context.lineWidth = 0.014;
  const lit = walker.x < 0 ? 1 : -1;
  context.beginPath();
  context.moveTo(lit * 0.147, 0.31);
  context.quadraticCurveTo(lit * 0.1, 0.5, lit * 0.097, 0.6);
  context.quadraticCurveTo(lit * 0.12, 0.72, lit * 0.116, 0.77);
  context.quadraticCurveTo(lit * 0.108, 0.822, lit * 0.045, 0.834);
  context.stroke();
  if (walker.umbrella)
    paintUmbrella(pass, mixColors(walker.umbrella, haze.color, fade), Math.sin(timeSeconds + walker.phase));
  context.restore();
}

/** In shares of the walker's height, y upwards. */
function paintUmbrella({ context }: Pass, color: Rgb, sway: number): void {
  context.rotate(sway * 0.03);
  context.strokeStyle = 'rgba(12,10,20,0.9)';
  context.lineWidth = 0.016;
  context.beginPath();
  context.moveTo(0.06, 0.62);
  context.lineTo(0.03, 1.24);
  context.stroke();
  const dome = (): void => {
    context.beginPath();
    context.moveTo(-0.37, 0.98);
    context.bezierCurveTo(-0.3, 1.2, -0.12, 1.27, 0.03, 1.27);
    context.bezierCurveTo(0.18, 1.27, 0.36, 1.2, 0.43, 0.98);
    for (let rib = 0; rib < 4; rib += 1) {
      const right = 0.43 - rib * 0.2;
      context.quadraticCurveTo(right - 0.1, 1.045, right - 0.2, 0.98);
    }
    context.closePath();
  };
  const fill = context.createLinearGradient(-0.37, 0, 0.43, 0);
  fill.addColorStop(0, toCss(scaleColor(color, 0.42)));
  fill.addColorStop(0.6, toCss(scaleColor(color, 0.72)));
  fill.addColorStop(1, toCss(scaleColor(color, 0.5)));
  context.fillStyle = fill;
  dome();
  context.fill();
  context.strokeStyle = toCss(scaleColor(color, 0.34));
  context.lineWidth = 0.01;
  context.beginPath();
  for (const foot of [-0.17, 0.03, 0.23]) {
    context.moveTo(0.03, 1.27);
    context.quadraticCurveTo((foot + 0.03) / 2 + (foot - 0.03) * 0.35, 1.16, foot, 0.98);
  }
  context.stroke();
}
