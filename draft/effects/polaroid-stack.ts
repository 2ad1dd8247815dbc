// Instant prints fall onto a wooden table one after the other, their pictures come out, and the camera draws back until
// all lie there. A single photo gives several prints of its parts.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import type { Photo } from '../photo/photo.ts';
import { clamp } from '../photo/plane.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Painter, Stage } from '../stage.ts';
import { makeBloom, makeDust, makeVignette } from './finish.ts';
import { easeIn, easeInOut, mix, progress } from './motion.ts';
import { makeClouds } from './noise.ts';
import { drawPixels, makeCanvas, type Size } from './picture.ts';
import { cropPhoto, makePrint, PRINT_RATIO, type Print } from './prints.ts';

const PRINTS_MAX = 6;

/** Planks with grain that runs along them, lit from the upper left. */
export function makeTable(size: Size, seed: number): Canvas {
  const { width, height } = size;
  const random = createRandom(deriveSeed(seed, 'planks'));
  const plank = Math.ceil(height / 5);
  const tones = Array.from({ length: 7 }, () => 0.72 + 0.4 * random());
  // Noise is made narrow and read wide: streaks, as wood has them.
  const streaks = makeClouds(
    { width: Math.ceil(width / 14), height },
    { seed, cellPx: Math.max(8, height / 30), layers: 4 },
  );
  const waves = makeClouds(size, { seed: seed + 4, cellPx: width / 3, layers: 3 });
  const out = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const x = i % width;
    const y = Math.floor(i / width);
    const row = Math.floor(y / plank);
    const lift = Math.round(waves.data[i] * plank * 0.3);
    const line = clamp(y + lift, 0, height - 1);
    const grain = streaks.data[line * streaks.width + (Math.floor((x + row * 97) / 14) % streaks.width)];
    const gap = y % plank < Math.max(2, height / 260) ? 0.35 : 1;
    const light = tones[row % tones.length] * gap * (0.55 + 0.75 * grain) * (1.1 - 0.35 * (x / width));
    out[i * 4] = 118 * light;
    out[i * 4 + 1] = 74 * light;
    out[i * 4 + 2] = 44 * light;
    out[i * 4 + 3] = 255;
  }
  return drawPixels(out, size);
}

interface Fall {
  print: Print;
  /** Where it comes to lie, in pixels, and how it is turned. */
  x: number;
  y: number;
  angle: number;
  /** Turn that it still has while it falls. */
  spin: number;
  startSeconds: number;
}

const FALL_SECONDS = 0.55;

/** At least three prints: of one photo, the whole and two parts of it. */
function choosePrints(photos: Photo[]): Photo[] {
  if (photos.length > 1) return photos.slice(0, PRINTS_MAX);
  const [photo] = photos;
  const face = { x: (photo.box.x + photo.box.width / 2) / photo.width, y: photo.box.y / photo.height };
  return [
    cropPhoto(photo, { x: 0.1, y: 0.7, share: 0.62 }),
    cropPhoto(photo, { x: 0.9, y: 0.35, share: 0.7 }),
    cropPhoto(photo, { x: clamp(face.x, 0, 1), y: clamp(face.y, 0, 1), share: 0.58 }),
    photo,
  ];
}

/** Places from -1 to 1 in the order of falling: from the ends inward, so that the last lies on top near the middle. */
function planSlots(count: number): number[] {
  const slots = Array.from({ length: count }, (_, index) =>
    count === 1 ? 0 : (index / (count - 1)) * 2 - 1,
  );
  const inward = slots.map((_, index) => (index % 2 === 0 ? index / 2 : count - 1 - (index - 1) / 2));
  return inward.map((index) => slots[index]);
}

/** A loose row, wide on a wide stage and tall on a tall one. */
function planFalls(photos: Photo[], stage: Stage): Fall[] {
  const chosen = choosePrints(photos);
  const random = createRandom(deriveSeed(stage.seed, 'falls'));
  const { width, height } = stage;
  const wide = width >= height;
  const crowded = chosen.length > 4 ? 0.84 : 1;
  const widthPx =
    crowded * Math.min(width * (wide ? 0.36 : 0.56), (height * (wide ? 0.6 : 0.42)) / PRINT_RATIO);
  // Where there is room above and below, many prints lie in two rows.
  const apart = width < height * 1.4 && chosen.length > 3 ? 0.19 : 0.07;
  return planSlots(chosen.length).map((slot, index) => {
    const rank = Math.round(((slot + 1) / 2) * (chosen.length - 1));
    const aside = (rank % 2 === 0 ? -1 : 1) * (0.7 + 0.3 * random());
    return {
      print: makePrint(chosen[index], widthPx),
      x: width / 2 + (wide ? slot * (width * 0.47 - widthPx * 0.58) : aside * width * 0.16),
      y: height / 2 + (wide ? aside * height * apart : slot * (height * 0.47 - widthPx * 0.72)),
      angle: aside * 0.09 + (random() - 0.5) * 0.18,
      spin: (random() < 0.5 ? -1 : 1) * (0.5 + random() * 0.7),
      startSeconds: stage.durationSeconds * (0.03 + (0.6 * index) / chosen.length),
    };
  });
}

