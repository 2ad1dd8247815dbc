// The photo behind a fogged pane on a wet evening: drops that show the world upside down cling to the glass, and some
// run down and wipe clear trails that slowly fog over again.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { wander } from '../paint/noise.ts';
import type { Photo } from '../photo/photo.ts';
import { clamp } from '../photo/plane.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Painter, Stage } from '../stage.ts';
import { makeBloom, makeVignette } from './finish.ts';
import { easeInOut } from './motion.ts';
import {
  blurCanvas,
  drawPixels,
  fitPhoto,
  makeCanvas,
  type Picture,
  readPixels,
  type Size,
} from './picture.ts';

/** A drop that hangs still, or the head of a trail. Places and sizes in pixels. */
interface Drop {
  x: number;
  y: number;
  radius: number;
}

/** Evening light: cooler, darker, the lights a little warmer. */
function gradeEvening(rgba: Uint8ClampedArray): void {
  for (let p = 0; p < rgba.length; p += 4) {
    const light = (rgba[p] * 54 + rgba[p + 1] * 183 + rgba[p + 2] * 19) / 65280;
    const gain = 0.56 + 0.5 * light;
    rgba[p] = (rgba[p] * 0.8 + light * 255 * 0.2) * gain * (0.82 + 0.2 * light);
    rgba[p + 1] = (rgba[p + 1] * 0.84 + light * 255 * 0.16) * gain * 0.95;
    rgba[p + 2] = (rgba[p + 2] * 0.84 + light * 255 * 0.16) * gain * 1.12 + 9;
  }
}

/** Where inside the drop a pixel lies: 0 in the middle, 1 at the rim. Drops hang: they are fuller below. */
function readDropPlace(dx: number, dy: number, radius: number): number {
  const narrow = dy < 0 ? 1 + 0.24 * (-dy / radius) : 1;
  return Math.hypot(dx * narrow, dy * 0.9) / radius;
}

/** Writes one drop as a lens into `out`, which is a picture of the size of `behind`. */
function paintDrop(
  out: Uint8ClampedArray,
  behind: Picture,
  drop: Drop,
  at: { x: number; y: number; width: number },
): void {
  const { radius } = drop;
  const height = out.length / 4 / at.width;
  const reach = Math.ceil(radius * 1.25);
  for (let dy = -reach; dy <= reach; dy++) {
    const y = Math.round(at.y) + dy;
    if (y < 0 || y >= height) continue;
    for (let dx = -reach; dx <= reach; dx++) {
      const x = Math.round(at.x) + dx;
      const place = readDropPlace(dx, dy, radius);
      if (place >= 1.06 || x < 0 || x >= at.width) continue;
      shadeDropPixel(out, behind, { p: (y * at.width + x) * 4, dx, dy, place }, drop);
    }
  }
}

interface DropPixel {
  p: number;
  dx: number;
  dy: number;
  place: number;
}

function shadeDropPixel(out: Uint8ClampedArray, behind: Picture, pixel: DropPixel, drop: Drop): void {
  const { p, dx, dy, place } = pixel;
  // The lens bends more towards its rim, and turns the view over.
  const bend = 5 + 9 * place * place;
  const fromX = clamp(Math.round(drop.x - dx * bend), 0, behind.width - 1);
  const fromY = clamp(Math.round(drop.y - dy * bend), 0, behind.height - 1);
  const from = (fromY * behind.width + fromX) * 4;
  const height = dy / drop.radius;
  const rim = 1 - 0.62 * place ** 5 * (1 - 0.6 * height);
  const belly = 30 * Math.max(0, height) * place;
  const spot = Math.exp(-(((dx / drop.radius + 0.32) / 0.16) ** 2) - ((height + 0.42) / 0.13) ** 2) * 210;
  const alpha = clamp((1.06 - place) * drop.radius * 0.5, 0, 1);
  for (let c = 0; c < 3; c++) {
    const color = behind.rgba[from + c] * 1.25 * rim + belly + spot;
    out[p + c] = out[p + c] + (color - out[p + c]) * (out[p + 3] === 0 ? 1 : alpha);
  }
  out[p + 3] = Math.max(out[p + 3], alpha * 255);
}

/** The fogged pane with all drops that hang still; the same drops for a seed, whatever the fog. */
function makePane(behind: Picture, seed: number, fogged: { blurPx: number; milk: number }): Canvas {
  const unit = Math.min(behind.width, behind.height);
  const fog = blurCanvas(drawPixels(behind.rgba, behind), fogged.blurPx);
  const context = fog.getContext('2d');
  context.fillStyle = `rgba(126,146,170,${fogged.milk})`;
  context.fillRect(0, 0, fog.width, fog.height);
  const out = readPixels(fog);
  const random = createRandom(deriveSeed(seed, 'drops'));
  const count = Math.round(((behind.width * behind.height) / (unit * unit)) * 620);
  for (let n = 0; n < count; n++) {
    // Many fine, few large ones.
    const radius = unit * (0.0016 + 0.0145 * random() ** 5);
    const drop = { x: random() * behind.width, y: random() * behind.height, radius };
    paintDrop(out, behind, drop, { x: drop.x, y: drop.y, width: behind.width });
  }
  return drawPixels(out, behind);
}

interface Runner {
  startSeconds: number;
  x: number;
  startY: number;
  radius: number;
  /** Mean speed in pixels a second. */
  speed: number;
  phase: number;
  sprite: Canvas;
}

