// Draws the bundled sample pictures that are ours, so that their origin can be checked by running this file:
// `node draw-samples.ts FOLDER` writes them as JPEG. Nothing calls it while the server runs.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { drawPerson } from './draw-person.ts';

type Stops = [number, string][];

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

const DRAWINGS = { 'lake.jpg': drawLake, 'city.jpg': drawCity, 'person.jpg': drawPerson };

if (import.meta.main) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error('Name the folder to write to.');
  for (const [name, draw] of Object.entries(DRAWINGS)) {
    await writeFile(join(folder, name), draw().toBuffer('image/jpeg', 86));
  }
}