/** The shadow of any print, soft by `blurPx` of its 200 pixels of width; drawn larger and fainter the higher it falls. */
function makePrintShadow(blurPx: number): Canvas {
  const canvas = makeCanvas({ width: SHADOW_SIDE, height: SHADOW_SIDE * PRINT_RATIO });
  const context = canvas.getContext('2d');
  context.filter = `blur(${blurPx}px)`;
  context.fillStyle = '#080402';
  const margin = (SHADOW_SIDE - 200) / 2;
  context.fillRect(margin, margin * PRINT_RATIO, 200, 200 * PRINT_RATIO);
  return canvas;
}

const SHADOW_SIDE = 320;

interface Shadows {
  near: Canvas;
  far: Canvas;
}

function drawShadow(context: SKRSContext2D, fall: Fall, height: number, shadows: Shadows): void {
  const { print } = fall;
  const width = (print.width * SHADOW_SIDE) / 200;
  const left = -width / 2 + print.width * (0.02 + 0.34 * height);
  const top = (-width / 2) * PRINT_RATIO + print.width * (0.03 + 0.42 * height);
  const alpha = context.globalAlpha;
  const lifted = clamp(height * 3, 0, 1);
  for (const [canvas, share] of [
    [shadows.near, 1 - lifted],
    [shadows.far, lifted],
  ] as const) {
    context.globalAlpha = alpha * (0.75 - 0.4 * height) * share;
    context.drawImage(canvas, left, top, width, width * PRINT_RATIO);
  }
  context.globalAlpha = alpha;
}

/** One print at its moment: in the air, landing with a small rebound, or lying while its picture comes out. */
function drawFall(context: SKRSContext2D, fall: Fall, timeSeconds: number, shadows: Shadows): void {
  const since = timeSeconds - fall.startSeconds;
  if (since <= 0) return;
  const fallen = easeIn(progress(since, 0, FALL_SECONDS)) ** 0.7;
  const rebound = Math.max(0, Math.sin(progress(since, FALL_SECONDS, FALL_SECONDS + 0.22) * Math.PI)) * 0.035;
  const height = 1 - fallen + rebound;
  const zoom = 1 + 0.85 * height;
  const out = easeInOut(progress(since, FALL_SECONDS * 0.6, FALL_SECONDS + 1.1));
  context.save();
  context.translate(fall.x, fall.y - height * fall.print.height * 0.5);
  context.rotate(fall.angle + fall.spin * height);
  context.scale(zoom, zoom);
  context.globalAlpha = clamp(since / 0.06, 0, 1);
  drawShadow(context, fall, height, shadows);
  const left = -fall.print.width / 2;
  const top = -fall.print.height / 2;
  context.drawImage(fall.print.blank, left, top);
  context.globalAlpha *= out;
  context.drawImage(fall.print.canvas, left, top);
  context.restore();
}

export function preparePolaroidStack(photos: Photo[], stage: Stage): Painter {
  const falls = planFalls(photos, stage);
  const shadows = { near: makePrintShadow(7), far: makePrintShadow(26) };
  const roomy = { width: Math.round(stage.width * 1.2), height: Math.round(stage.height * 1.2) };
  const table = makeTable(roomy, stage.seed);
  const light = makeCanvas(stage);
  const lightContext = light.getContext('2d');
  const lamp = lightContext.createRadialGradient(
    stage.width * 0.3,
    stage.height * 0.15,
    0,
    stage.width * 0.45,
    stage.height * 0.45,
    Math.max(stage.width, stage.height) * 0.8,
  );
  lamp.addColorStop(0, 'rgba(255,214,150,0.32)');
  lamp.addColorStop(0.5, 'rgba(255,190,120,0.06)');
  lamp.addColorStop(1, 'rgba(10,4,20,0.42)');
  lightContext.fillStyle = lamp;
  lightContext.fillRect(0, 0, stage.width, stage.height);
  const bloom = makeBloom(stage, 0.2);
  const dust = makeDust(stage, { seed: stage.seed, count: 36, rgb: '255,228,180', strength: 0.45 });
  const vignette = makeVignette(stage, 0.6);
  return (context, timeSeconds) => {
    const part = clamp(timeSeconds / stage.durationSeconds, 0, 1);
    const zoom = mix(1 + 0.34 * stage.movement, 1.02, easeInOut(part));
    context.save();
    context.translate(stage.width / 2, stage.height / 2);
    context.rotate(mix(-0.06, 0.02, easeInOut(part)) * stage.movement);
    context.scale(zoom, zoom);
    context.translate(-stage.width / 2, -stage.height / 2);
    context.drawImage(table, (stage.width - roomy.width) / 2, (stage.height - roomy.height) / 2);
    for (const fall of falls) drawFall(context, fall, timeSeconds, shadows);
    context.restore();
    context.drawImage(light, 0, 0);
    bloom(context, timeSeconds);
    dust(context, timeSeconds);
    vignette(context, timeSeconds);
  };
}
