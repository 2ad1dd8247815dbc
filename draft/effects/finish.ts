// The last touch that makes separate layers one picture: glow, vignette, grain, dust. Each is made once and then drawn
// cheaply; all work in place on a frame already painted.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { FRAME_RATE } from '../job.ts';
import { createRandom, deriveSeed, hashToUnit } from '../random.ts';
import { drawPixels, makeCanvas, type Size } from './picture.ts';

/** Draws over a finished frame. */
export type Finish = (context: SKRSContext2D, timeSeconds: number) => void;

/** Darkens towards the corners; `strength` is the darkness of the corners, 0 to 1. */
export function makeVignette(size: Size, strength: number): Finish {
  const canvas = makeCanvas({ width: size.width / 4, height: size.height / 4 });
  const context = canvas.getContext('2d');
  const { width, height } = canvas;
  context.scale(width, height);
  const fade = context.createRadialGradient(0.5, 0.48, 0.3, 0.5, 0.48, 0.78);
  fade.addColorStop(0, 'rgba(4,4,12,0)');
  fade.addColorStop(0.5, `rgba(4,4,12,${strength * 0.3})`);
  fade.addColorStop(1, `rgba(4,4,12,${strength})`);
  context.fillStyle = fade;
  context.fillRect(0, 0, 1, 1);
  return (target) => target.drawImage(canvas, 0, 0, size.width, size.height);
}

/** Film grain: one tile of seeded noise, laid elsewhere in every frame. */
export function makeGrain(size: Size, look: { seed: number; strength: number }): Finish {
  const side = 256;
  const rgba = new Uint8ClampedArray(side * side * 4);
  const random = createRandom(deriveSeed(look.seed, 'grain'));
  for (let p = 0; p < rgba.length; p += 4) {
    const light = random() + random() > 1 ? 255 : 0;
    rgba.fill(light, p, p + 3);
    rgba[p + 3] = Math.abs(random() + random() - 1) * 255 * look.strength;
  }
  const tile = drawPixels(rgba, { width: side, height: side });
  return (target, timeSeconds) => {
    const frame = Math.round(timeSeconds * FRAME_RATE);
    const left = -Math.floor(hashToUnit(look.seed, frame) * side);
    const top = -Math.floor(hashToUnit(look.seed + 1, frame) * side);
    for (let y = top; y < size.height; y += side) {
      for (let x = left; x < size.width; x += side) target.drawImage(tile, x, y);
    }
  };
}

/** Lets bright parts shine: a blurred small copy of the frame is added to it. */
export function makeBloom(size: Size, strength: number): Finish {
  const small = makeCanvas({ width: size.width / 8, height: size.height / 8 });
  const soft = makeCanvas(small);
  return (target) => {
    const smallContext = small.getContext('2d');
    smallContext.globalCompositeOperation = 'copy';
    smallContext.drawImage(target.canvas, 0, 0, small.width, small.height);
    // Squaring keeps the shine to the lights: mid tones would only turn milky.
    smallContext.globalCompositeOperation = 'multiply';
    smallContext.drawImage(target.canvas, 0, 0, small.width, small.height);
    const softContext = soft.getContext('2d');
    softContext.globalCompositeOperation = 'copy';
    softContext.filter = `blur(${Math.max(1, small.width / 45).toFixed(1)}px)`;
    softContext.drawImage(small, 0, 0);
    target.save();
    target.globalCompositeOperation = 'screen';
    target.globalAlpha = strength;
    target.drawImage(soft, 0, 0, size.width, size.height);
    target.restore();
  };
}

/** A soft round light as a sprite of 64 pixels, for dust, bokeh and sparks; the colour as `r,g,b`. */
export function makeSpark(rgb: string, hardness = 0.2): Canvas {
  const canvas = makeCanvas({ width: 64, height: 64 });
  const context = canvas.getContext('2d');
  const fade = context.createRadialGradient(32, 32, 0, 32, 32, 32);
  fade.addColorStop(0, `rgba(${rgb},1)`);
  fade.addColorStop(Math.min(0.94, hardness), `rgba(${rgb},${0.35 + hardness * 0.6})`);
  fade.addColorStop(1, `rgba(${rgb},0)`);
  context.fillStyle = fade;
  context.fillRect(0, 0, 64, 64);
  return canvas;
}

/** Motes that hang in the air and drift, near ones large and soft; `rgb` as in {@link makeSpark}. */
export function makeDust(
  size: Size,
  look: { seed: number; count: number; rgb: string; strength: number },
): Finish {
  const spark = makeSpark(look.rgb, 0.15);
  const random = createRandom(deriveSeed(look.seed, 'dust'));
  const unit = Math.min(size.width, size.height);
  const motes = Array.from({ length: look.count }, () => ({
    x: random(),
    y: random(),
    near: random() ** 3,
    phase: random() * 6.283,
    speed: 0.4 + random(),
  }));
  return (target, timeSeconds) => {
    target.save();
    target.globalCompositeOperation = 'screen';
    for (const mote of motes) {
      const pace = (0.006 + 0.02 * mote.near) * mote.speed;
      const x = (mote.x + timeSeconds * pace + 0.01 * Math.sin(timeSeconds * mote.speed + mote.phase)) % 1;
      const y = (((mote.y - timeSeconds * pace * 1.3) % 1) + 1) % 1;
      const side = unit * (0.006 + 0.035 * mote.near);
      const twinkle = 0.55 + 0.45 * Math.sin(timeSeconds * 2.1 * mote.speed + mote.phase);
      target.globalAlpha = look.strength * twinkle * (0.9 - 0.6 * mote.near);
      target.drawImage(spark, x * size.width - side / 2, y * size.height - side / 2, side, side);
    }
    target.restore();
  };
}
