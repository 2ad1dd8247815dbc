// Draws the bundled sample pictures that are ours, so that their origin can be checked by running this file:
// `node draw-samples.ts FOLDER` writes them as JPEG. Nothing calls it while the server runs.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas';

type Stops = [number, string][];
type Gradient = ReturnType<SKRSContext2D['createLinearGradient']>;
type Fill = string | Gradient;

/** A repeatable number in [0, 1) for a whole number; the drawings must come out the same each time. */
function noiseAt(index: number): number {
  const mixed = Math.imul((index * 374_761_393) ^ 0x9e3779b9, 668_265_263);
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 4_294_967_296;
}

function fillVertical(context: SKRSContext2D, [top, bottom]: [number, number], stops: Stops): void {
  const gradient = context.createLinearGradient(0, top, 0, bottom);
  for (const [at, color] of stops) gradient.addColorStop(at, color);
  context.fillStyle = gradient;
  context.fillRect(0, top, context.canvas.width, bottom - top);
}

function fillGlow(context: SKRSContext2D, [x, y, radius]: [number, number, number], stops: Stops): void {
  const gradient = context.createRadialGradient(x, y, 0, x, y, radius);
  for (const [at, color] of stops) gradient.addColorStop(at, color);
  context.fillStyle = gradient;
  context.fillRect(x - radius, y - radius, radius * 2, radius * 2);
}

/** A lake below three ranges of hills, with the sun going down; the water mirrors what is above it. */
function drawLake(): Canvas {
  const canvas = createCanvas(960, 640);
  const context = canvas.getContext('2d');
  const shore = 400;
  fillVertical(
    context,
    [0, shore],
    [
      [0, '#27306b'],
      [0.45, '#8a4f86'],
      [0.8, '#f08a5d'],
      [1, '#ffd08a'],
    ],
  );
  fillGlow(
    context,
    [610, 300, 330],
    [
      [0, 'rgba(255,240,200,0.95)'],
      [0.12, 'rgba(255,214,150,0.75)'],
      [1, 'rgba(255,190,120,0)'],
    ],
  );
  const ranges: [number, number, string][] = [
    [80, 290, '#7c5580'],
    [52, 338, '#4f3f6a'],
    [34, 372, '#2a2747'],
  ];
  for (const [index, [height, base, color]] of ranges.entries()) {
    context.fillStyle = color;
    context.beginPath();
    context.moveTo(0, shore);
    for (let x = 0; x <= 960; x += 6) {
      const wave = Math.sin(x / 97 + index * 2.1) * 0.55 + Math.sin(x / 41 + index * 5) * 0.3;
      context.lineTo(x, base - height * (wave + 0.15 * Math.sin(x / 13 + index)));
    }
    context.lineTo(960, shore);
    context.fill();
  }
  context.save();
  context.translate(0, shore * 2);
  context.scale(1, -1);
  context.globalAlpha = 0.75;
  context.drawImage(canvas, 0, shore - 240, 960, 240, 0, shore - 240, 960, 240);
  context.restore();
  fillVertical(
    context,
    [shore, 640],
    [
      [0, 'rgba(20,22,60,0.15)'],
      [1, 'rgba(12,14,44,0.85)'],
    ],
  );
  for (let index = 0; index < 220; index += 1) {
    const depth = noiseAt(index) ** 2;
    const y = shore + 4 + depth * 230;
    const width = 12 + depth * 90 * noiseAt(index + 900);
    context.fillStyle = `rgba(255,210,160,${0.05 + 0.16 * noiseAt(index + 400)})`;
    const x = 610 + (noiseAt(index + 77) - 0.5) * (260 + depth * 700);
    context.fillRect(x - width / 2, y, width, 1 + depth * 2.4);
  }
  return canvas;
}

