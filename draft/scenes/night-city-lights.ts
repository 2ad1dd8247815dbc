// The signs, lamps and lanterns of the night city, and the soft glows around them.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { createCanvas } from '@napi-rs/canvas';
import { mixColors, type Rgb, scaleColor, toCss } from '../paint/color.ts';
import { hashNumbers } from '../random.ts';
import { traceGlyph } from './night-city-glyphs.ts';
import { hazeShare, NEAR_METRES, scaleAt, toScreenX, toScreenY } from './night-city-lens.ts';
import type { Pass } from './night-city-pass.ts';
import { type City, type Palette, type Sign, WALL_METRES } from './night-city-world.ts';

const GLOW_SIZE = 96;

/** A soft round light, drawn once a colour and thread and then only scaled. */
export class GlowSprites {
  #sprites = new Map<string, Canvas>();

  paint(
    context: SKRSContext2D,
    color: Rgb,
    place: { x: number; y: number; radius: number; alpha: number },
  ): void {
    const { x, y, radius, alpha } = place;
    context.globalCompositeOperation = 'lighter';
    context.globalAlpha = alpha;
    context.drawImage(this.#spriteOf(color), x - radius, y - radius, radius * 2, radius * 2);
    context.globalAlpha = 1;
    context.globalCompositeOperation = 'source-over';
  }

  #spriteOf(color: Rgb): Canvas {
    const key = toCss(color);
    const known = this.#sprites.get(key);
    if (known) return known;
    const sprite = createCanvas(GLOW_SIZE, GLOW_SIZE);
    const context = sprite.getContext('2d');
    const middle = GLOW_SIZE / 2;
    const fill = context.createRadialGradient(middle, middle, 0, middle, middle, middle);
    fill.addColorStop(0, toCss(color, 0.9));
    fill.addColorStop(0.18, toCss(color, 0.42));
    fill.addColorStop(0.5, toCss(color, 0.12));
    fill.addColorStop(1, toCss(color, 0));
    context.fillStyle = fill;
    context.fillRect(0, 0, GLOW_SIZE, GLOW_SIZE);
    this.#sprites.set(key, sprite);
    return sprite;
  }
}

/** 0 to 1: most signs are steady, some stutter, a few times a second at worst. */
function lightOf(sign: Sign, timeSeconds: number): number {
  const hum = 0.94 + 0.06 * Math.sin(timeSeconds * 7 + sign.phase);
  if (!sign.flickers) return hum;
  const beat = hashNumbers(Math.floor((timeSeconds + sign.phase) * 9), Math.floor(sign.phase * 1000)) % 10;
  return beat < 2 ? 0.25 : hum;
}

/** A vertical sign that stands out from a wall and faces the eye. */
export function paintSign(pass: Pass, sign: Sign, { haze }: Palette, glows: GlowSprites): void {
  const { context, lens, timeSeconds } = pass;
  const metres = sign.z - lens.eyeZ;
  if (metres <= 2.2) return;
  const scale = scaleAt(lens, sign.z);
  const light = lightOf(sign, timeSeconds);
  const fade = hazeShare(haze, metres) * 0.45;
  const color = mixColors(scaleColor(sign.color, light), haze.color, fade);
  const height = sign.glyphs.length * sign.width * 0.98 + 0.4;
  const x = sign.side * (WALL_METRES - 0.35 - sign.width);
  const left = toScreenX(lens, x - sign.width / 2, sign.z);
  const top = toScreenY(lens, sign.low + height, sign.z);
  const bottom = toScreenY(lens, sign.low, sign.z);
  const width = sign.width * scale;
  const middle = { x: left + width / 2, y: (top + bottom) / 2 };
  if (pass.detailed) {
    const radius = Math.min(height * scale * 0.8, lens.focal * 0.22);
    glows.paint(context, color, { ...middle, radius, alpha: 0.3 * light });
  }
  context.fillStyle =
    sign.style === 'panel' ? toCss(scaleColor(color, 0.75)) : toCss(mixColors([10, 8, 20], color, 0.1), 0.92);
  context.fillRect(left, Math.min(top, bottom), width, Math.abs(bottom - top));
  const stroke = Math.max(0.7, scale * 0.065);
  if (sign.style !== 'tube') {
    context.lineWidth = stroke;
    context.strokeStyle = toCss(mixColors(color, [255, 255, 255], 0.2));
    const inset = stroke * 1.1;
    context.strokeRect(
      left + inset,
      Math.min(top, bottom) + inset,
      width - inset * 2,
      Math.abs(bottom - top) - inset * 2,
    );
  }
  const writing =
    sign.style === 'frame' ? mixColors(scaleColor(sign.second, light), haze.color, fade) : color;
  const ink =
    sign.style === 'panel'
      ? mixColors(writing, [12, 8, 24], 0.85)
      : mixColors(writing, [255, 255, 255], 0.42);
  paintWriting(pass, sign, { x, scale, ink, stroke });
}

