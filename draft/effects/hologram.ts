// The person as a projection: cyan light in scan lines above a humming base, with slips and flicker, in a dark hall.
// Without a person, the whole photo floats there as a panel.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { smoothStep } from '../paint/noise.ts';
import type { Photo } from '../photo/photo.ts';
import { clamp } from '../photo/plane.ts';
import { createRandom, deriveSeed, hashToUnit } from '../random.ts';
import type { Painter, Stage } from '../stage.ts';
import { type Finish, makeBloom, makeSpark, makeVignette } from './finish.ts';
import { makeRim, mapBrightness } from './grade.ts';
import { easeInOut, easeOut, mix, progress } from './motion.ts';
import { cutOut, drawPixels, fitPhoto, makeCanvas, type Picture, type Size } from './picture.ts';

/** Horizontal strips that can slip sideways on their own. */
const STRIPS = 46;

/** How far the figure stands in from the frame, and where its base is. */
interface Hall {
  size: Size;
  scale: number;
  left: number;
  top: number;
  baseX: number;
  baseY: number;
  baseRadius: number;
}

function planHall(picture: Picture): Hall {
  const { width, height } = picture;
  const scale = picture.mask === undefined ? 0.66 : 0.82;
  const baseY = height * 0.9;
  const left = width / 2 - (picture.mask === undefined ? width / 2 : picture.focusX) * scale;
  return {
    size: picture,
    scale,
    left,
    top: baseY - height * scale - (picture.mask === undefined ? height * 0.07 : height * 0.015),
    baseX: width / 2,
    baseY,
    baseRadius: Math.min(width * 0.4, height * 0.42),
  };
}

/** The figure in light alone: brightness becomes cyan with alpha, edges shine, the foot fades into the beam. */
function makeFigure(picture: Picture): Canvas {
  const rgba = mapBrightness(cutOut(picture), [
    [8, 54, 92],
    [18, 120, 170],
    [70, 210, 240],
    [214, 255, 255],
  ]);
  const { width, height, mask } = picture;
  for (let i = 0; i < width * height; i++) {
    const x = i % width;
    const y = Math.floor(i / width);
    const light = rgba[i * 4 + 1] / 255;
    const foot = 1 - smoothStep(height * 0.8, height * 0.99, y);
    const border = mask === undefined ? 1 : smoothStep(0, width * 0.17, Math.min(x, width - 1 - x));
    rgba[i * 4 + 3] = rgba[i * 4 + 3] * (0.42 + 0.58 * light) * border * (mask === undefined ? 1 : foot);
  }
  const canvas = drawPixels(rgba, picture);
  const context = canvas.getContext('2d');
  const depthPx = Math.min(width, height) / 26;
  context.globalCompositeOperation = 'lighter';
  for (const side of [-1, 1]) {
    const rim = makeRim(picture, { x: side * 0.8, y: -0.3, depthPx, color: [120, 250, 255] });
    context.drawImage(drawPixels(rim, picture), 0, 0);
  }
  if (mask === undefined) drawFrameCorners(context, picture);
  return canvas;
}

/** Corner marks, so that a photo without a person reads as a display. */
function drawFrameCorners(context: SKRSContext2D, { width, height }: Size): void {
  const arm = Math.min(width, height) * 0.09;
  context.strokeStyle = '#b8fdff';
  context.lineWidth = Math.max(2, arm * 0.09);
  for (const [x, y, right, down] of [
    [0, 0, 1, 1],
    [width, 0, -1, 1],
    [0, height, 1, -1],
    [width, height, -1, -1],
  ]) {
    context.beginPath();
    context.moveTo(x, y + down * arm);
    context.lineTo(x, y);
    context.lineTo(x + right * arm, y);
    context.stroke();
  }
}

