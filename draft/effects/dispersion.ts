// The subject comes apart into drifting particles from one side to the other, and gathers again out of the wind.
// Without a person the whole picture does, over a dim memory of itself.

import { smoothStep } from '../paint/noise.ts';
import type { Photo } from '../photo/photo.ts';
import { blurPlane, clamp, fromBytes } from '../photo/plane.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Painter, Stage } from '../stage.ts';
import { makeBloom, makeDust, makeVignette } from './finish.ts';
import { easeInOut, mix, progress } from './motion.ts';
import { makeClouds } from './noise.ts';
import {
  blurCanvas,
  cutOut,
  drawPixels,
  fillBackdrop,
  fitPhoto,
  makeCanvas,
  type Picture,
  readPixels,
  wrapPixels,
} from './picture.ts';

/** Particle lifetime as a part of the whole dissolve. */
const LIFETIME = 0.42;

interface Subject {
  width: number;
  height: number;
  /** People (or everything) with alpha. */
  rgba: Uint8ClampedArray;
  backdrop: Uint8ClampedArray;
  /** When each pixel goes, 0 first to 255 last. */
  turn: Uint8Array;
  /** Numbers of the pixels that the subject covers at all. */
  pixels: Uint32Array;
}

interface Particles {
  count: number;
  x: Float32Array;
  y: Float32Array;
  turn: Float32Array;
  /** Push per axis that is the particle's own, -1 to 1. */
  swayX: Float32Array;
  swayY: Float32Array;
  colors: Uint32Array;
}

/** The order in which pixels leave: a front from right to left, ragged by clouds, fine-grained at its edge. */
function planTurns(picture: Picture, seed: number): Uint8Array {
  const { width, height } = picture;
  const coarse = makeClouds(picture, { seed, cellPx: Math.max(width, height) / 5, layers: 4 });
  const fine = makeClouds(picture, { seed: seed + 5, cellPx: Math.max(8, width / 60), layers: 2 });
  const turn = new Uint8Array(width * height);
  for (let i = 0; i < turn.length; i++) {
    const across = 1 - (i % width) / width;
    const down = Math.floor(i / width) / height;
    const order = 0.52 * across + 0.16 * down + 0.26 * coarse.data[i] + 0.1 * fine.data[i];
    turn[i] = Math.round(255 * smoothStep(0.08, 0.94, order));
  }
  return turn;
}

/** What is behind: people filled over; of a picture without people, the picture itself, soft and dim. */
function makeBackdrop(picture: Picture): Uint8ClampedArray {
  if (picture.mask !== undefined) return fillBackdrop(picture);
  const soft = readPixels(blurCanvas(drawPixels(picture.rgba, picture), picture.width / 40));
  for (let p = 0; p < soft.length; p += 4) {
    for (let c = 0; c < 3; c++) soft[p + c] = soft[p + c] * 0.34 + (c === 2 ? 14 : 8);
  }
  return soft;
}

function makeSubject(picture: Picture, seed: number): Subject {
  const rgba = cutOut(picture);
  const pixels: number[] = [];
  for (let i = 0; i < picture.width * picture.height; i++) if (rgba[i * 4 + 3] > 2) pixels.push(i);
  return {
    width: picture.width,
    height: picture.height,
    rgba,
    backdrop: makeBackdrop(picture),
    turn: planTurns(picture, seed),
    pixels: Uint32Array.from(pixels),
  };
}

function makeParticles(picture: Picture, subject: Subject, seed: number): Particles {
  const step = Math.max(2, Math.round(Math.max(picture.width, picture.height) / 420));
  const random = createRandom(deriveSeed(seed, 'particles'));
  const solid = picture.mask === undefined ? undefined : blurPlane(fromBytes(picture.mask, picture), step);
  const cells: number[] = [];
  for (let y = step >> 1; y < picture.height; y += step) {
    for (let x = step >> 1; x < picture.width; x += step) {
      const pixel = y * picture.width + x;
      if (solid === undefined || solid.data[pixel] > 0.5) cells.push(pixel);
    }
  }
  const make = (value: (pixel: number) => number) => Float32Array.from(cells, value);
  const words = new Uint32Array(subject.rgba.buffer, subject.rgba.byteOffset, subject.rgba.length / 4);
  return {
    count: cells.length,
    x: make((pixel) => pixel % picture.width),
    y: make((pixel) => Math.floor(pixel / picture.width)),
    turn: make((pixel) => subject.turn[pixel] / 255 + (random() - 0.5) * 0.05),
    swayX: make(() => random() + random() - 1),
    swayY: make(() => random() + random() - 1),
    colors: Uint32Array.from(cells, (pixel) => words[pixel]),
  };
}

/** Lays what is left of the subject over the backdrop; pixels about to go light up first. */
function paintSubject(out: Uint8ClampedArray, subject: Subject, gone: number): void {
  const keep = new Float32Array(256);
  const glow = new Float32Array(256);
  for (let turn = 0; turn < 256; turn++) {
    const left = turn / 255 - gone;
    keep[turn] = smoothStep(-0.012, 0.012, left) / 255;
    glow[turn] = gone <= 0 ? 0 : 110 * Math.exp(-(((left - 0.012) / 0.03) ** 2));
  }
  const { rgba, turn, pixels } = subject;
  for (let n = 0; n < pixels.length; n++) {
    const pixel = pixels[n];
    const p = pixel * 4;
    const alpha = rgba[p + 3] * keep[turn[pixel]];
    if (alpha <= 0) continue;
    const shine = glow[turn[pixel]];
    out[p] = out[p] + (rgba[p] + shine - out[p]) * alpha;
    out[p + 1] = out[p + 1] + (rgba[p + 1] + shine * 0.72 - out[p + 1]) * alpha;
    out[p + 2] = out[p + 2] + (rgba[p + 2] + shine * 0.5 - out[p + 2]) * alpha;
  }
}

