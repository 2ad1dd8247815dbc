// The light in a room: what falls through its window, the glow of its lamps, the fire in its fireplace.
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Atmosphere } from '../paint/atmosphere.ts';
import type { Frame } from '../paint/camera.ts';
import { toCss } from '../paint/color.ts';
import { createGlow } from '../paint/field.ts';
import type { Setting } from '../plan/plan.ts';
import type { Stage } from '../stage.ts';

/** From the middle, away from the window, as a share of the width. */
export const FIREPLACE_AT = 0.08;

/** A room as it is planned, before anything of it is drawn. */
export interface Room {
  stage: Stage;
  frame: Frame;
  atmosphere: Atmosphere;
  kind: Setting | undefined;
  lampsOn: boolean;
  lightSide: number;
  /** Left, top, width and height of the window, in pixels. */
  window: readonly [number, number, number, number];
}

/** Light that falls through the window onto the floor, and the glow of lamps in the evening. */
export function prepareGlow(room: Room): (context: SKRSContext2D, seconds: number) => void {
  const { frame, atmosphere, window, lampsOn, lightSide, kind } = room;
  const [x, y, width, height] = window;
  const warm = createGlow([255, 186, 104], 256, 0.16);
  const sunny = lampsOn ? 0 : 0.34 * atmosphere.sunStrength + 0.06;
  const spots: [number, number, number][] =
    kind === 'kitchen'
      ? [-0.06, 0.16].map((share) => [
          frame.centerX - share * frame.width * lightSide,
          frame.unit * 0.19,
          0.8,
        ])
      : [
          [
            frame.centerX + (kind === 'library' ? 0.36 : -0.44) * frame.width * lightSide,
            frame.horizonY - frame.unit * 0.36,
            0.95,
          ],
        ];
  if (kind === 'fireplace')
    spots.push([
      frame.centerX + -FIREPLACE_AT * frame.width * lightSide,
      frame.horizonY - frame.unit * 0.06,
      1,
    ]);
  return (context, seconds) => {
    context.save();
    context.globalCompositeOperation = 'lighter';
    if (sunny > 0) {
      const slant = -lightSide * frame.unit * 0.24;
      const beam = context.createLinearGradient(x, y, x + slant, frame.height);
      beam.addColorStop(0, toCss(atmosphere.direct, sunny * 0.3));
      beam.addColorStop(1, toCss(atmosphere.direct, 0));
      context.fillStyle = beam;
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x + width, y);
      context.lineTo(x + width, y + height);
      context.lineTo(x + width + slant, frame.height * 1.05);
      context.lineTo(x + slant * 1.3, frame.height * 1.05);
      context.lineTo(x, y + height * 0.5);
      context.fill();
      context.fillStyle = toCss(atmosphere.direct, sunny * 0.7);
      context.beginPath();
      context.moveTo(x + slant * 0.5, frame.horizonY + frame.unit * 0.06);
      context.lineTo(x + width * 0.9 + slant * 0.5, frame.horizonY + frame.unit * 0.06);
      context.lineTo(x + width * 0.95 + slant * 1.1, frame.height * 0.96);
      context.lineTo(x + slant * 1.3, frame.height * 0.96);
      context.fill();
    }
    if (lampsOn || kind === 'fireplace') {
      spots.forEach(([spotX, spotY, size], index) => {
        const flicker =
          kind === 'fireplace' && index === spots.length - 1
            ? 0.85 + 0.15 * Math.sin(seconds * 11) * Math.sin(seconds * 7.3)
            : 1;
        context.globalAlpha = (lampsOn ? 0.72 : 0.4) * flicker;
        const side = frame.unit * size;
        context.drawImage(warm, spotX - side / 2, spotY - side / 2, side, side);
      });
    }
    context.restore();
  };
}

/** Flames in the fireplace; nothing in other rooms. */
export function prepareFire({
  frame,
  lightSide,
  kind,
}: Room): (context: SKRSContext2D, seconds: number) => void {
  if (kind !== 'fireplace') return () => undefined;
  const x = frame.centerX + -FIREPLACE_AT * frame.width * lightSide;
  const y = frame.horizonY - frame.unit * 0.005;
  return (context, seconds) => {
    context.save();
    context.globalCompositeOperation = 'lighter';
    for (let flame = 0; flame < 9; flame += 1) {
      const sway = Math.sin(seconds * (5 + flame * 0.7) + flame * 2);
      const height = frame.unit * (0.07 + 0.06 * Math.abs(Math.sin(seconds * (3 + flame * 0.4) + flame)));
      const left = x + (flame - 4) * frame.unit * 0.018;
      const fire = context.createLinearGradient(0, y, 0, y - height);
      fire.addColorStop(0, 'rgba(255,236,160,0.8)');
      fire.addColorStop(0.4, 'rgba(255,140,40,0.6)');
      fire.addColorStop(1, 'rgba(220,50,10,0)');
      context.fillStyle = fire;
      context.beginPath();
      context.moveTo(left - frame.unit * 0.02, y);
      context.quadraticCurveTo(
        left - frame.unit * 0.012,
        y - height * 0.6,
        left + sway * frame.unit * 0.012,
        y - height,
      );
      context.quadraticCurveTo(left + frame.unit * 0.016, y - height * 0.5, left + frame.unit * 0.02, y);
      context.fill();
    }
    context.restore();
  };
}
