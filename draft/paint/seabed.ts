// Underwater light and ground: water that darkens with depth, the net of light on the sand, rocks, coral and weed.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { createRandom, deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import { drawAtDepth, type Frame, toWorldSeconds, type View } from './camera.ts';
import { createRamp, mixColors, packPixel, type Rgb, scaleColor, toCss } from './color.ts';
import { createLayer, createPixelField } from './field.ts';
import { createNoiseTile, sampleTile, smoothStep } from './noise.ts';

export interface WaterColors {
  /** From the surface down. */
  depth: readonly Rgb[];
  sand: Rgb;
  light: Rgb;
  coral: readonly Rgb[];
}

const SCALE = 3;
const MARGIN = 0.12;

/** Open water behind everything: lit from above, with drifting clouds of lighter water. */
export function prepareDeepWater(
  stage: Stage,
  frame: Frame,
  colors: WaterColors,
): (context: SKRSContext2D, view: View, timeSeconds: number) => void {
  const scale = 6;
  const field = createPixelField(frame.width / scale, frame.height / scale);
  const tile = createNoiseTile(deriveSeed(stage.seed, 'deep'), 5, 3);
  const ramp = createRamp(colors.depth, 512);
  return (context, view, timeSeconds) => {
    const drift = toWorldSeconds(stage, timeSeconds) * 0.008;
    for (let y = 0; y < field.height; y++) {
      const share = y / (field.height - 1) - view.pitchY * 0.6;
      for (let x = 0; x < field.width; x++) {
        const across = x / field.width - 0.5;
        const u = across * (frame.width / frame.unit) * 0.6 - view.panX * 0.06;
        const cloud = sampleTile(tile, u * 0.8 + drift, share * 0.7 - drift * 0.5) - 0.5;
        const tone = Math.min(1, Math.max(0, share * 0.92 + across * across * 0.5 + cloud * 0.16));
        const at = Math.floor(tone * 511) * 3;
        const surface = smoothStep(0.16, 0, share + cloud * 0.12) * 46;
        const dither = (((x * 37 + y * 101) & 15) / 15 - 0.5) * 1.6;
        field.pixels[y * field.width + x] = packPixel(
          ramp[at] + surface + dither,
          ramp[at + 1] + surface + dither,
          ramp[at + 2] + surface + dither,
        );
      }
    }
    field.flush();
    context.drawImage(field.canvas, 0, 0, frame.width, frame.height);
  };
}

/** Sand that runs to the distance under a moving net of light. */
export function prepareSand(
  stage: Stage,
  frame: Frame,
  colors: WaterColors,
): (context: SKRSContext2D, view: View, timeSeconds: number) => void {
  const top = frame.horizonY;
  const width = frame.width * (1 + 2 * MARGIN);
  const field = createPixelField(width / SCALE, (frame.height * 1.1 - top) / SCALE);
  const ground = createNoiseTile(deriveSeed(stage.seed, 'sand'), 5, 4);
  const net = createNoiseTile(deriveSeed(stage.seed, 'net'), 2, 7);
  const far = colors.depth[Math.floor(colors.depth.length * 0.6)];
  return (context, view, timeSeconds) => {
    const pace = toWorldSeconds(stage, timeSeconds) * 0.016;
    for (let y = 0; y < field.height; y++) {
      const below = ((y + 1) * SCALE) / frame.unit;
      const away = 0.34 / (below + 0.02);
      const fade = smoothStep(0.02, 0.3, below);
      const worldZ = away * 1.1 + view.forward;
      for (let x = 0; x < field.width; x++) {
        const u = (((x - field.width / 2) * SCALE) / frame.unit - view.panX) * away;
        const first = Math.abs(sampleTile(net, u * 0.21 + pace, worldZ * 0.21 - pace * 0.7) * 2 - 1);
        const second = Math.abs(
          sampleTile(net, u * 0.19 - pace * 0.8 + 0.4, worldZ * 0.2 + pace * 0.6) * 2 - 1,
        );
        const caustic = (1 - Math.min(1, (first + second) * 1.25)) ** 3.2;
        const ripple = sampleTile(ground, u * 0.1, worldZ * 0.36) - 0.5;
        const hollow = sampleTile(ground, u * 0.05 + 0.3, worldZ * 0.06) - 0.5;
        const shade = 0.66 + ripple * 0.5 + hollow * 0.5;
        const glow = caustic * fade * 0.85;
        const index = y * field.width + x;
        const red = far[0] + (colors.sand[0] * shade - far[0]) * fade + colors.light[0] * glow * 0.55;
        const green = far[1] + (colors.sand[1] * shade - far[1]) * fade + colors.light[1] * glow * 0.6;
        const blue = far[2] + (colors.sand[2] * shade - far[2]) * fade + colors.light[2] * glow * 0.55;
        field.pixels[index] = packPixel(red, green, blue, smoothStep(0, 0.09, below + hollow * 0.05) * 255);
      }
    }
    field.flush();
    drawAtDepth(context, { frame, view }, 0.1, () => {
      context.drawImage(field.canvas, -MARGIN * frame.width, top, width, field.height * SCALE);
    });
  };
}