interface Wind {
  /** Front of the dissolve: pixels whose turn lies below it have left. */
  gone: number;
  /** Farthest flight in pixels, per axis. */
  x: number;
  y: number;
  timeSeconds: number;
}

/** One small square, blended in place; `x` and `y` are its first pixel. */
function paintSquare(
  out: Uint8ClampedArray,
  width: number,
  square: { x: number; y: number; side: number },
  ink: { color: number; alpha: number; shine: number },
) {
  const height = out.length / 4 / width;
  const right = Math.min(width, square.x + square.side);
  const bottom = Math.min(height, square.y + square.side);
  const red = (ink.color & 255) + ink.shine;
  const green = ((ink.color >>> 8) & 255) + ink.shine * 0.75;
  const blue = ((ink.color >>> 16) & 255) + ink.shine * 0.5;
  for (let y = Math.max(0, square.y); y < bottom; y++) {
    for (let x = Math.max(0, square.x); x < right; x++) {
      const p = (y * width + x) * 4;
      out[p] = out[p] + (red - out[p]) * ink.alpha;
      out[p + 1] = out[p + 1] + (green - out[p + 1]) * ink.alpha;
      out[p + 2] = out[p + 2] + (blue - out[p + 2]) * ink.alpha;
    }
  }
}

function paintParticles(out: Uint8ClampedArray, subject: Subject, particles: Particles, wind: Wind): void {
  const { width } = subject;
  const step = Math.max(2, Math.round(Math.max(width, subject.height) / 420));
  const swirlScale = 9 / Math.max(width, subject.height);
  for (let n = 0; n < particles.count; n++) {
    const age = (wind.gone - particles.turn[n]) / LIFETIME;
    if (age <= 0 || age >= 1) continue;
    const flight = age * age * (1.6 - 0.6 * age);
    const x0 = particles.x[n];
    const y0 = particles.y[n];
    // Two crossed waves stand in for turbulence: neighbours stay neighbours, so that the cloud shows wisps and folds.
    const swirlX = Math.sin(y0 * swirlScale + wind.timeSeconds * 1.3 + 2 * Math.sin(x0 * swirlScale * 0.6));
    const swirlY = Math.cos(x0 * swirlScale * 1.2 - wind.timeSeconds + 2 * Math.sin(y0 * swirlScale * 0.7));
    const reach = flight * Math.abs(wind.x);
    const x = x0 + flight * wind.x * (1 + 0.45 * particles.swayX[n]) + reach * 0.2 * swirlX;
    const y =
      y0 +
      flight * wind.y * (1 + 0.5 * particles.swayY[n]) +
      reach * (0.24 * swirlY + 0.14 * particles.swayY[n]);
    const side = Math.max(1, Math.round(step * (1.25 - age) + particles.swayX[n] * 0.6));
    const fade = 1 - smoothStep(0.55, 1, age);
    const shine = 90 * Math.exp(-age * 9) + (particles.swayY[n] > 0.6 ? 60 * (1 - age) : 0);
    paintSquare(
      out,
      width,
      { x: Math.round(x), y: Math.round(y), side },
      { color: particles.colors[n], alpha: 0.92 * fade, shine },
    );
  }
}

/**
 * How far the dissolve is at `part` of the video, and where the wind blows then. It turns back before the last particle
 * has faded: the place where a person stood is never seen empty for long.
 */
function planWind(part: number, size: { width: number; height: number }): Omit<Wind, 'timeSeconds'> {
  const peak = 1.06;
  const turning = progress(part, 0.1, 0.92);
  const left = 1 - (1 - progress(turning, 0, 0.54)) ** 1.4;
  const returned = smoothStep(0.54, 1, turning);
  const gone = turning < 0.54 ? mix(-0.06, peak, left) : mix(peak, -0.06, returned);
  const swing = easeInOut(progress(part, 0.42, 0.72));
  return { gone, x: size.width * mix(0.5, 0.34, swing), y: -size.height * mix(0.26, 0.5, swing) };
}

export function prepareDispersion(photos: Photo[], stage: Stage): Painter {
  const picture = fitPhoto(photos[0], stage);
  const subject = makeSubject(picture, stage.seed);
  const particles = makeParticles(picture, subject, stage.seed);
  const out = new Uint8ClampedArray(subject.backdrop.length);
  const image = wrapPixels(out, picture);
  const canvas = makeCanvas(picture);
  const bloom = makeBloom(stage, 0.16);
  const dust = makeDust(stage, { seed: stage.seed, count: 50, rgb: '255,214,170', strength: 0.5 });
  const vignette = makeVignette(stage, 0.55);
  return (context, timeSeconds) => {
    const part = clamp(timeSeconds / stage.durationSeconds, 0, 1);
    const wind = { ...planWind(part, picture), timeSeconds };
    out.set(subject.backdrop);
    paintSubject(out, subject, wind.gone);
    paintParticles(out, subject, particles, wind);
    canvas.getContext('2d').putImageData(image, 0, 0);
    // A slow push towards the face, which the whole way through keeps the still parts alive.
    const zoom = 1.015 + 0.06 * stage.movement * easeInOut(part);
    context.save();
    context.translate(picture.focusX, picture.focusY);
    context.scale(zoom, zoom);
    context.drawImage(canvas, -picture.focusX, -picture.focusY);
    context.restore();
    bloom(context, timeSeconds);
    dust(context, timeSeconds);
    vignette(context, timeSeconds);
  };
}
