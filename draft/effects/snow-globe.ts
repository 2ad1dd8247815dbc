// The photo inside a glass ball on a table: shaken at the start, then the snow whirls, falls behind and before the
// person, and settles, while the camera comes closer.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import type { Photo } from '../photo/photo.ts';
import { clamp } from '../photo/plane.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Painter, Stage } from '../stage.ts';
import { type Finish, makeBloom, makeSpark, makeVignette } from './finish.ts';
import { mapBrightness } from './grade.ts';
import { easeInOut } from './motion.ts';
import {
  blurCanvas,
  cutOut,
  drawPixels,
  fillBackdrop,
  fitPhoto,
  makeCanvas,
  type Picture,
  type Size,
} from './picture.ts';

interface Globe {
  x: number;
  y: number;
  radius: number;
}

/** Bends a square picture as a full ball of glass does: hardly in the middle, strongly at the rim; round, with alpha. */
function bulge(source: Uint8ClampedArray, side: number): Canvas {
  const out = new Uint8ClampedArray(source.length);
  for (let i = 0; i < side * side; i++) {
    const x = ((i % side) - side / 2) / (side / 2);
    const y = (Math.floor(i / side) - side / 2) / (side / 2);
    const distance = Math.hypot(x, y);
    if (distance >= 1) continue;
    const bent = 0.86 + 0.14 * distance ** 3;
    const fromX = clamp(Math.round((x * bent + 1) * 0.5 * side), 0, side - 1);
    const fromY = clamp(Math.round((y * bent + 1) * 0.5 * side), 0, side - 1);
    const from = (fromY * side + fromX) * 4;
    for (let c = 0; c < 4; c++) out[i * 4 + c] = source[from + c];
    out[i * 4 + 3] = out[i * 4 + 3] * clamp((1 - distance) * side * 0.5, 0, 1);
  }
  return drawPixels(out, { width: side, height: side });
}

/** A winter's grade: paler, bluer. Keeps alpha. */
function chill(rgba: Uint8ClampedArray): Uint8ClampedArray {
  for (let p = 0; p < rgba.length; p += 4) {
    const light = (rgba[p] * 54 + rgba[p + 1] * 183 + rgba[p + 2] * 19) >> 8;
    rgba[p] = rgba[p] * 0.76 + light * 0.2 + 4;
    rgba[p + 1] = rgba[p + 1] * 0.8 + light * 0.18 + 10;
    rgba[p + 2] = rgba[p + 2] * 0.8 + light * 0.2 + 24;
  }
  return rgba;
}

/** A hill of snow in the lower part of the ball. */
function drawSnowHill(side: number): Canvas {
  const canvas = makeCanvas({ width: side, height: side });
  const context = canvas.getContext('2d');
  context.beginPath();
  context.arc(side / 2, side / 2, side / 2 - 1, 0, Math.PI * 2);
  context.clip();
  const snow = context.createLinearGradient(0, side * 0.8, 0, side);
  snow.addColorStop(0, '#ffffff');
  snow.addColorStop(1, '#a9c2e4');
  context.fillStyle = snow;
  context.filter = `blur(${(side / 160).toFixed(1)}px)`;
  context.beginPath();
  context.moveTo(0, side * 0.86);
  context.bezierCurveTo(side * 0.28, side * 0.79, side * 0.44, side * 0.9, side * 0.64, side * 0.85);
  context.bezierCurveTo(side * 0.8, side * 0.81, side * 0.9, side * 0.84, side, side * 0.87);
  context.lineTo(side, side);
  context.lineTo(0, side);
  context.fill();
  return canvas;
}

/** What the glass adds: dark and bright towards the rim, a window's reflection, a crescent, light gathered below. */
function drawGlass(context: SKRSContext2D, radius: number): void {
  const rim = context.createRadialGradient(0, 0, radius * 0.72, 0, 0, radius);
  rim.addColorStop(0, 'rgba(10,20,45,0)');
  rim.addColorStop(0.7, 'rgba(10,20,45,0.25)');
  rim.addColorStop(0.93, 'rgba(12,24,52,0.62)');
  rim.addColorStop(1, 'rgba(190,215,255,0.55)');
  context.fillStyle = rim;
  context.beginPath();
  context.arc(0, 0, radius, 0, Math.PI * 2);
  context.fill();
  context.save();
  context.globalCompositeOperation = 'screen';
  context.filter = `blur(${(radius / 40).toFixed(1)}px)`;
  context.lineCap = 'round';
  context.strokeStyle = 'rgba(235,245,255,0.6)';
  context.lineWidth = radius * 0.045;
  context.beginPath();
  context.arc(0, 0, radius * 0.88, Math.PI * 1.08, Math.PI * 1.36);
  context.stroke();
  context.strokeStyle = 'rgba(255,214,160,0.55)';
  context.beginPath();
  context.arc(0, 0, radius * 0.9, Math.PI * 0.16, Math.PI * 0.4);
  context.stroke();
  context.fillStyle = 'rgba(255,255,255,0.5)';
  context.beginPath();
  context.ellipse(-radius * 0.46, -radius * 0.6, radius * 0.16, radius * 0.085, -0.72, 0, Math.PI * 2);
  context.fill();
  context.restore();
}