function makeRunner(behind: Picture, stage: Stage, random: () => number): Runner {
  const unit = Math.min(stage.width, stage.height);
  const radius = unit * (0.011 + 0.012 * random());
  const side = Math.ceil(radius * 3);
  const rgba = new Uint8ClampedArray(side * side * 4);
  const x = random() * stage.width;
  paintDrop(rgba, behind, { x, y: stage.height * 0.55, radius }, { x: side / 2, y: side / 2, width: side });
  return {
    startSeconds: -2.5 + random() * (stage.durationSeconds + 1.5),
    x,
    startY: -0.1 * stage.height + random() * stage.height * 0.5,
    radius,
    speed: stage.height * (0.16 + 0.2 * random()),
    phase: random() * 10,
    sprite: drawPixels(rgba, { width: side, height: side }),
  };
}

/** Where a runner is: it sticks and slips, and wanders sideways while it slips. */
function readRunner(runner: Runner, ageSeconds: number): { x: number; y: number } {
  const pace = ageSeconds + 0.34 * Math.sin(ageSeconds * 2.6 + runner.phase) - 0.34 * Math.sin(runner.phase);
  const way = Math.max(0, pace) * runner.speed;
  return {
    x: runner.x + wander(way / runner.speed, runner.phase) * runner.radius * 2.6,
    y: runner.startY + way,
  };
}

/** Wipes a runner's trail out of the pane: clear close behind the drop, fogging over with time. */
function wipeTrail(context: SKRSContext2D, runner: Runner, timeSeconds: number): void {
  const age = timeSeconds - runner.startSeconds;
  const stepSeconds = 0.06;
  context.lineCap = 'round';
  for (let past = 0; past < Math.min(age, 3.6); past += stepSeconds) {
    const from = readRunner(runner, age - past);
    const to = readRunner(runner, Math.max(0, age - past - stepSeconds));
    const fresh = 1 - past / 3.6;
    context.strokeStyle = `rgba(0,0,0,${(0.85 * fresh ** 1.3).toFixed(3)})`;
    context.lineWidth = runner.radius * (0.9 + 0.75 * fresh);
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
  }
}

/** Small beads that a trail leaves behind, at fixed places along the runner's path. */
function drawBeads(context: SKRSContext2D, runner: Runner, timeSeconds: number): void {
  const age = timeSeconds - runner.startSeconds;
  for (let passed = 0.12; passed < age; passed += 0.16) {
    const place = readRunner(runner, passed);
    const size = 0.16 + 0.2 * Math.abs(Math.sin(passed * 37 + runner.phase));
    const side = runner.sprite.width * size * clamp(1.2 - (age - passed) * 0.16, 0.3, 1);
    const aside = Math.sin(passed * 91 + runner.phase) * runner.radius * 0.35;
    context.drawImage(runner.sprite, place.x + aside - side / 2, place.y - side / 2, side, side * 1.1);
  }
}

function drawRunner(context: SKRSContext2D, runner: Runner, timeSeconds: number): void {
  const age = timeSeconds - runner.startSeconds;
  const place = readRunner(runner, age);
  const speed = readRunner(runner, age + 0.05).y - place.y;
  const stretch = 1 + clamp(speed / (runner.radius * 3), 0, 0.55);
  const width = runner.sprite.width / Math.sqrt(stretch);
  const height = runner.sprite.height * stretch;
  context.drawImage(runner.sprite, place.x - width / 2, place.y - height / 2, width, height);
}

function drawCover(context: SKRSContext2D, canvas: Canvas, size: Size, zoom: number): void {
  const width = size.width * zoom;
  const height = size.height * zoom;
  context.drawImage(canvas, (size.width - width) / 2, (size.height - height) / 2, width, height);
}

export function prepareRainWindow(photos: Photo[], stage: Stage): Painter {
  const behind = fitPhoto(photos[0], stage);
  gradeEvening(behind.rgba);
  const unit = Math.min(stage.width, stage.height);
  const clear = blurCanvas(drawPixels(behind.rgba, behind), unit / 260);
  const fogged = makePane(behind, stage.seed, { blurPx: unit / 34, milk: 0.3 });
  const cleared = makePane(behind, stage.seed, { blurPx: unit / 105, milk: 0.1 });
  const random = createRandom(deriveSeed(stage.seed, 'runners'));
  const runners = Array.from({ length: 20 }, () => makeRunner(behind, stage, random));
  const wiped = makeCanvas(stage);
  const bloom = makeBloom(stage, 0.3);
  const vignette = makeVignette(stage, 0.7);
  return (context, timeSeconds) => {
    const part = clamp(timeSeconds / stage.durationSeconds, 0, 1);
    const running = runners.filter((runner) => runner.startSeconds < timeSeconds);
    const wipedContext = wiped.getContext('2d');
    wipedContext.globalCompositeOperation = 'copy';
    wipedContext.drawImage(fogged, 0, 0);
    // The fog lifts in the course of the video; the drops stay.
    wipedContext.globalCompositeOperation = 'source-over';
    wipedContext.globalAlpha = 0.25 + 0.75 * easeInOut(clamp(part * 1.5 - 0.2, 0, 1));
    wipedContext.drawImage(cleared, 0, 0);
    wipedContext.globalAlpha = 1;
    wipedContext.globalCompositeOperation = 'destination-out';
    for (const runner of running) wipeTrail(wipedContext, runner, timeSeconds);
    wipedContext.globalCompositeOperation = 'source-over';
    for (const runner of running) drawBeads(wipedContext, runner, timeSeconds);
    for (const runner of running) drawRunner(wipedContext, runner, timeSeconds);
    // The world behind comes nearer faster than the pane: two layers, one real distance.
    drawCover(context, clear, stage, 1.02 + 0.1 * stage.movement * easeInOut(part));
    drawCover(context, wiped, stage, 1 + 0.035 * stage.movement * easeInOut(part));
    bloom(context, timeSeconds);
    vignette(context, timeSeconds);
  };
}
