// A person that talks as a sound does: the cut-out of a picture, or the person of a clip. Its mouth opens by how loud the
// sound is, and the head of a cut-out moves gently. It does not form the words.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { fitPhoto, makeCanvas, type Picture } from '../effects/picture.ts';
import { smoothStep } from '../paint/noise.ts';
import type { Photo } from '../photo/photo.ts';
import { fromBytes } from '../photo/plane.ts';
import type { Painter, Stage } from '../stage.ts';
import { findMouth, type Mouth } from './face.ts';
import { type MouthTrack, mouthAt } from './follow-mouth.ts';
import { openMouth } from './mouth.ts';
import { drawPuppet, type Puppet, prepareBackdrop, prepareCard, preparePuppet } from './puppet.ts';
import { drawUpright, uprightSize } from './upright.ts';

/** How loud a moment is, 0 to 1. */
export type ReadLoudness = (timeSeconds: number) => number;

/** @param loudness of each frame. */
export function readLoudnessOf(loudness: Float32Array, frameRate: number): ReadLoudness {
  return (timeSeconds) => loudness[Math.min(loudness.length - 1, Math.round(timeSeconds * frameRate))] ?? 0;
}

/** The mean loudness of the last third of a second: heads are slower than mouths. */
function readEmphasis(loudnessAt: ReadLoudness, timeSeconds: number): number {
  let sum = 0;
  for (let step = 0; step < 8; step += 1) sum += loudnessAt(Math.max(0, timeSeconds - step / 24));
  return sum / 8;
}

const BARS = 40;

/** Bars of how loud the sound was in the last seconds, for pictures in which no mouth can be opened. */
export function drawBars(context: SKRSContext2D, loudnessAt: ReadLoudness, timeSeconds: number): void {
  const { width, height } = context.canvas;
  const step = Math.min(width * 0.7, height * 1.2) / BARS;
  context.save();
  context.fillStyle = 'rgba(255, 255, 255, 0.82)';
  context.shadowColor = 'rgba(0, 0, 0, 0.5)';
  context.shadowBlur = step;
  for (let bar = 0; bar < BARS; bar += 1) {
    const aside = Math.abs(bar - (BARS - 1) / 2) / (BARS / 2);
    // The middle is now; what was heard before goes to both sides.
    const level = loudnessAt(Math.max(0, timeSeconds - aside * 0.9)) * (1 - aside * aside * 0.7);
    const size = Math.max(step * 0.5, level * height * 0.11);
    const x = width / 2 + (bar - (BARS - 1) / 2) * step - step * 0.28;
    context.beginPath();
    context.roundRect(x, height * 0.86 - size / 2, step * 0.56, size, step * 0.28);
    context.fill();
  }
  context.restore();
}

/** Where the mouth of a picture is in its cut-out. */
function findMouthOf(picture: Picture, puppet: Puppet): Mouth | undefined {
  if (picture.mask === undefined) return undefined;
  const mouth = findMouth(picture, fromBytes(picture.mask, picture));
  return mouth && { ...mouth, x: mouth.x - puppet.x, y: mouth.y - puppet.y };
}

/** The body as it is at a loudness. */
function prepareFace({ body }: Puppet, mouth: Mouth | undefined): (open: number) => Canvas {
  if (!mouth) return () => body;
  const canvas = makeCanvas(body);
  const context = canvas.getContext('2d');
  return (open) => {
    context.globalCompositeOperation = 'copy';
    context.drawImage(body, 0, 0);
    context.globalCompositeOperation = 'source-over';
    openMouth(context, mouth, open);
    return canvas;
  };
}

function prepareTalkingCard(picture: Picture, stage: Stage, loudnessAt: ReadLoudness): Painter {
  const { card, ground } = prepareCard(picture);
  return (context, timeSeconds) => {
    const size = 1 + 0.05 * loudnessAt(timeSeconds);
    context.drawImage(ground, 0, 0, stage.width, stage.height);
    context.save();
    context.translate(stage.width / 2, stage.height * 0.45);
    context.rotate(Math.sin(timeSeconds * 1.3) * 0.02);
    context.scale(size, size);
    context.drawImage(card, -card.width / 2, -card.height / 2);
    context.restore();
    drawBars(context, loudnessAt, timeSeconds);
  };
}

/** The painter of a picture that talks. */
export function prepareTalk(photo: Photo, stage: Stage, loudnessAt: ReadLoudness): Painter {
  const picture = fitPhoto(photo, stage);
  const puppet = preparePuppet(picture);
  if (!puppet) return prepareTalkingCard(picture, stage, loudnessAt);
  const mouth = findMouthOf(picture, puppet);
  const faceAt = prepareFace(puppet, mouth);
  const ground = prepareBackdrop(picture);
  const { body, x, y, isCutBelow } = puppet;
  const phase = (stage.seed % 628) / 100;
  const bottom = isCutBelow ? stage.height + 2 : y + body.height;
  return (context, timeSeconds) => {
    const emphasis = readEmphasis(loudnessAt, timeSeconds);
    const sway =
      body.width *
      (0.022 * Math.sin(timeSeconds * 1.1 + phase) + 0.012 * Math.sin(timeSeconds * 2.7 + phase * 2)) *
      (0.6 + emphasis);
    // A nod with each stress, and more of a bounce where no mouth is there to open.
    const lift = body.height * emphasis * (mouth ? 0.018 : 0.04);
    const room = stage.width * 0.03;
    context.drawImage(ground, -room - sway * 0.3, -room, stage.width + room * 2, stage.height + room * 2);
    const live = { ...puppet, body: faceAt(loudnessAt(timeSeconds)) };
    const place = { middle: x + body.width / 2, top: y - lift, bottom, widthScale: 1 };
    drawPuppet(context, live, place, (part) => sway * (1 - smoothStep(0.15, 0.85, part)));
    if (!mouth) drawBars(context, loudnessAt, timeSeconds);
  };
}

/** The painter of a clip whose person talks; of one without a mouth that is seen, bars show the sound. */
export function prepareTalkingClip(
  mouths: MouthTrack | undefined,
  stage: Stage,
  loudnessAt: ReadLoudness,
): Painter {
  return (context, timeSeconds, picture) => {
    if (!picture) return;
    drawUpright(context, picture, stage);
    const open = loudnessAt(timeSeconds);
    if (!mouths) {
      drawBars(context, loudnessAt, timeSeconds);
      return;
    }
    const upright = uprightSize(picture);
    // As the frame was cropped: its middle stays in the middle.
    const unit = upright.height * Math.max(stage.width / upright.width, stage.height / upright.height);
    const { x, y, faceWidth } = mouthAt(mouths, timeSeconds);
    const mouth = {
      x: stage.width / 2 + x * unit,
      y: stage.height / 2 + y * unit,
      faceWidth: faceWidth * unit,
    };
    openMouth(context, mouth, open);
  };
}
