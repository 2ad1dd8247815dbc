// The photo on worn film: sepia, a leader that flashes by, a gate that weaves, scratches, dust, and the lamp's flicker.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import type { Photo } from '../photo/photo.ts';
import { clamp } from '../photo/plane.ts';
import { createRandom, deriveSeed, hashToUnit } from '../random.ts';
import type { Painter, Stage } from '../stage.ts';
import { type Finish, makeGrain, makeSpark, makeVignette } from './finish.ts';
import { mapBrightness, type Rgb } from './grade.ts';
import { easeInOut } from './motion.ts';
import { blurCanvas, drawPixels, fitPhoto, makeCanvas, type Size } from './picture.ts';

/** Film ran slower than video: a picture is held for a frame or two, damage and all. */
const PICTURES_PER_SECOND = 16;
const LEADER_SECONDS = 0.75;

const FILM_TONES: readonly Rgb[] = [
  [20, 12, 6],
  [74, 52, 34],
  [150, 116, 80],
  [214, 184, 140],
  [250, 236, 204],
];

/** Vertical scratches that stay for a while and tremble, as a grain of dirt in the gate leaves them. */
function drawScratches(context: SKRSContext2D, size: Size, seed: number, picture: number): void {
  for (let slot = 0; slot < 5; slot++) {
    const era = Math.floor((picture + slot * 5) / 14);
    const chance = (n: number) => hashToUnit(seed + slot * 31 + n, era);
    if (chance(0) > 0.62) continue;
    const tremble = (hashToUnit(seed + slot, picture) - 0.5) * size.width * 0.003;
    const x = chance(1) * size.width + tremble;
    const top = chance(2) < 0.5 ? 0 : chance(3) * size.height * 0.6;
    const length = chance(4) < 0.5 ? size.height : size.height * (0.2 + 0.6 * chance(5));
    context.globalAlpha = 0.12 + 0.4 * hashToUnit(seed + slot + 77, picture);
    context.fillStyle = chance(6) < 0.7 ? '#fff6dc' : '#1a0f06';
    context.fillRect(x, top, Math.max(1, size.width * 0.0011), length);
  }
}

/** Specks and curled hairs, new on every picture. */
function drawDirt(context: SKRSContext2D, size: Size, seed: number, picture: number): void {
  const random = createRandom(deriveSeed(seed, `dirt ${picture}`));
  const unit = Math.min(size.width, size.height);
  const specks = Math.floor(random() * 11);
  for (let n = 0; n < specks; n++) {
    context.globalAlpha = 0.35 + 0.5 * random();
    context.fillStyle = random() < 0.6 ? '#120a05' : '#fff4d8';
    context.beginPath();
    const radius = unit * (0.0012 + 0.006 * random() ** 3);
    context.ellipse(
      random() * size.width,
      random() * size.height,
      radius,
      radius * (0.5 + random()),
      random() * 3,
      0,
      6.3,
    );
    context.fill();
  }
  if (random() > 0.24) return;
  const x = random() * size.width;
  const y = random() * size.height;
  const reach = () => (random() - 0.5) * unit * 0.22;
  context.globalAlpha = 0.6;
  context.strokeStyle = '#140b06';
  context.lineWidth = Math.max(1, unit * 0.002);
  context.beginPath();
  context.moveTo(x, y);
  context.bezierCurveTo(x + reach(), y + reach(), x + reach(), y + reach(), x + reach(), y + reach());
  context.stroke();
}

/** The leader before the first picture: cross hairs, two rings and a hand that sweeps round. */
function drawLeader(context: SKRSContext2D, size: Size, part: number): void {
  const { width, height } = size;
  const unit = Math.min(width, height);
  context.fillStyle = '#b9ab8c';
  context.fillRect(0, 0, width, height);
  context.translate(width / 2, height / 2);
  context.fillStyle = 'rgba(58,46,30,0.55)';
  context.beginPath();
  context.moveTo(0, 0);
  context.arc(0, 0, width + height, -Math.PI / 2, -Math.PI / 2 + part * Math.PI * 2);
  context.fill();
  context.strokeStyle = '#2a2016';
  context.lineWidth = unit * 0.006;
  for (const radius of [0.36, 0.32]) {
    context.beginPath();
    context.arc(0, 0, unit * radius, 0, 6.3);
    context.stroke();
  }
  context.beginPath();
  context.moveTo(-width, 0);
  context.lineTo(width, 0);
  context.moveTo(0, -height);
  context.lineTo(0, height);
  context.stroke();
  const hand = -Math.PI / 2 + part * Math.PI * 2;
  context.beginPath();
  context.moveTo(0, 0);
  context.lineTo(Math.cos(hand) * (width + height), Math.sin(hand) * (width + height));
  context.stroke();
}

