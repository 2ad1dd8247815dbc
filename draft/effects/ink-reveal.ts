// Ink drops onto paper and runs out along its fibres; where it has been, the photo stands. A second photo, if there is
// one, bleeds in over the first.
import { smoothStep } from '../paint/noise.ts';
import type { Photo } from '../photo/photo.ts';
import { clamp } from '../photo/plane.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Painter, Stage } from '../stage.ts';
import { makeVignette } from './finish.ts';
import { easeInOut } from './motion.ts';
import { makeClouds } from './noise.ts';
import { fitPhoto, makeCanvas, type Picture, type Size, wrapPixels } from './picture.ts';
import { mixWords, viewWords } from './sample.ts';

/** Paper: warm white, mottled, with fine fibres and a little shade from a low light. */
function makePaper(size: Size, seed: number): Uint8ClampedArray {
  const unit = Math.max(size.width, size.height);
  const mottle = makeClouds(size, { seed, cellPx: unit / 6, layers: 4 });
  const fibre = makeClouds(size, { seed: seed + 9, cellPx: Math.max(4, unit / 160), layers: 2 });
  const out = new Uint8ClampedArray(size.width * size.height * 4);
  for (let i = 0; i < mottle.data.length; i++) {
    const slope = fibre.data[i] - fibre.data[Math.max(0, i - size.width - 1)];
    const light = 236 + (mottle.data[i] - 0.5) * 16 + slope * 38 + (fibre.data[i] - 0.5) * 8;
    out[i * 4] = light;
    out[i * 4 + 1] = light - 5;
    out[i * 4 + 2] = light - 19;
    out[i * 4 + 3] = 255;
  }
  return out;
}

/** When the ink reaches each pixel, 0 first to 1023 last: distance to the nearest drop, torn by noise of two sizes. */
function planArrival(picture: Picture, seed: number, drops: number): Uint16Array {
  const { width, height } = picture;
  const unit = Math.max(width, height);
  const coarse = makeClouds(picture, { seed, cellPx: unit / 4.5, layers: 4 });
  const fine = makeClouds(picture, { seed: seed + 3, cellPx: unit / 26, layers: 4 });
  const random = createRandom(deriveSeed(seed, 'drops'));
  const places = [{ x: picture.focusX, y: picture.focusY, delay: 0 }];
  for (let n = 1; n < drops; n++) {
    places.push({ x: random() * width, y: random() * height, delay: 0.12 + 0.3 * random() });
  }
  const torn = new Float32Array(width * height);
  let last = 0;
  for (let i = 0; i < torn.length; i++) {
    const x = i % width;
    const y = Math.floor(i / width);
    let nearest = 9;
    for (const place of places) {
      nearest = Math.min(nearest, place.delay + (Math.hypot(x - place.x, y - place.y) / unit) * 1.25);
    }
    torn[i] = Math.max(0, nearest + 0.34 * (coarse.data[i] - 0.5) + 0.15 * (fine.data[i] - 0.5) + 0.1);
    last = Math.max(last, torn[i]);
  }
  const arrival = new Uint16Array(torn.length);
  for (let i = 0; i < torn.length; i++) arrival[i] = (1023 * torn[i]) / last;
  return arrival;
}

/** What a pixel looks like for each time since the ink's arrival: share of the new picture, and of bare ink, 0 to 256. */
function planInk(front: number) {
  const shown = new Int32Array(1024);
  const ink = new Int32Array(1024);
  for (let arrival = 0; arrival < 1024; arrival++) {
    const since = front - arrival / 1023;
    shown[arrival] = Math.round(256 * smoothStep(0.035, 0.17, since));
    // A dark wet seam at the very edge, thinning inward; a faint wash runs ahead of it.
    const seam = smoothStep(0, 0.008, since) * (1 - 0.42 * smoothStep(0.012, 0.06, since));
    const wash = 0.16 * smoothStep(-0.03, 0, since);
    ink[arrival] = Math.round(245 * Math.max(seam, wash));
  }
  return { shown, ink };
}

const INK_COLOR = 0xff3a1e14;

function paintInk(
  out: Uint32Array,
  from: Uint32Array,
  to: Uint32Array,
  sheet: { arrival: Uint16Array; front: number },
): void {
  const { shown, ink } = planInk(sheet.front);
  for (let i = 0; i < out.length; i++) {
    const arrival = sheet.arrival[i];
    const wet = ink[arrival];
    if (wet === 0) {
      out[i] = from[i];
      continue;
    }
    const share = shown[arrival];
    if (share === 256) {
      out[i] = to[i];
      continue;
    }
    out[i] = mixWords(mixWords(from[i], INK_COLOR, wet), to[i], share);
  }
}

/** The photo as if printed on the paper: its highlights take the paper's grain, its border fades into the sheet. */
function printOnPaper(picture: Picture, paper: Uint8ClampedArray): Uint32Array {
  const out = picture.rgba.slice();
  for (let p = 0; p < out.length; p++) {
    if (p % 4 !== 3) out[p] = out[p] * (0.3 + 0.7 * (paper[p] / 240)) + 2;
  }
  return viewWords(out);
}

export function prepareInkReveal(photos: Photo[], stage: Stage): Painter {
  const paper = makePaper(stage, stage.seed);
  const pictures = photos.slice(0, 2).map((photo) => fitPhoto(photo, stage));
  const prints = pictures.map((picture) => printOnPaper(picture, paper));
  const sheets = pictures.map((picture, index) => planArrival(picture, stage.seed + index * 17, 9));
  const layers = [viewWords(paper), ...prints];
  const out = new Uint8ClampedArray(paper.length);
  const image = wrapPixels(out, stage);
  const canvas = makeCanvas(stage);
  const vignette = makeVignette(stage, 0.5);
  return (context, timeSeconds) => {
    const part = clamp(timeSeconds / stage.durationSeconds, 0, 1);
    const place = Math.min(prints.length - 1, Math.floor(part * prints.length));
    const local = part * prints.length - place;
    // Quick at first, as ink runs, then ever slower.
    const run = clamp((local - 0.03) / 0.8, 0, 1);
    const front = 1.22 * (1 - (1 - run) ** 1.2) - 0.01;
    paintInk(viewWords(out), layers[place], layers[place + 1], { arrival: sheets[place], front });
    canvas.getContext('2d').putImageData(image, 0, 0);
    const { focusX, focusY } = pictures[place];
    const zoom = 1.005 + 0.06 * stage.movement * easeInOut(part);
    context.drawImage(
      canvas,
      focusX * (1 - zoom),
      focusY * (1 - zoom),
      stage.width * zoom,
      stage.height * zoom,
    );
    vignette(context, timeSeconds);
  };
}