/** The dark hall: a floor of lines that run to the horizon, haze above. Drawn once. */
function makeHall(hall: Hall): Canvas {
  const { width, height } = hall.size;
  const canvas = makeCanvas(hall.size);
  const context = canvas.getContext('2d');
  const horizon = height * 0.66;
  const air = context.createLinearGradient(0, 0, 0, height);
  air.addColorStop(0, '#02050d');
  air.addColorStop(0.62, '#082036');
  air.addColorStop(0.665, '#0b2b45');
  air.addColorStop(0.67, '#051423');
  air.addColorStop(1, '#020810');
  context.fillStyle = air;
  context.fillRect(0, 0, width, height);
  context.beginPath();
  for (let line = -30; line <= 30; line++) {
    context.moveTo(width / 2 + line * width * 0.018, horizon);
    context.lineTo(width / 2 + line * width * 0.16, height);
  }
  for (let row = 0; row < 14; row++) {
    const y = horizon + (height - horizon) * (row / 14) ** 2.1;
    context.moveTo(0, y);
    context.lineTo(width, y);
  }
  const fade = context.createLinearGradient(0, horizon, 0, height);
  fade.addColorStop(0, 'rgba(50,170,220,0)');
  fade.addColorStop(1, 'rgba(60,190,235,0.4)');
  context.strokeStyle = fade;
  context.lineWidth = Math.max(1, width / 1100);
  context.stroke();
  return canvas;
}

/** Rings of the projector, turning dashes, and the fan of light that rises from it. */
function drawProjector(context: SKRSContext2D, hall: Hall, timeSeconds: number, power: number): void {
  const { baseX, baseY, baseRadius, size } = hall;
  context.save();
  context.globalCompositeOperation = 'screen';
  const fan = context.createLinearGradient(0, baseY, 0, baseY - size.height * 0.75);
  fan.addColorStop(0, `rgba(90,230,255,${0.3 * power})`);
  fan.addColorStop(0.35, `rgba(60,180,240,${0.13 * power})`);
  fan.addColorStop(1, 'rgba(40,140,220,0)');
  context.fillStyle = fan;
  context.beginPath();
  context.moveTo(baseX - baseRadius * 0.82, baseY);
  context.lineTo(baseX - baseRadius * 1.3, baseY - size.height * 0.75);
  context.lineTo(baseX + baseRadius * 1.3, baseY - size.height * 0.75);
  context.lineTo(baseX + baseRadius * 0.82, baseY);
  context.fill();
  context.strokeStyle = '#7df3ff';
  for (const [index, ring] of [1, 0.82, 0.55].entries()) {
    context.globalAlpha = power * (0.9 - index * 0.2);
    context.lineWidth = Math.max(1, baseRadius * (index === 1 ? 0.035 : 0.012));
    context.setLineDash(index === 1 ? [baseRadius * 0.22, baseRadius * 0.1] : []);
    context.lineDashOffset = timeSeconds * baseRadius * 0.4;
    context.beginPath();
    context.ellipse(baseX, baseY, baseRadius * ring, baseRadius * ring * 0.17, 0, 0, Math.PI * 2);
    context.stroke();
  }
  context.restore();
}

/** The figure strip by strip: most stand still, a few slip at seeded moments, all sway a little. */
function drawStrips(
  context: SKRSContext2D,
  figure: Canvas,
  hall: Hall,
  drift: { timeSeconds: number; seed: number; shown: number },
): void {
  const { timeSeconds, seed, shown } = drift;
  const step = Math.floor(timeSeconds * 13);
  const slipping = hashToUnit(seed, step) > 0.7;
  const height = figure.height / STRIPS;
  for (let strip = 0; strip < STRIPS; strip++) {
    const rising = 1 - strip / STRIPS;
    if (rising > shown) continue;
    const jump =
      slipping && hashToUnit(seed + strip, step) > 0.72 ? hashToUnit(seed + strip + 99, step) - 0.5 : 0;
    const wave = Math.sin(strip * 0.5 + timeSeconds * 5) * 0.0012;
    const x = hall.left + (jump * 0.07 + wave) * figure.width;
    const y = hall.top + strip * height * hall.scale;
    context.drawImage(
      figure,
      0,
      strip * height,
      figure.width,
      height + 1,
      x,
      y,
      figure.width * hall.scale,
      (height + 1) * hall.scale,
    );
  }
}