type Random = () => number;

interface ReefSpot {
  x: number;
  y: number;
  size: number;
}

/** A rounded rock; `colors` are its foot and its top. */
function drawRock(context: SKRSContext2D, spot: ReefSpot, colors: readonly [Rgb, Rgb], random: Random): void {
  const { x, y, size } = spot;
  const points = 11;
  const outline: [number, number][] = [];
  for (let point = 0; point <= points; point++) {
    const angle = Math.PI + (point / points) * Math.PI;
    const reach = 0.8 + random() * 0.32;
    outline.push([x + Math.cos(angle) * size * reach, y + Math.sin(angle) * size * 0.72 * reach]);
  }
  const shading = context.createLinearGradient(x, y - size * 0.8, x, y + size * 0.4);
  shading.addColorStop(0, toCss(colors[1]));
  shading.addColorStop(0.4, toCss(mixColors(colors[1], colors[0], 0.7)));
  shading.addColorStop(0.72, toCss(colors[0]));
  shading.addColorStop(1, toCss(colors[0], 0));
  context.fillStyle = shading;
  context.beginPath();
  context.moveTo(x - size * 1.2, y + size * 0.4);
  outline.forEach(([pointX, pointY], index) => {
    const next = outline[Math.min(points, index + 1)];
    context.quadraticCurveTo(pointX, pointY, (pointX + next[0]) / 2, (pointY + next[1]) / 2);
  });
  context.lineTo(x + size * 1.2, y + size * 0.4);
  context.fill();
}

function drawFanCoral(
  context: SKRSContext2D,
  branch: { x: number; y: number; angle: number; length: number; width: number },
  generations: number,
  random: Random,
): void {
  const endX = branch.x + Math.cos(branch.angle) * branch.length;
  const endY = branch.y + Math.sin(branch.angle) * branch.length;
  context.lineWidth = Math.max(0.6, branch.width);
  context.beginPath();
  context.moveTo(branch.x, branch.y);
  context.lineTo(endX, endY);
  context.stroke();
  if (generations === 0) return;
  for (const turn of [-0.42, 0.05, 0.45]) {
    if (turn > 0 && turn < 0.1 && random() > 0.6) continue;
    drawFanCoral(
      context,
      {
        x: endX,
        y: endY,
        angle: branch.angle + turn * (0.7 + random() * 0.6),
        length: branch.length * (0.68 + random() * 0.18),
        width: branch.width * 0.72,
      },
      generations - 1,
      random,
    );
  }
}

function drawBrainCoral(context: SKRSContext2D, spot: ReefSpot, color: Rgb): void {
  const { x, y, size } = spot;
  const shading = context.createRadialGradient(
    x - size * 0.2,
    y - size * 0.7,
    size * 0.1,
    x,
    y - size * 0.2,
    size * 1.1,
  );
  shading.addColorStop(0, toCss(mixColors(color, [255, 255, 255], 0.28)));
  shading.addColorStop(0.6, toCss(color));
  shading.addColorStop(1, toCss(scaleColor(color, 0.42)));
  context.fillStyle = shading;
  context.beginPath();
  context.ellipse(x, y, size, size * 0.78, 0, Math.PI, Math.PI * 2);
  context.fill();
  context.strokeStyle = toCss(scaleColor(color, 0.6), 0.5);
  context.lineWidth = Math.max(0.6, size * 0.035);
  for (let line = -3; line <= 3; line++) {
    context.beginPath();
    context.moveTo(x + line * size * 0.26, y);
    context.quadraticCurveTo(x + line * size * 0.32, y - size * 0.6, x + line * size * 0.08, y - size * 0.72);
    context.stroke();
  }
}