interface Writing {
  x: number;
  scale: number;
  ink: Rgb;
  stroke: number;
}

function paintWriting({ context, lens }: Pass, sign: Sign, { x, ink, stroke }: Writing): void {
  const size = sign.width * 0.62;
  context.strokeStyle = toCss(ink);
  context.lineWidth = stroke * 1.15;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  sign.glyphs.forEach((glyph, index) => {
    const row = sign.low + (sign.glyphs.length - index) * sign.width * 0.98 + 0.05;
    traceGlyph(context, glyph, (u, v) => [
      toScreenX(lens, x + (u - 0.5) * size, sign.z),
      toScreenY(lens, row - v * size, sign.z),
    ]);
  });
  context.stroke();
  context.lineCap = 'butt';
}

/** A street lamp: a curved arm, a bright head, a cone of lit rain. */
export function paintLamp(
  pass: Pass,
  lamp: City['lamps'][number],
  { haze, glow }: Palette,
  glows: GlowSprites,
): void {
  const { context, lens } = pass;
  if (lamp.z <= lens.eyeZ + NEAR_METRES * 2) return;
  const scale = scaleAt(lens, lamp.z);
  const x = lamp.side * 5.3;
  const head = toScreenX(lens, lamp.side * 4.2, lamp.z);
  const headY = toScreenY(lens, 6.1, lamp.z);
  const fade = hazeShare(haze, lamp.z - lens.eyeZ);
  context.strokeStyle = toCss(mixColors([14, 12, 24], haze.color, fade * 0.9));
  context.lineWidth = Math.max(0.8, scale * 0.11);
  context.beginPath();
  context.moveTo(toScreenX(lens, x, lamp.z), toScreenY(lens, 0, lamp.z));
  context.lineTo(toScreenX(lens, x, lamp.z), toScreenY(lens, 5.4, lamp.z));
  context.quadraticCurveTo(toScreenX(lens, x, lamp.z), toScreenY(lens, 6.2, lamp.z), head, headY);
  context.stroke();
  const warm = mixColors([255, 226, 180], glow, 0.3);
  context.fillStyle = toCss(warm);
  context.fillRect(head - scale * 0.3, headY - scale * 0.05, scale * 0.6, Math.max(1, scale * 0.1));
  glows.paint(context, warm, { x: head, y: headY, radius: scale * 2.1, alpha: 0.4 });
}

/** Paper lanterns on a rope across the street. */
export function paintLanterns(
  pass: Pass,
  rope: City['lanterns'][number],
  { haze }: Palette,
  glows: GlowSprites,
): void {
  const { context, lens, timeSeconds } = pass;
  const metres = rope.z - lens.eyeZ;
  if (metres <= 3) return;
  const scale = scaleAt(lens, rope.z);
  const fade = hazeShare(haze, metres) * 0.6;
  const at = (share: number): [number, number] => {
    const x = (share * 2 - 1) * (WALL_METRES - 0.2);
    const sway = Math.sin(timeSeconds * 1.3 + rope.z + share * 5) * 0.04;
    const y = 8.4 - rope.sag * 4 * share * (1 - share) * 0.8 + sway;
    return [toScreenX(lens, x, rope.z), toScreenY(lens, y, rope.z)];
  };
  context.strokeStyle = toCss(mixColors([12, 10, 20], haze.color, fade));
  context.lineWidth = Math.max(0.5, scale * 0.025);
  context.beginPath();
  for (let step = 0; step <= 16; step += 1) {
    if (step === 0) context.moveTo(...at(0));
    else context.lineTo(...at(step / 16));
  }
  context.stroke();
  const color = mixColors(rope.color, haze.color, fade);
  for (let index = 1; index < 8; index += 1) {
    const [x, y] = at(index / 8);
    const down = y + scale * 0.26 * lens.mirror;
    if (pass.detailed) glows.paint(context, color, { x, y: down, radius: scale * 0.8, alpha: 0.4 });
    context.fillStyle = toCss(mixColors(color, [255, 255, 255], 0.25));
    context.beginPath();
    context.ellipse(x, down, scale * 0.19, scale * 0.23, 0, 0, Math.PI * 2);
    context.fill();
  }
}

/** A light that shines at the eye: head lamps, tail lamps, the lamp on a mast. */
export function paintBeam(
  pass: Pass,
  color: Rgb,
  glows: GlowSprites,
  place: { x: number; y: number; z: number; metres: number },
): void {
  const { context, lens } = pass;
  const x = toScreenX(lens, place.x, place.z);
  const y = toScreenY(lens, place.y, place.z);
  glows.paint(context, color, { x, y, radius: scaleAt(lens, place.z) * place.metres, alpha: 0.85 });
}
