// Neon tubes light up along the person's outline in a darkened picture, echo outward on the beat, and tint the person
// from both sides. Without a person the tubes follow the picture's own edges.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { smoothStep } from '../paint/noise.ts';
import type { Photo } from '../photo/photo.ts';
import { blurPlane, clamp, readBrightness } from '../photo/plane.ts';
import { hashToUnit } from '../random.ts';
import type { Painter, Stage } from '../stage.ts';
import { makeBloom, makeDust, makeVignette } from './finish.ts';
import { makeRim, mapBrightness } from './grade.ts';
import { easeInOut, easeOut, progress } from './motion.ts';
import { addLine, type Line, measureLine, traceOutlines } from './outline.ts';
import {
  cutOut,
  drawPixels,
  fillBackdrop,
  fitPhoto,
  makeCanvas,
  type Picture,
  type Size,
} from './picture.ts';

type Gradient = ReturnType<SKRSContext2D['createConicGradient']>;

const TUBE_COLORS = ['#22f3ff', '#6a5cff', '#ff2fd0', '#ff7a3c', '#22f3ff'];

/** The colours wander round the picture, so that each stretch of tube changes its own. */
function makeTubeStroke(context: SKRSContext2D, size: Size, timeSeconds: number): Gradient {
  const stroke = context.createConicGradient(timeSeconds * 0.9, size.width / 2, size.height / 2);
  for (const [index, color] of TUBE_COLORS.entries())
    stroke.addColorStop(index / (TUBE_COLORS.length - 1), color);
  return stroke;
}

/** A fluorescent start: dark, two blinks, on; later a rare flicker. 0 to 1. */
function readCurrent(timeSeconds: number, seed: number): number {
  if (timeSeconds < 0.25) return 0.12;
  if (timeSeconds < 0.7) return hashToUnit(seed, Math.floor(timeSeconds * 14)) > 0.45 ? 1 : 0.25;
  return hashToUnit(seed + 3, Math.floor(timeSeconds * 11)) > 0.94 ? 0.55 : 1;
}

interface Tubes {
  lines: Line[];
  lengths: number[];
  unit: number;
}

/** Draws the tubes as far as they have grown; wide and dim first, the white-hot core last. */
function strokeTubes(context: SKRSContext2D, tubes: Tubes, stroke: Gradient, grown: number): void {
  const passes = [
    { width: 0.016, alpha: 0.3, white: false },
    { width: 0.0075, alpha: 0.9, white: false },
    { width: 0.0028, alpha: 0.85, white: true },
  ];
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const pass of passes) {
    context.globalAlpha = pass.alpha;
    context.lineWidth = tubes.unit * pass.width;
    context.strokeStyle = pass.white ? '#ffffff' : stroke;
    for (const [index, line] of tubes.lines.entries()) {
      const length = tubes.lengths[index];
      context.setLineDash([length * grown + 0.01, length + 1]);
      context.beginPath();
      addLine(context, line);
      context.stroke();
    }
  }
  context.setLineDash([]);
}

/** Copies of the outline that swell away from the person and fade, one on every beat. */
function strokeEchoes(
  context: SKRSContext2D,
  tubes: Tubes,
  stroke: Gradient,
  beat: { timeSeconds: number; x: number; y: number },
) {
  const period = 0.85;
  for (let echo = 0; echo < 3; echo++) {
    const age = ((beat.timeSeconds - 1.1) / period - echo) % 3;
    if (age < 0) continue;
    const part = age / 3;
    context.save();
    context.translate(beat.x, beat.y);
    context.scale(1 + easeOut(part) * 0.55, 1 + easeOut(part) * 0.55);
    context.translate(-beat.x, -beat.y);
    context.globalAlpha = 0.5 * (1 - part) ** 1.6 * smoothStep(0, 0.06, part);
    context.lineWidth = tubes.unit * 0.004;
    context.strokeStyle = stroke;
    context.beginPath();
    for (const line of tubes.lines) addLine(context, line);
    context.stroke();
    context.restore();
  }
}

/** The strongest edges of a picture as white lines with alpha. */
function drawEdges(picture: Picture): Canvas {
  const light = blurPlane(readBrightness(picture), Math.max(1, picture.width / 700));
  const { width, height } = picture;
  const out = new Uint8ClampedArray(picture.rgba.length).fill(255);
  for (let i = 0; i < light.data.length; i++) {
    const x = i % width;
    const inside = x > 1 && x < width - 2 && i > 2 * width && i < width * (height - 2);
    const across = inside ? light.data[i + 2] - light.data[i - 2] : 0;
    const down = inside ? light.data[i + 2 * width] - light.data[i - 2 * width] : 0;
    out[i * 4 + 3] = 255 * smoothStep(0.045, 0.2, Math.hypot(across, down));
  }
  return drawPixels(out, picture);
}