/** The projector's gate: a black border with soft round corners. */
function makeGate(size: Size): Canvas {
  const canvas = makeCanvas(size);
  const context = canvas.getContext('2d');
  const unit = Math.min(size.width, size.height);
  context.fillStyle = '#080503';
  context.fillRect(0, 0, size.width, size.height);
  context.globalCompositeOperation = 'destination-out';
  context.filter = `blur(${(unit / 160).toFixed(1)}px)`;
  const border = unit * 0.028;
  context.beginPath();
  context.roundRect(border, border, size.width - 2 * border, size.height - 2 * border, unit * 0.06);
  context.fill();
  return canvas;
}

/** Orange light that eats in from a side towards the end of the reel. */
function makeBurn(size: Size, durationSeconds: number): Finish {
  const spark = makeSpark('255,150,50', 0.35);
  return (context, timeSeconds) => {
    const part = clamp((timeSeconds - durationSeconds + 0.7) / 0.7, 0, 1);
    const early = Math.max(0, Math.sin(timeSeconds * 1.9 - 1)) ** 12 * 0.35;
    const strength = Math.max(easeInOut(part), early);
    if (strength < 0.01) return;
    context.save();
    context.globalCompositeOperation = 'screen';
    context.globalAlpha = Math.min(1, strength * 1.2);
    const side = Math.max(size.width, size.height) * (0.9 + strength);
    context.drawImage(
      spark,
      size.width * (1.08 - 0.5 * strength) - side / 2,
      size.height * 0.35 - side / 2,
      side,
      side,
    );
    context.restore();
  };
}

interface Gate {
  size: Size;
  sharp: Canvas;
  soft: Canvas;
  left: number;
  top: number;
  zoom: number;
  /** Share of the soft copy: the projectionist finds the focus in the first moments. */
  blur: number;
}

/** The photo in the gate, and the next one below it where the film has slipped far enough to show it. */
function drawFilmPicture(context: SKRSContext2D, gate: Gate): void {
  const { width, height } = gate.size;
  const pitch = height * gate.zoom * 1.02;
  for (let top = gate.top; top < height; top += pitch) {
    context.globalAlpha = 1;
    context.drawImage(gate.sharp, gate.left, top, width * gate.zoom, height * gate.zoom);
    context.globalAlpha = gate.blur;
    context.drawImage(gate.soft, gate.left, top, width * gate.zoom, height * gate.zoom);
  }
  context.globalAlpha = 1;
}

/** At the splice the film jumps: for two pictures the frame line stands in the gate. In parts of the height. */
function readSlip(picturesSinceSplice: number): number {
  if (picturesSinceSplice === 0) return 0.34;
  return picturesSinceSplice === 1 ? 0.12 : 0;
}

export function prepareOldFilm(photos: Photo[], stage: Stage): Painter {
  const picture = fitPhoto(photos[0], stage);
  const sepia = mapBrightness(picture.rgba, FILM_TONES);
  const sharp = drawPixels(sepia, picture);
  const soft = blurCanvas(sharp, Math.max(stage.width, stage.height) / 90);
  const gate = makeGate(stage);
  const finishes = [
    makeBurn(stage, stage.durationSeconds),
    makeGrain(stage, { seed: stage.seed, strength: 0.34 }),
    makeVignette(stage, 0.8),
  ];
  const random = createRandom(deriveSeed(stage.seed, 'splice'));
  const splice = Math.floor((1.8 + random() * 1.4) * PICTURES_PER_SECOND);
  const leader = Math.min(LEADER_SECONDS, stage.durationSeconds / 5);
  return (context, timeSeconds) => {
    const shown = Math.floor(timeSeconds * PICTURES_PER_SECOND + 1e-6);
    const chance = (n: number) => hashToUnit(stage.seed + n, shown) - 0.5;
    const time = shown / PICTURES_PER_SECOND;
    context.save();
    if (time < leader) drawLeader(context, stage, (time / leader) % 1);
    else {
      const zoom = 1.03 + 0.07 * stage.movement * clamp(time / stage.durationSeconds, 0, 1);
      const weaveX = (Math.sin(time * 2.1) * 0.002 + chance(1) * 0.0035) * stage.width;
      const weaveY = (chance(2) * 0.006 - readSlip(shown - splice)) * stage.height;
      const left = picture.focusX * (1 - zoom) + weaveX;
      const top = picture.focusY * (1 - zoom) + weaveY;
      drawFilmPicture(context, {
        size: stage,
        sharp,
        soft,
        left,
        top,
        zoom,
        blur: clamp(1 - (time - leader) / 0.5, 0.12, 1),
      });
    }
    context.restore();
    context.save();
    const lamp = chance(3) * 0.16 + Math.sin(time * 9) * 0.03;
    context.globalAlpha = Math.abs(lamp);
    context.fillStyle = lamp > 0 ? '#fff2d0' : '#000000';
    context.fillRect(0, 0, stage.width, stage.height);
    drawScratches(context, stage, stage.seed, shown);
    drawDirt(context, stage, stage.seed, shown);
    context.restore();
    for (const finish of finishes) finish(context, timeSeconds);
    context.drawImage(gate, 0, 0);
  };
}