/** The turned wooden foot below the ball. */
function drawFoot(context: SKRSContext2D, { x, y, radius }: Globe): void {
  const layers = [
    { top: 0.8, bottom: 0.93, width: 0.66, light: '#8a5a34', dark: '#2c1608' },
    { top: 0.92, bottom: 1.12, width: 0.8, light: '#74451f', dark: '#200e05' },
    { top: 1.1, bottom: 1.2, width: 0.9, light: '#8f5f38', dark: '#28130a' },
  ];
  for (const layer of layers) {
    const wood = context.createLinearGradient(x - radius * layer.width, 0, x + radius * layer.width, 0);
    wood.addColorStop(0, layer.dark);
    wood.addColorStop(0.3, layer.light);
    wood.addColorStop(0.42, '#c79264');
    wood.addColorStop(0.6, layer.light);
    wood.addColorStop(1, layer.dark);
    context.fillStyle = wood;
    const width = radius * layer.width;
    context.beginPath();
    context.roundRect(
      x - width,
      y + radius * layer.top,
      width * 2,
      radius * (layer.bottom - layer.top),
      radius * 0.04,
    );
    context.fill();
  }
  const plate = context.createLinearGradient(x - radius * 0.3, 0, x + radius * 0.3, 0);
  plate.addColorStop(0, '#8d6a2c');
  plate.addColorStop(0.45, '#ffe7a6');
  plate.addColorStop(1, '#7a5a22');
  context.fillStyle = plate;
  context.beginPath();
  context.roundRect(x - radius * 0.26, y + radius * 0.965, radius * 0.52, radius * 0.105, radius * 0.02);
  context.fill();
}

/** A warm room out of focus, made of the photo's own colours and lamps, and the table in front. */
function makeRoom(picture: Picture, size: Size, seed: number): Canvas {
  const warm = mapBrightness(picture.rgba, [
    [14, 7, 8],
    [66, 32, 24],
    [148, 84, 44],
    [238, 190, 120],
  ]);
  const canvas = blurCanvas(drawPixels(warm, picture), Math.max(size.width, size.height) / 18);
  const context = canvas.getContext('2d');
  context.fillStyle = 'rgba(12,6,10,0.5)';
  context.fillRect(0, 0, size.width, size.height);
  const random = createRandom(deriveSeed(seed, 'lamps'));
  const unit = Math.min(size.width, size.height);
  context.globalCompositeOperation = 'screen';
  for (let lamp = 0; lamp < 34; lamp++) {
    const spark = makeSpark(
      ['255,176,84', '255,120,70', '255,220,150', '120,170,255'][Math.floor(random() * 4)],
      0.85,
    );
    const side = unit * (0.05 + 0.12 * random());
    context.globalAlpha = 0.16 + 0.3 * random();
    context.drawImage(
      spark,
      random() * size.width - side / 2,
      random() * size.height * 0.66 - side / 2,
      side,
      side,
    );
  }
  return canvas;
}

function drawTable(context: SKRSContext2D, size: Size, globe: Globe): void {
  const top = globe.y + globe.radius * 1.02;
  const table = context.createLinearGradient(0, top, 0, size.height);
  table.addColorStop(0, '#3a2113');
  table.addColorStop(1, '#140a05');
  context.fillStyle = table;
  context.fillRect(0, top, size.width, size.height - top);
  const shade = context.createRadialGradient(0, 0, 0, 0, 0, globe.radius * 1.3);
  shade.addColorStop(0, 'rgba(0,0,0,0.75)');
  shade.addColorStop(1, 'rgba(0,0,0,0)');
  context.save();
  context.translate(globe.x, globe.y + globe.radius * 1.2);
  context.scale(1, 0.16);
  context.fillStyle = shade;
  context.fillRect(-globe.radius * 1.4, -globe.radius * 1.4, globe.radius * 2.8, globe.radius * 2.8);
  context.restore();
}