/** A town at dusk, upright, seen from a roof: lit windows and a haze that rises from the streets. */
function drawCity(): Canvas {
  const canvas = createCanvas(640, 960);
  const context = canvas.getContext('2d');
  fillVertical(
    context,
    [0, 960],
    [
      [0, '#101a44'],
      [0.4, '#3d4a8f'],
      [0.62, '#d98fa0'],
      [0.72, '#ffcf9e'],
    ],
  );
  for (let layer = 0; layer < 4; layer += 1) {
    const shade = ['#6f6a9a', '#4a4a7c', '#2b2f5a', '#151937'][layer]!;
    for (let block = 0; block < 11; block += 1) {
      const id = layer * 50 + block;
      const width = 52 + noiseAt(id) * 44 + layer * 6;
      const x = block * 64 - 30 + noiseAt(id + 9) * 26;
      const top = 420 + layer * 105 - noiseAt(id + 21) ** 2 * (260 - layer * 20);
      context.fillStyle = shade;
      context.fillRect(x, top, width, 960 - top);
      drawWindows(context, [x, top, width], { layer, id });
    }
    fillVertical(
      context,
      [500 + layer * 80, 960],
      [
        [0, 'rgba(255,170,140,0)'],
        [1, `rgba(255,160,140,${0.2 - layer * 0.04})`],
      ],
    );
  }
  return canvas;
}

function drawWindows(
  context: SKRSContext2D,
  [x, top, width]: [number, number, number],
  { layer, id }: { layer: number; id: number },
): void {
  const step = 9 + layer * 3;
  for (let row = top + step; row < 950; row += step * 1.25) {
    for (let column = x + step * 0.6; column < x + width - step; column += step) {
      const chance = noiseAt(Math.floor(row) * 31 + Math.floor(column) * 17 + id);
      if (chance < 0.58) continue;
      context.fillStyle = chance > 0.93 ? 'rgba(160,230,255,0.85)' : `rgba(255,214,140,${chance - 0.25})`;
      context.fillRect(column, row, step * 0.45, step * 0.6);
    }
  }
}

/** Head and shoulders of an invented person before soft lights: plain shapes that a segmenter takes for a person. */
function drawPerson(): Canvas {
  const canvas = createCanvas(720, 720);
  const context = canvas.getContext('2d');
  fillVertical(
    context,
    [0, 720],
    [
      [0, '#e7e2da'],
      [1, '#b9c4c6'],
    ],
  );
  for (let index = 0; index < 26; index += 1) {
    const x = noiseAt(index) * 720;
    const y = noiseAt(index + 40) * 720;
    fillGlow(
      context,
      [x, y, 40 + noiseAt(index + 80) * 90],
      [
        [0, 'rgba(255,255,255,0.35)'],
        [0.7, 'rgba(255,250,240,0.22)'],
        [1, 'rgba(255,255,255,0)'],
      ],
    );
  }
  drawHairBehind(context);
  drawCoat(context);
  drawHead(context);
  drawFace(context);
  drawFringe(context);
  return canvas;
}

function fillShape(context: SKRSContext2D, path: string, fill: Fill): void {
  const points = path.split(' ').map(Number);
  context.fillStyle = fill;
  context.beginPath();
  context.moveTo(points[0]!, points[1]!);
  for (let at = 2; at + 5 < points.length; at += 6) {
    context.bezierCurveTo(
      points[at]!,
      points[at + 1]!,
      points[at + 2]!,
      points[at + 3]!,
      points[at + 4]!,
      points[at + 5]!,
    );
  }
  context.closePath();
  context.fill();
}

function slope(context: SKRSContext2D, [x0, y0, x1, y1]: number[], stops: Stops): Gradient {
  const gradient = context.createLinearGradient(x0!, y0!, x1!, y1!);
  for (const [at, color] of stops) gradient.addColorStop(at, color);
  return gradient;
}

function drawHairBehind(context: SKRSContext2D): void {
  const hair = slope(
    context,
    [220, 120, 500, 480],
    [
      [0, '#4a2c22'],
      [0.5, '#2d1a17'],
      [1, '#1b0f10'],
    ],
  );
  fillShape(
    context,
    '360 96 250 92 214 190 218 290 222 380 196 470 204 560 290 600 430 600 516 560 524 470 498 380 502 290 506 190 470 92 360 96',
    hair,
  );
}

