// Mirrored wedges turn the photo into a rose window: it opens from the photo, turns and breathes, and closes again.
import { smoothStep } from '../paint/random.ts';
import type { Photo } from '../photo/photo.ts';
import { clamp } from '../photo/plane.ts';
import type { Painter, Stage } from '../stage.ts';
import { makeBloom, makeVignette } from './finish.ts';
import { easeInOut, mix } from './motion.ts';
import { fitPhoto, makeCanvas, type Picture, type Size, wrapPixels } from './picture.ts';
import { mixWords, sampleSmooth, viewWords } from './sample.ts';

const wedges = 12;

/** Every pixel's place folded into the first wedge, in parts of the frame's half diagonal, and its distance. */
interface Fold {
  x: Float32Array;
  y: Float32Array;
  distance: Float32Array;
}

function foldFrame({ width, height }: Size): Fold {
  const count = width * height;
  const fold = { x: new Float32Array(count), y: new Float32Array(count), distance: new Float32Array(count) };
  const scale = 2 / Math.hypot(width, height);
  const wedge = (Math.PI * 2) / wedges;
  for (let i = 0; i < count; i++) {
    const x = ((i % width) - width / 2) * scale;
    const y = (Math.floor(i / width) - height / 2) * scale;
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

function paintPattern(out: Uint32Array, picture: Picture, fold: Fold, turn: Turn): void {
  const words = viewWords(picture.rgba);
  const cos = Math.cos(turn.angle) * turn.reach;
  const sin = Math.sin(turn.angle) * turn.reach;
  const right = (picture.width - 1) * 256;
  const bottom = (picture.height - 1) * 256;
  for (let i = 0; i < out.length; i++) {
    const inside = turn.opened > 1.05 ? 1 : smoothStep(turn.opened, turn.opened - 0.05, fold.distance[i]);
    if (inside === 0) {
      out[i] = words[i];
      continue;
    }
    const x = mirror((turn.centreX + fold.x[i] * cos - fold.y[i] * sin) * 256, right) | 0;
    const y = mirror((turn.centreY + fold.x[i] * sin + fold.y[i] * cos) * 256, bottom) | 0;
    const color = sampleSmooth(words, picture, x, y);
    out[i] = inside === 1 ? color : mixWords(words[i], mixWords(color, 0xffffffff, 90), inside * 256);
  }
}

export function prepareKaleidoscope(photos: Photo[], stage: Stage): Painter {
  const picture = fitPhoto(photos[0], stage);
  const fold = foldFrame(stage);
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
    paintPattern(viewWords(out), picture, fold, {
      angle: part * 5.2 * stage.movement,
      reach: unit * mix(0.62, 1.05, breath),
      // Around the focus but not on it: mirrored patterns please, mirrored mouths do not.
      centreX: picture.focusX + Math.sin(part * 6.3 + 0.6) * unit * 0.42,
      centreY: picture.focusY + unit * (0.3 + 0.14 * Math.cos(part * 5.1)),
      opened: 1.12 * open * (1 - close) - 0.02,
    });
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