interface Night {
  backdrop: Canvas;
  person: Canvas;
  rims: Canvas[];
}

/** The photo by night: people and surroundings on dark ramps, rims of light in two colours. */
function makeNight(picture: Picture, unit: number): Night {
  const backdrop = mapBrightness(fillBackdrop(picture), [
    [3, 3, 12],
    [16, 12, 44],
    [44, 26, 84],
    [88, 60, 128],
  ]);
  const person = mapBrightness(cutOut(picture), [
    [6, 5, 20],
    [40, 26, 82],
    [112, 78, 158],
    [236, 214, 255],
  ]);
  const depthPx = unit / 22;
  const rims = [
    makeRim(picture, { x: -0.9, y: -0.35, depthPx, color: [40, 240, 255] }),
    makeRim(picture, { x: 0.9, y: -0.2, depthPx, color: [255, 50, 200] }),
  ];
  const draw = (rgba: Uint8ClampedArray) => drawPixels(rgba, picture);
  return { backdrop: draw(backdrop), person: draw(person), rims: rims.map(draw) };
}

type PaintTubes = (context: SKRSContext2D, timeSeconds: number, grown: number) => void;

function prepareOutlineTubes(picture: Picture, lines: Line[], unit: number): PaintTubes {
  const tubes = { lines, lengths: lines.map(measureLine), unit };
  return (context, timeSeconds, grown) => {
    const stroke = makeTubeStroke(context, picture, timeSeconds);
    if (grown >= 1)
      strokeEchoes(context, tubes, stroke, { timeSeconds, x: picture.focusX, y: picture.focusY });
    strokeTubes(context, tubes, stroke, grown);
  };
}

function prepareEdgeTubes(picture: Picture): PaintTubes {
  const edges = drawEdges(picture);
  const layer = makeCanvas(picture);
  const reach = Math.hypot(picture.width, picture.height);
  return (context, timeSeconds, grown) => {
    const layerContext = layer.getContext('2d');
    layerContext.globalCompositeOperation = 'copy';
    layerContext.fillStyle = makeTubeStroke(layerContext, picture, timeSeconds);
    layerContext.beginPath();
    layerContext.arc(picture.focusX, picture.focusY, reach * grown, 0, Math.PI * 2);
    layerContext.fill();
    layerContext.globalCompositeOperation = 'destination-in';
    layerContext.drawImage(edges, 0, 0);
    context.globalAlpha = 1;
    context.drawImage(layer, 0, 0);
  };
}

export function prepareNeonOutline(photos: Photo[], stage: Stage): Painter {
  const picture = fitPhoto(photos[0], stage);
  const unit = Math.min(stage.width, stage.height);
  const night = makeNight(picture, unit);
  const lines = traceOutlines(picture);
  const paintTubes = lines.length > 0 ? prepareOutlineTubes(picture, lines, unit) : prepareEdgeTubes(picture);
  const bloom = makeBloom(stage, 1);
  const dust = makeDust(stage, { seed: stage.seed, count: 40, rgb: '150,190,255', strength: 0.5 });
  const vignette = makeVignette(stage, 0.7);
  return (context, timeSeconds) => {
    const part = clamp(timeSeconds / stage.durationSeconds, 0, 1);
    const current = readCurrent(timeSeconds, stage.seed);
    const grown = easeInOut(progress(timeSeconds, 0.2, Math.min(1.7, stage.durationSeconds * 0.4)));
    const zoom = 1.02 + 0.07 * stage.movement * easeInOut(part);
    context.save();
    context.translate(picture.focusX * (1 - zoom), picture.focusY * (1 - zoom));
    context.scale(zoom, zoom);
    context.drawImage(night.backdrop, 0, 0);
    context.globalCompositeOperation = 'source-over';
    context.drawImage(night.person, 0, 0);
    context.globalCompositeOperation = 'screen';
    for (const [index, rim] of night.rims.entries()) {
      const swing = 0.75 + 0.25 * Math.sin(timeSeconds * 2.2 + index * Math.PI);
      context.globalAlpha = current * grown * swing;
      context.drawImage(rim, 0, 0);
    }
    context.restore();
    context.save();
    context.globalCompositeOperation = 'screen';
    context.translate(picture.focusX * (1 - zoom), picture.focusY * (1 - zoom));
    context.scale(zoom, zoom);
    if (current > 0.2) paintTubes(context, timeSeconds, grown);
    context.restore();
    bloom(context, timeSeconds);
    dust(context, timeSeconds);
    vignette(context, timeSeconds);
  };
}