/** Takes the dark lines out of the figure and lets one bright line run down it. */
function scan(context: SKRSContext2D, size: Size, timeSeconds: number): void {
  const pitch = Math.max(3, Math.round(size.height / 180));
  const offset = (timeSeconds * pitch * 5) % pitch;
  context.globalCompositeOperation = 'destination-out';
  context.fillStyle = 'rgba(0,0,0,0.5)';
  context.beginPath();
  for (let y = -pitch + offset; y < size.height; y += pitch) context.rect(0, y, size.width, pitch * 0.42);
  context.fill();
  context.globalCompositeOperation = 'source-atop';
  const y = ((timeSeconds * 0.42) % 1.2) * size.height;
  const line = context.createLinearGradient(0, y - size.height * 0.09, 0, y);
  line.addColorStop(0, 'rgba(190,255,255,0)');
  line.addColorStop(1, 'rgba(220,255,255,0.75)');
  context.fillStyle = line;
  context.fillRect(0, y - size.height * 0.09, size.width, size.height * 0.09);
  context.globalCompositeOperation = 'source-over';
}

/** Sparks that rise out of the base. */
function makeSparks(hall: Hall, seed: number): Finish {
  const spark = makeSpark('150,245,255', 0.3);
  const random = createRandom(deriveSeed(seed, 'sparks'));
  const sparks = Array.from({ length: 70 }, () => ({
    x: random() * 2 - 1,
    phase: random(),
    speed: 0.12 + random() * 0.25,
    size: random(),
  }));
  return (context, timeSeconds) => {
    context.save();
    context.globalCompositeOperation = 'screen';
    for (const { x, phase, speed, size } of sparks) {
      const part = (phase + timeSeconds * speed) % 1;
      const side = hall.baseRadius * (0.012 + 0.03 * size);
      context.globalAlpha = Math.sin(part * Math.PI) * 0.85;
      const spread = hall.baseRadius * (0.75 + 0.4 * part);
      context.drawImage(
        spark,
        hall.baseX + x * spread - side / 2,
        hall.baseY - part * hall.size.height * 0.7 - side / 2,
        side,
        side,
      );
    }
    context.restore();
  };
}

export function prepareHologram(photos: Photo[], stage: Stage): Painter {
  const picture = fitPhoto(photos[0], stage);
  const hall = planHall(picture);
  const room = makeHall(hall);
  const figure = makeFigure(picture);
  const layer = makeCanvas(stage);
  const sparks = makeSparks(hall, stage.seed);
  const bloom = makeBloom(stage, 0.85);
  const vignette = makeVignette(stage, 0.6);
  return (context, timeSeconds) => {
    const part = clamp(timeSeconds / stage.durationSeconds, 0, 1);
    const shown = easeOut(progress(timeSeconds, 0.3, 1.5)) * 1.02;
    const power =
      (0.4 + 0.6 * progress(timeSeconds, 0, 0.5)) *
      (0.86 + 0.14 * hashToUnit(stage.seed, Math.floor(timeSeconds * 17)));
    const dim = hashToUnit(stage.seed + 5, Math.floor(timeSeconds * 12)) > 0.9 ? 0.55 : 1;
    const layerContext = layer.getContext('2d');
    layerContext.clearRect(0, 0, stage.width, stage.height);
    drawStrips(layerContext, figure, hall, { timeSeconds, seed: stage.seed, shown });
    scan(layerContext, stage, timeSeconds);
    const zoom = mix(1, 1 + 0.08 * stage.movement, easeInOut(part));
    const fromX = stage.width / 2;
    const fromY = stage.height * 0.4;
    context.save();
    context.translate(fromX * (1 - zoom), fromY * (1 - zoom));
    context.scale(zoom, zoom);
    context.drawImage(room, 0, 0);
    drawProjector(context, hall, timeSeconds, power);
    context.globalCompositeOperation = 'screen';
    const ghost = stage.width * 0.004 * (1 + 2 * (1 - dim));
    context.globalAlpha = 0.3 * power;
    context.drawImage(layer, -ghost, 0);
    context.drawImage(layer, ghost, 0);
    context.globalAlpha = 0.95 * power * dim;
    context.drawImage(layer, 0, 0);
    // A faint mirror image on the floor ties the light to the room.
    context.globalAlpha = 0.14 * power;
    context.translate(0, hall.baseY * 2);
    context.scale(1, -1);
    context.drawImage(layer, 0, 0);
    context.restore();
    sparks(context, timeSeconds);
    bloom(context, timeSeconds);
    vignette(context, timeSeconds);
  };
}
