// Mirrored wedges turn the photo into a rose window: it opens from the photo, turns and breathes, and closes again.
import { smoothStep } from '../paint/noise.ts';
import type { Photo } from '../photo/photo.ts';
import { clamp } from '../photo/plane.ts';
import type { Painter, Stage } from '../stage.ts';
import { makeBloom, makeVignette } from './finish.ts';
import { easeInOut, mix } from './motion.ts';
import { fitPhoto, makeCanvas, type Picture, type Size, wrapPixels } from './picture.ts';
import { mixWords, sampleSmooth, viewWords } from './sample.ts';

const WEDGES = 12;

/**
 * The upper left quarter of the frame, every pixel's place folded into the first wedge, in parts of the frame's half
 * diagonal, and its distance from the middle. The wedges mirror the quarter into the other three.
 */
interface Fold extends Size {
  x: Float32Array;
  y: Float32Array;
  distance: Float32Array;
}

function foldFrame(frame: Size): Fold {
  const width = Math.ceil(frame.width / 2);
  const height = Math.ceil(frame.height / 2);
  const count = width * height;
  const fold: Fold = {
    width,
    height,
    x: new Float32Array(count),
    y: new Float32Array(count),
    distance: new Float32Array(count),
  };
  const scale = 2 / Math.hypot(frame.width, frame.height);
  const wedge = (Math.PI * 2) / WEDGES;
  for (let i = 0; i < count; i++) {
    const x = ((i % width) + 0.5 - frame.width / 2) * scale;
    const y = (Math.floor(i / width) + 0.5 - frame.height / 2) * scale;
    const distance = Math.hypot(x, y);
    const turn = (Math.atan2(y, x) + Math.PI * 4) % (wedge * 2);
    const angle = turn > wedge ? wedge * 2 - turn : turn;
    fold.x[i] = Math.cos(angle) * distance;
    fold.y[i] = Math.sin(angle) * distance;
    fold.distance[i] = distance;
  }
  return fold;
}

/** A place beyond a border, mirrored back inside. One mirror a side is enough: no pattern reaches farther. */
function mirror(value: number, length: number): number {
  const inside = Math.abs(value);
  return clamp(inside > length ? 2 * length - inside : inside, 0, length);
}

interface Turn {
  angle: number;
  /** Pixels of the photo for a half diagonal of the frame. */
  reach: number;
  centreX: number;
  centreY: number;
  /** Distance that the pattern has opened to. */
  opened: number;
}

/** The pattern's upper left quarter, one word a pixel, and how far each pixel has opened, 0 to 256. */
interface Quarter {
  colors: Uint32Array;
  opened: Uint16Array;
}

function paintQuarter(quarter: Quarter, picture: Picture, fold: Fold, turn: Turn): void {
  const words = viewWords(picture.rgba);
  const cos = Math.cos(turn.angle) * turn.reach;
  const sin = Math.sin(turn.angle) * turn.reach;
  const right = (picture.width - 1) * 256;
  const bottom = (picture.height - 1) * 256;
  for (let i = 0; i < quarter.colors.length; i++) {
    const share = smoothStep(turn.opened, turn.opened - 0.05, fold.distance[i]);
    const x = mirror((turn.centreX + fold.x[i] * cos - fold.y[i] * sin) * 256, right) | 0;
    const y = mirror((turn.centreY + fold.x[i] * sin + fold.y[i] * cos) * 256, bottom) | 0;
    const color = sampleSmooth(words, picture, x, y);
    quarter.opened[i] = share * 256;
    // The opening edge is lit, as glass is where it is cut.
    quarter.colors[i] = share === 1 ? color : mixWords(color, 0xffffffff, 90);
  }
}

function paintFrame(out: Uint32Array, picture: Picture, quarter: Quarter, fold: Fold): void {
  const { width, height } = picture;
  const words = viewWords(picture.rgba);
  for (let y = 0; y < height; y++) {
    const row = Math.min(y, height - 1 - y) * fold.width;
    for (let x = 0; x < width; x++) {
      const from = row + Math.min(x, width - 1 - x);
      const at = y * width + x;
      const opened = quarter.opened[from];
      out[at] = opened === 256 ? quarter.colors[from] : mixWords(words[at], quarter.colors[from], opened);
    }
  }
}

export function prepareKaleidoscope(photos: Photo[], stage: Stage): Painter {
  const picture = fitPhoto(photos[0], stage);
  const fold = foldFrame(stage);
  const count = fold.width * fold.height;
  const quarter: Quarter = { colors: new Uint32Array(count), opened: new Uint16Array(count) };
  const out = new Uint8ClampedArray(picture.rgba.length);
  const image = wrapPixels(out, stage);
  const canvas = makeCanvas(stage);
  const bloom = makeBloom(stage, 0.32);
  const vignette = makeVignette(stage, 0.6);
  const unit = Math.min(stage.width, stage.height);
  return (context, timeSeconds) => {
    const part = clamp(timeSeconds / stage.durationSeconds, 0, 1);
    const open = easeInOut(clamp((part - 0.06) / 0.22, 0, 1));
    const close = easeInOut(clamp((part - 0.82) / 0.16, 0, 1));
    const breath = 0.5 - 0.5 * Math.cos(part * Math.PI * 4);
    paintQuarter(quarter, picture, fold, {
      angle: part * 5.2 * stage.movement,
      reach: unit * mix(0.62, 1.05, breath),
      // Around the focus but not on it: mirrored patterns please, mirrored mouths do not.
      centreX: picture.focusX + Math.sin(part * 6.3 + 0.6) * unit * 0.42,
      centreY: picture.focusY + unit * (0.3 + 0.14 * Math.cos(part * 5.1)),
      opened: 1.12 * open * (1 - close) - 0.02,
    });
    paintFrame(viewWords(out), picture, quarter, fold);
    canvas.getContext('2d').putImageData(image, 0, 0);
    const whirl = (easeInOut(open) - close) * 0.5 * Math.sin(part * 2.2);
    const long = Math.max(stage.width, stage.height) / unit;
    // Just so large that the turned frame still covers its corners.
    const zoom = Math.cos(whirl) + long * Math.sin(Math.abs(whirl));
    context.save();
    context.translate(stage.width / 2, stage.height / 2);
    context.rotate(whirl);
    context.scale(zoom, zoom);
    context.drawImage(canvas, -stage.width / 2, -stage.height / 2);
    context.restore();
    bloom(context, timeSeconds);
    vignette(context, timeSeconds);
  };
}