function drawCoat(context: SKRSContext2D): void {
  const neck = slope(
    context,
    [300, 400, 430, 520],
    [
      [0, '#d79b7a'],
      [1, '#a3654e'],
    ],
  );
  fillShape(
    context,
    '312 380 314 450 306 490 268 520 300 600 420 600 452 520 414 490 406 450 408 380 390 430 330 430 312 380',
    neck,
  );
  fillShape(
    context,
    '300 500 300 560 330 640 360 660 390 640 420 560 420 500 400 560 320 560 300 500',
    '#f4efe9',
  );
  const coat = slope(
    context,
    [120, 520, 620, 720],
    [
      [0, '#2f8f8a'],
      [0.5, '#1f6f74'],
      [1, '#124650'],
    ],
  );
  fillShape(
    context,
    '278 508 200 540 110 560 84 720 250 720 470 720 636 720 610 560 520 540 442 508 420 580 390 610 360 632 330 610 300 580 278 508',
    coat,
  );
  fillShape(
    context,
    '278 508 262 560 300 640 356 700 362 670 362 650 360 632 330 610 296 576 278 508',
    '#2aa39b',
  );
  fillShape(
    context,
    '442 508 458 560 420 640 364 700 358 670 358 650 360 632 390 610 424 576 442 508',
    '#195f66',
  );
}

function drawHead(context: SKRSContext2D): void {
  const skin = slope(
    context,
    [260, 220, 470, 420],
    [
      [0, '#f3c7a4'],
      [0.55, '#e0a683'],
      [1, '#b87a5e'],
    ],
  );
  fillShape(
    context,
    '360 158 286 158 258 220 262 290 266 360 310 432 360 436 410 432 454 360 458 290 462 220 434 158 360 158',
    skin,
  );
  fillGlow(
    context,
    [318, 340, 44],
    [
      [0, 'rgba(226,110,90,0.28)'],
      [1, 'rgba(226,110,90,0)'],
    ],
  );
  fillGlow(
    context,
    [408, 340, 44],
    [
      [0, 'rgba(206,90,76,0.28)'],
      [1, 'rgba(206,90,76,0)'],
    ],
  );
}

function drawFace(context: SKRSContext2D): void {
  for (const x of [322, 398]) {
    context.fillStyle = '#fbf4ee';
    context.beginPath();
    context.ellipse(x, 290, 17, 9.5, 0, 0, Math.PI * 2);
    context.fill();
    context.fillStyle = '#3a241c';
    context.beginPath();
    context.arc(x, 290, 9, 0, Math.PI * 2);
    context.fill();
    context.fillStyle = '#ffffff';
    context.fillRect(x - 4, 285, 3.5, 3.5);
    context.strokeStyle = '#2d1a17';
    context.lineWidth = 4;
    context.beginPath();
    context.ellipse(x, 291, 19, 12, 0, Math.PI * 1.08, Math.PI * 1.92);
    context.stroke();
    context.lineWidth = 6;
    context.beginPath();
    context.ellipse(x, 276, 25, 14, 0, Math.PI * 1.18, Math.PI * 1.82);
    context.stroke();
  }
  context.strokeStyle = 'rgba(140,80,60,0.65)';
  context.lineWidth = 4;
  context.beginPath();
  context.moveTo(364, 296);
  context.quadraticCurveTo(376, 340, 352, 344);
  context.stroke();
  fillShape(
    context,
    '326 372 342 366 350 368 360 370 370 368 378 366 394 372 380 396 340 396 326 372',
    '#b5483f',
  );
  fillShape(context, '332 374 350 376 370 376 388 374 376 384 344 384 332 374', '#fff3ea');
}

function drawFringe(context: SKRSContext2D): void {
  const hair = slope(
    context,
    [240, 110, 480, 300],
    [
      [0, '#6a4030'],
      [0.4, '#3b221c'],
      [1, '#1f1213'],
    ],
  );
  fillShape(
    context,
    '392 150 330 190 280 214 254 330 232 250 240 150 330 124 400 112 480 150 474 330 462 250 440 200 392 150',
    hair,
  );
}

const DRAWINGS = { 'lake.jpg': drawLake, 'city.jpg': drawCity, 'person.jpg': drawPerson };

if (import.meta.main) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error('Name the folder to write to.');
  for (const [name, draw] of Object.entries(DRAWINGS)) {
    await writeFile(join(folder, name), draw().toBuffer('image/jpeg', 86));
  }
}
