// The photo whips round its focus on the beat, smeared by its own speed, and snaps to a stop with a flash and a ring.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import type { Photo } from '../photo/photo.ts';
import { clamp } from '../photo/plane.ts';
import type { Painter, Stage } from '../stage.ts';
import { makeBloom, makeSpark, makeVignette } from './finish.ts';
import { easeInOut, easeOut, progress } from './motion.ts';
import { drawPixels, fitPhoto, makeCanvas, type Size } from './picture.ts';

/** Copies of the photo that make one smeared frame; fewer would show as steps. */
const SMEAR_COPIES = 14;
/** Time that the shutter is open: much longer than a camera's, since the smear is the point. */
const SHUTTER_SECONDS = 0.055;

interface Whip {
  startSeconds: number;
  endSeconds: number;
  /** Whole turns; the sign is the direction. */
  turns: number;
}

/** Three whips, each after a breath of rest, the last the longest. */
function planWhips(durationSeconds: number): Whip[] {
  const at = (start: number, end: number, turns: number) => ({
    startSeconds: start * durationSeconds,
    endSeconds: end * durationSeconds,
    turns,
  });
  return [at(0.08, 0.25, 1), at(0.36, 0.52, -1), at(0.62, 0.86, 2)];
}

interface Pose {
  angle: number;
  zoom: number;
}

function readPose(timeSeconds: number, whips: Whip[], stage: Stage): Pose {
  const pose: Pose = { angle: 0, zoom: 1.03 + 0.02 * Math.sin(timeSeconds * 1.7) };
  for (const [index, whip] of whips.entries()) {
    const part = progress(timeSeconds, whip.startSeconds, whip.endSeconds);
    const moved = easeInOut(part);
    pose.angle += moved * whip.turns * Math.PI * 2;
    // Pulls in while it turns; each stop lands a little closer, the last one back at the start.
    pose.zoom += Math.sin(moved * Math.PI) * 0.55 * stage.movement;
    pose.zoom += (index < 2 ? 0.06 : -0.12) * moved;
    const since = timeSeconds - whip.endSeconds;
    if (since > 0) {
      pose.angle += Math.sin(since * 26) * Math.exp(-since * 7) * 0.05 * Math.sign(whip.turns);
      pose.zoom += Math.exp(-since * 6) * Math.cos(since * 20) * 0.05;
    }
  }
  return pose;
}

/** The photo with its mirror image on all sides, so that a turned frame never shows a border. Half size: it is smeared. */
function makeSurround(photo: Canvas): Canvas {
  const canvas = makeCanvas({ width: photo.width, height: photo.height });
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  const width = photo.width / 2;
  const height = photo.height / 2;
  for (const column of [-1, 0, 1]) {
    for (const row of [-1, 0, 1]) {
      context.save();
      context.translate(width + column * width, height + row * height);
      context.scale(column === 0 ? 1 : -1, row === 0 ? 1 : -1);
      context.drawImage(photo, -width / 2, -height / 2, width, height);
      context.restore();
    }
  }
  return canvas;
}

function drawPose(
  context: SKRSContext2D,
  size: Size,
  source: { canvas: Canvas; scale: number },
  pose: Pose,
): void {
  context.save();
  context.translate(size.width / 2, size.height / 2);
  context.rotate(pose.angle);
  context.scale(pose.zoom * source.scale, pose.zoom * source.scale);
  context.drawImage(source.canvas, -source.canvas.width / 2, -source.canvas.height / 2);
  context.restore();
}

/** Running average of the poses while the shutter is open. */
function drawSmear(context: SKRSContext2D, size: Size, surround: Canvas, poses: Pose[]): void {
  for (const [index, pose] of poses.entries()) {
    context.globalAlpha = 1 / (index + 1);
    drawPose(context, size, { canvas: surround, scale: size.width / (surround.width / 2) }, pose);
  }
  context.globalAlpha = 1;
}

/** The flash and the ring of a stop that was `sinceSeconds` ago. */
function drawStop(context: SKRSContext2D, size: Size, spark: Canvas, sinceSeconds: number): void {
  const part = sinceSeconds / 0.6;
  const unit = Math.min(size.width, size.height);
  context.save();
  context.globalCompositeOperation = 'screen';
  context.globalAlpha = 0.75 * Math.exp(-sinceSeconds * 11);
  const side = unit * 2.2;
  context.drawImage(spark, size.width / 2 - side / 2, size.height / 2 - side / 2, side, side);
  context.globalAlpha = 0.8 * (1 - part) ** 2;
  context.strokeStyle = '#dff1ff';
  context.lineWidth = unit * 0.02 * (1 - part) + 0.5;
  context.beginPath();
  context.arc(size.width / 2, size.height / 2, unit * (0.1 + 0.95 * easeOut(part)), 0, Math.PI * 2);
  context.stroke();
  context.restore();
}

export function prepareSpinZoom(photos: Photo[], stage: Stage): Painter {
  const photo = drawPixels(fitPhoto(photos[0], stage).rgba, stage);
  const surround = makeSurround(photo);
  const half = makeCanvas({ width: stage.width / 2, height: stage.height / 2 });
  const whips = planWhips(stage.durationSeconds);
  const spark = makeSpark('230,240,255', 0.3);
  const bloom = makeBloom(stage, 0.25);
  const vignette = makeVignette(stage, 0.6);
  return (context, timeSeconds) => {
    const now = readPose(timeSeconds, whips, stage);
    const before = readPose(timeSeconds - SHUTTER_SECONDS, whips, stage);
    const speed = Math.abs(now.angle - before.angle) + Math.abs(now.zoom - before.zoom);
    const smeared = clamp((speed - 0.008) / 0.05, 0, 1);
    context.save();
    drawPose(context, stage, { canvas: surround, scale: 2 }, now);
    drawPose(context, stage, { canvas: photo, scale: 1 }, now);
    if (smeared > 0) {
      const poses = Array.from({ length: SMEAR_COPIES }, (_, copy) =>
        readPose(timeSeconds - (SHUTTER_SECONDS * copy) / SMEAR_COPIES, whips, stage),
      );
      drawSmear(half.getContext('2d'), half, surround, poses);
      context.globalAlpha = smeared;
      context.drawImage(half, 0, 0, stage.width, stage.height);
    }
    context.restore();
    for (const whip of whips) {
      const since = timeSeconds - whip.endSeconds;
      if (since >= 0 && since < 0.6) drawStop(context, stage, spark, since);
    }
    bloom(context, timeSeconds);
    vignette(context, timeSeconds);
  };
}