/** Where the picture of a reef begins, in pixels from the top of the frame. */
export function topOfReef(frame: Frame): number {
  return Math.max(0, frame.horizonY - frame.unit * 0.34);
}

/** A reef on both sides of the frame, for one depth; it begins at {@link topOfReef}. */
export function renderReef(stage: Stage, frame: Frame, colors: WaterColors, near: number): Canvas {
  const random = createRandom(deriveSeed(stage.seed, `reef-${near}`));
  const { canvas, context } = createLayer(
    frame.width * (1 + 2 * MARGIN),
    frame.height * 1.1 - topOfReef(frame),
  );
  context.translate(MARGIN * frame.width, -topOfReef(frame));
  context.lineCap = 'round';
  const water = colors.depth[Math.floor(colors.depth.length * 0.6)];
  const fade = (1 - near) * 0.72;
  const tint = (color: Rgb): Rgb => mixColors(scaleColor(color, 0.42 + 0.4 * (1 - near) + 0.1), water, fade);
  const base = frame.horizonY + (frame.height * 1.02 - frame.horizonY) * (0.16 + 0.8 * near);
  const scale = frame.unit * (0.05 + near * 0.075);
  const rocks: readonly [Rgb, Rgb] = [tint([22, 40, 58]), tint([84, 116, 128])];
  const count = 22;
  for (let item = 0; item < count; item++) {
    const side = item % 2 === 0 ? 0 : 1;
    const inward = random() ** 1.5 * 0.36;
    const across = side === 0 ? -0.1 + inward : 1.1 - inward;
    const x = across * frame.width;
    const rise = Math.max(0, 0.32 - inward) * frame.unit * 0.3 * (0.5 + near);
    const y = base - rise * random();
    const size = scale * (0.6 + random() * 0.9);
    drawRock(context, { x, y: y + size * 0.5, size: size * 1.2 }, rocks, random);
    const color = tint(colors.coral[Math.floor(random() * colors.coral.length)]);
    if (random() > 0.5) {
      context.strokeStyle = toCss(color);
      drawFanCoral(
        context,
        {
          x,
          y: y - size * 0.2,
          angle: -Math.PI / 2 + (random() - 0.5) * 0.5,
          length: size * 0.4,
          width: size * 0.085,
        },
        6,
        random,
      );
    } else {
      drawBrainCoral(context, { x, y: y - size * 0.1, size: size * 0.62 }, color);
    }
  }
  return canvas;
}

/** Ribbons of weed that sway with the swell. */
export function prepareWeed(
  stage: Stage,
  frame: Frame,
  colors: WaterColors,
): (context: SKRSContext2D, view: View, timeSeconds: number) => void {
  const random = createRandom(deriveSeed(stage.seed, 'weed'));
  const water = colors.depth[Math.floor(colors.depth.length * 0.6)];
  const blades = Array.from({ length: 34 }, () => {
    const side = random() > 0.5 ? 1 : 0;
    const inward = random() ** 1.4 * 0.26;
    return {
      x: (side === 0 ? -0.04 + inward : 1.04 - inward) * frame.width,
      y: frame.height * (0.97 + random() * 0.08),
      height: frame.unit * (0.14 + random() * 0.3),
      width: frame.unit * (0.006 + random() * 0.009),
      phase: random() * 6.3,
      color: toCss(mixColors(mixColors([24, 84, 62], [70, 116, 60], random()), water, 0.3 + random() * 0.3)),
    };
  });
  return (context, view, timeSeconds) => {
    const seconds = toWorldSeconds(stage, timeSeconds);
    drawAtDepth(context, { frame, view }, 0.95, () => {
      for (const blade of blades) {
        const left: [number, number][] = [];
        const right: [number, number][] = [];
        for (let joint = 0; joint <= 8; joint++) {
          const share = joint / 8;
          const sway = Math.sin(seconds * 0.9 + blade.phase - share * 2.6) * blade.height * 0.13 * share;
          const curl = Math.sin(share * 9 + blade.phase - seconds * 1.3) * blade.width * 0.8;
          const half = blade.width * Math.sin(Math.PI * Math.min(1, 0.12 + share * 0.88)) ** 0.7 * 0.6;
          left.push([blade.x + sway + curl - half, blade.y - blade.height * share]);
          right.unshift([blade.x + sway + curl + half, blade.y - blade.height * share]);
        }
        context.fillStyle = blade.color;
        context.beginPath();
        for (const [x, y] of [...left, ...right]) context.lineTo(x, y);
        context.fill();
      }
    });
  };
}
