// The camera rolls towards the person while the world behind zooms away: the pull known from thrillers, with dust in the
// air and light leaking in. Without a person, the photo's guessed depth carries the move.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import type { Photo } from '../photo/photo.ts';
import { clamp } from '../photo/plane.ts';
import type { Painter, Stage } from '../stage.ts';
import { makeRelief, paintRelief } from './depth-drift.ts';
import { type Finish, makeBloom, makeDust, makeSpark, makeVignette } from './finish.ts';
import { easeInOut, mix } from './motion.ts';
import {
  blurCanvas,
  cutOut,
  drawPixels,
  fillBackdrop,
  fitPhoto,
  makeCanvas,
  type Size,
  wrapPixels,
} from './picture.ts';
import { viewWords } from './sample.ts';

/** Warm light that wanders along the upper border, as through a badly closed camera. */
export function makeLightLeak(size: Size): Finish {
  const lights = [
    { spark: makeSpark('255,138,60', 0.1), side: 1.25, speed: 0.55, phase: 0.4, height: -0.05 },
    { spark: makeSpark('255,70,120', 0.1), side: 0.9, speed: 0.4, phase: 2.6, height: 0.12 },
  ];
  return (context, timeSeconds) => {
    context.save();
    context.globalCompositeOperation = 'screen';
    for (const light of lights) {
      const turn = timeSeconds * light.speed + light.phase;
      const side = Math.max(size.width, size.height) * light.side;
      context.globalAlpha = 0.34 * (0.6 + 0.4 * Math.sin(turn * 2.3));
      const x = size.width * (0.5 + 0.62 * Math.sin(turn));
      context.drawImage(light.spark, x - side / 2, size.height * light.height - side / 2, side, side);
    }
    context.restore();
  };
}

/** The shape of a cut-out as a soft shadow. */
export function makeShadow(cutout: Canvas, softnessPx: number): Canvas {
  const shape = makeCanvas(cutout);
  const context = shape.getContext('2d');
  context.drawImage(cutout, 0, 0);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = '#05050c';
  context.fillRect(0, 0, shape.width, shape.height);
  const soft = makeCanvas(cutout);
  const softContext = soft.getContext('2d');
  softContext.filter = `blur(${softnessPx.toFixed(1)}px)`;
  softContext.drawImage(shape, 0, 0);
  return soft;
}

interface Placement {
  zoom: number;
  /** Point that stays where it is. */
  x: number;
  y: number;
  shiftX: number;
}

function drawZoomed(context: SKRSContext2D, canvas: Canvas, place: Placement): void {
  const { zoom, x, y, shiftX } = place;
  context.drawImage(canvas, x - x * zoom + shiftX, y - y * zoom, canvas.width * zoom, canvas.height * zoom);
}

function prepareWithPerson(photo: Photo, stage: Stage): Painter {
  const picture = fitPhoto(photo, stage);
  const cutout = drawPixels(cutOut(picture), picture);
  const unit = Math.max(stage.width, stage.height);
  const shadow = makeShadow(cutout, unit / 45);
  const sharp = blurCanvas(drawPixels(fillBackdrop(picture), picture), unit / 420);
  const soft = blurCanvas(sharp, unit / 75);
  return (context, timeSeconds) => {
    const part = clamp(timeSeconds / stage.durationSeconds, 0, 1);
    const roll = easeInOut(part);
    const sway = Math.sin(part * Math.PI * 2) * unit * 0.011 * stage.movement;
    const far: Placement = {
      zoom: mix(1.05 + 0.2 * stage.movement, 1.05, roll),
      x: picture.focusX,
      y: picture.focusY,
      shiftX: -sway,
    };
    const near: Placement = {
      zoom: mix(1.02, 1.04 + 0.14 * stage.movement, roll),
      x: picture.focusX,
      y: picture.focusY,
      shiftX: sway,
    };
    drawZoomed(context, sharp, far);
    context.globalAlpha = 0.15 + 0.8 * roll;
    drawZoomed(context, soft, far);
    context.globalAlpha = 0.5;
    drawZoomed(context, shadow, { ...near, zoom: near.zoom * 1.025, shiftX: sway * 0.3 });
    context.globalAlpha = 1;
    drawZoomed(context, cutout, near);
  };
}

function prepareWithoutPerson(photo: Photo, stage: Stage): Painter {
  const relief = makeRelief(photo, stage);
  const out = new Uint8ClampedArray(relief.picture.rgba.length);
  const image = wrapPixels(out, stage);
  const reach = Math.max(stage.width, stage.height) * 0.04 * stage.movement;
  return (context, timeSeconds) => {
    const part = clamp(timeSeconds / stage.durationSeconds, 0, 1);
    paintRelief(viewWords(out), relief, {
      shiftX: reach * Math.sin((part - 0.5) * Math.PI),
      shiftY: -reach * 0.3 * easeInOut(part),
      zoom: 1.08 + 0.16 * stage.movement * easeInOut(part),
      focus: 0.8,
      blur: 0.5 * easeInOut(part),
      light: -1,
    });
    context.putImageData(image, 0, 0);
  };
}

export function prepareDollyParallax(photos: Photo[], stage: Stage): Painter {
  const photo = photos[0];
  const paint =
    photo.mask === undefined ? prepareWithoutPerson(photo, stage) : prepareWithPerson(photo, stage);
  const finishes = [
    makeLightLeak(stage),
    makeBloom(stage, 0.18),
    makeDust(stage, { seed: stage.seed, count: 60, rgb: '255,226,190', strength: 0.55 }),
    makeVignette(stage, 0.6),
  ];
  return (context, timeSeconds) => {
    context.save();
    paint(context, timeSeconds);
    context.restore();
    for (const finish of finishes) finish(context, timeSeconds);
  };
}