/** Flakes in one half of the ball: they whirl with the shake, which dies away, and fall all the time. */
function makeFlakes(globe: Globe, look: { seed: number; count: number; size: number }): Finish {
  const spark = makeSpark('255,255,255', 0.55);
  const random = createRandom(look.seed);
  const flakes = Array.from({ length: look.count }, () => ({
    x: random() * 2 - 1,
    y: random() * 2 - 1,
    fall: 0.1 + 0.16 * random(),
    size: look.size * (0.35 + random() ** 2),
    phase: random() * 6.3,
    whirl: 0.6 + random(),
  }));
  return (context, timeSeconds) => {
    // All the turning that has happened so far, of a whirl that slows down to a fifth of itself.
    const turned = 2.6 * (1 - Math.exp(-timeSeconds * 0.9)) + timeSeconds * 0.1;
    for (const flake of flakes) {
      const swing = Math.sin(timeSeconds * 1.4 + flake.phase) * 0.06;
      const drop = flake.y + timeSeconds * flake.fall;
      const y0 = ((((drop + 1) % 2) + 2) % 2) - 1;
      const angle = turned * flake.whirl;
      const x = flake.x * Math.cos(angle) - 0.5 * y0 * Math.sin(angle) + swing;
      const y = y0 * (0.75 + 0.25 * Math.cos(angle)) + 0.35 * flake.x * Math.sin(angle);
      if (x * x + y * y > 0.9) continue;
      const side = globe.radius * flake.size;
      context.globalAlpha = 0.9;
      context.drawImage(
        spark,
        globe.x + x * globe.radius - side / 2,
        globe.y + y * globe.radius - side / 2,
        side,
        side,
      );
    }
    context.globalAlpha = 1;
  };
}

/** The square of the photo that the ball shows. */
function prepareInside(photo: Photo, radius: number): { far: Canvas; near?: Canvas } {
  const side = Math.round(radius * 2);
  const picture = fitPhoto(photo, { width: side, height: side });
  const far = bulge(chill(fillBackdrop(picture)), side);
  return picture.mask === undefined ? { far } : { far, near: bulge(chill(cutOut(picture)), side) };
}

export function prepareSnowGlobe(photos: Photo[], stage: Stage): Painter {
  const unit = Math.min(stage.width, stage.height);
  const globe: Globe = {
    x: stage.width / 2,
    y: stage.height * 0.5 - unit * 0.06,
    radius: unit * (stage.height > stage.width ? 0.4 : 0.345),
  };
  const inside = prepareInside(photos[0], globe.radius);
  const hill = drawSnowHill(Math.round(globe.radius * 2));
  const room = makeRoom(fitPhoto(photos[0], stage), stage, stage.seed);
  const foot = makeCanvas(stage);
  drawTable(foot.getContext('2d'), stage, globe);
  drawFoot(foot.getContext('2d'), globe);
  const glass = makeCanvas({ width: globe.radius * 2 + 4, height: globe.radius * 2 + 4 });
  glass.getContext('2d').translate(globe.radius + 2, globe.radius + 2);
  drawGlass(glass.getContext('2d'), globe.radius);
  const seedOf = (part: string) => deriveSeed(stage.seed, part);
  const behind = makeFlakes(globe, { seed: seedOf('behind'), count: 170, size: 0.032 });
  const before = makeFlakes(globe, { seed: seedOf('before'), count: 130, size: 0.055 });
  const bloom = makeBloom(stage, 0.45);
  const vignette = makeVignette(stage, 0.75);
  return (context, timeSeconds) => {
    const part = clamp(timeSeconds / stage.durationSeconds, 0, 1);
    const shake = Math.exp(-timeSeconds * 3.2);
    const zoom = 1 + 0.12 * stage.movement * easeInOut(part);
    context.save();
    context.translate(globe.x * (1 - zoom * 0.985), globe.y * (1 - zoom * 0.985));
    context.scale(zoom * 0.985, zoom * 0.985);
    const spare = 0.08;
    context.drawImage(
      room,
      -stage.width * spare,
      -stage.height * spare,
      stage.width * (1 + 2 * spare),
      stage.height * (1 + 2 * spare),
    );
    context.restore();
    context.save();
    context.translate(globe.x, globe.y + globe.radius * 1.2);
    context.scale(zoom, zoom);
    context.rotate(Math.sin(timeSeconds * 21) * 0.045 * shake);
    context.translate(
      -globe.x + Math.sin(timeSeconds * 17) * unit * 0.02 * shake,
      -globe.y - globe.radius * 1.2,
    );
    context.drawImage(foot, 0, 0);
    const left = globe.x - globe.radius;
    const top = globe.y - globe.radius;
    context.drawImage(inside.far, left, top);
    behind(context, timeSeconds);
    if (inside.near !== undefined) context.drawImage(inside.near, left, top);
    context.drawImage(hill, left, top);
    before(context, timeSeconds);
    context.drawImage(glass, left - 2, top - 2);
    context.restore();
    bloom(context, timeSeconds);
    vignette(context, timeSeconds);
  };
}
