// A person cut out of a picture that can be moved and bent: it is drawn row by row, each row shifted by its own amount.
// Of a picture without a person, the whole picture is moved as a card.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import {
  blurCanvas,
  cutOut,
  drawPixels,
  fillBackdrop,
  makeCanvas,
  type Picture,
} from '../effects/picture.ts';

/** A cut-out and where it was in its picture, in pixels of the stage. */
export interface Puppet {
  body: Canvas;
  /** The soft black silhouette of the body, as large as the body and a margin of `spread` on each side. */
  shade: Canvas;
  spread: number;
  x: number;
  y: number;
  /** Which edges of the picture cut the body: there it may not be seen to end. */
  isCutBelow: boolean;
  isCutAside: boolean;
}

/** A row of a body is shifted; `part` is 0 at its top and 1 at its bottom. */
export type Bend = (part: number) => number;

const COVERED = 100;

function boundBody(mask: Uint8Array, width: number, height: number) {
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (let i = 0; i < mask.length; i += 1) {
    if (mask[i]! < COVERED) continue;
    const x = i % width;
    const y = (i - x) / width;
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
  }
  return { left, right, top, bottom };
}

function makeShade(body: Canvas, spread: number): Canvas {
  const shade = makeCanvas({ width: body.width + spread * 2, height: body.height + spread * 2 });
  const context = shade.getContext('2d');
  context.drawImage(body, spread, spread);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = '#000000';
  context.fillRect(0, 0, shade.width, shade.height);
  return blurCanvas(shade, spread * 0.4);
}

/** @returns undefined where the picture shows nobody that could be cut out. */
export function preparePuppet(picture: Picture): Puppet | undefined {
  const { width, height, mask } = picture;
  if (mask === undefined) return undefined;
  const { left, right, top, bottom } = boundBody(mask, width, height);
  if (right - left < width * 0.04 || bottom - top < height * 0.08) return undefined;
  const body = makeCanvas({ width: right - left, height: bottom - top });
  body.getContext('2d').drawImage(drawPixels(cutOut(picture), picture), -left, -top);
  const spread = Math.round(height * 0.05);
  return {
    body,
    shade: makeShade(body, spread),
    spread,
    x: left,
    y: top,
    isCutBelow: bottom > height * 0.985,
    isCutAside: left < width * 0.01 || right > width * 0.99,
  };
}

/** What is behind the person of a picture, a little out of focus. */
export function prepareBackdrop(picture: Picture): Canvas {
  return blurCanvas(drawPixels(fillBackdrop(picture), picture), Math.max(1.5, picture.height * 0.006));
}

/** Where a puppet is drawn: its middle and both ends, in pixels of the stage. */
export interface Place {
  middle: number;
  top: number;
  bottom: number;
  /** Of the body's own width. */
  widthScale: number;
}

/** Rows that are drawn at once. */
const ROW_PIXELS = 2;

/** Draws the shade of a body and the body over it. */
export function drawPuppet(context: SKRSContext2D, puppet: Puppet, place: Place, bend: Bend): void {
  const { body, shade, spread } = puppet;
  const { middle, top, bottom, widthScale } = place;
  const scale = (bottom - top) / body.height;
  const width = body.width * widthScale;
  context.save();
  context.globalAlpha = 0.34;
  context.drawImage(
    shade,
    middle + bend(0.3) - width / 2 - spread + context.canvas.height * 0.012,
    top - spread * scale + context.canvas.height * 0.014,
    width + spread * 2,
    (body.height + spread * 2) * scale,
  );
  context.globalAlpha = 1;
  context.imageSmoothingQuality = 'medium';
  // Rows begin at whole pixels of the stage, so that no seam shows; what each shows of the body moves smoothly.
  const end = Math.min(context.canvas.height, Math.ceil(bottom));
  for (let y = Math.max(0, Math.floor(top)); y < end; y += ROW_PIXELS) {
    const from = (y - top) / scale;
    const left = middle - width / 2 + bend(Math.max(0, Math.min(1, from / body.height)));
    context.drawImage(body, 0, from, body.width, ROW_PIXELS / scale, left, y, width, ROW_PIXELS);
  }
  context.restore();
}

/** The whole picture as a card with round corners, on a blurred copy of itself. */
export function prepareCard(picture: Picture): { card: Canvas; ground: Canvas } {
  const { width, height } = picture;
  const whole = drawPixels(picture.rgba, picture);
  const card = makeCanvas({ width: width * 0.62, height: height * 0.62 });
  const context = card.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.beginPath();
  context.roundRect(0, 0, card.width, card.height, Math.min(card.width, card.height) * 0.05);
  context.clip();
  context.drawImage(whole, 0, 0, card.width, card.height);
  const ground = blurCanvas(whole, height * 0.05);
  const dark = ground.getContext('2d');
  dark.fillStyle = 'rgba(8, 10, 16, 0.45)';
  dark.fillRect(0, 0, width, height);
  return { card, ground };
}
