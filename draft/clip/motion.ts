// Motion control: the person of the user's picture is moved along what moves in the user's clip. The person does not
// get other limbs: it goes, sinks, rises, grows and leans with the body that was followed.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { blurCanvas, drawPixels, fitPhoto, makeCanvas, type Size } from '../effects/picture.ts';
import { smoothStep } from '../paint/noise.ts';
import type { Photo } from '../photo/photo.ts';
import { clamp } from '../photo/plane.ts';
import type { Painter, Stage } from '../stage.ts';
import {
  type Bend,
  drawPuppet,
  type Place,
  type Puppet,
  prepareBackdrop,
  prepareCard,
  preparePuppet,
} from './puppet.ts';
import { type Pose, poseAt, restOf, type Track } from './track.ts';

/** Moves no further than `limit`, and slower the nearer it comes to it. */
function soften(value: number, limit: number): number {
  return limit * Math.tanh(value / limit);
}

/** More than this, and a face that leans looks bent. */
const LEAN_MAX = 0.2;

/** How a body of a height leans from its rest: its upper end to one side, its lower end to the other. */
function leanOf(pose: Pose, rest: Pose, height: number): Bend {
  const lean = soften(pose.lean - rest.lean, LEAN_MAX);
  return (part) => lean * (0.6 - part) * height;
}

/** Where the body of the picture goes in its own picture. */
function placeInPicture(puppet: Puppet, pose: Pose, { rest, stage }: Setting): { place: Place; bend: Bend } {
  const { body, x, y, isCutBelow, isCutAside } = puppet;
  const restHeight = Math.max(0.05, rest.bottom - rest.top);
  // What the followed body does for its size, this body does for its own.
  const unit = clamp(body.height / restHeight, stage.height * 0.4, stage.height * 1.7);
  const across = soften((pose.x - rest.x) * unit, stage.width * (isCutAside ? 0.18 : 0.3));
  const lean = leanOf(pose, rest, body.height);
  const lift = soften((pose.top - rest.top) * unit, stage.height * 0.2);
  const drop = soften((pose.bottom - rest.bottom) * unit, stage.height * 0.2);
  const top = y + Math.max(lift, -y * 0.85);
  const bottom = isCutBelow ? stage.height + 2 : y + body.height + drop;
  const scale = clamp((bottom - top) / body.height, 0.72, 1.35);
  const place: Place = {
    middle: x + body.width / 2,
    top: bottom - body.height * scale,
    bottom,
    widthScale: 0.5 + scale * 0.5,
  };
  // A body that the picture's edge cuts leans from its foot, so that the cut stays outside of the frame.
  const holdOf = (part: number): number => (isCutAside ? 1 - smoothStep(0.25, 0.95, part) : 1);
  return { place, bend: (part) => (across + lean(part)) * holdOf(part) };
}

/** Where the body of the picture stands in for that of the clip. */
function placeInClip(
  { body, isCutBelow }: Puppet,
  pose: Pose,
  { rest, stage }: Setting,
): { place: Place; bend: Bend } {
  const top = pose.top * stage.height;
  const bottom = isCutBelow ? stage.height + 2 : pose.bottom * stage.height;
  const restHeight = ((isCutBelow ? 1 : rest.bottom) - rest.top) * stage.height;
  return {
    place: {
      middle: stage.width / 2 + pose.x * stage.height,
      top,
      bottom: Math.max(bottom, top + 8),
      widthScale: Math.max(8, restHeight) / body.height,
    },
    bend: leanOf(pose, rest, bottom - top),
  };
}

interface Setting {
  rest: Pose;
  stage: Stage;
}

/** Fills the stage with a picture that is a little larger, and moves it a little against the body. */
function drawGround(context: SKRSContext2D, ground: Canvas, { width, height }: Size, shift: number): void {
  const room = width * 0.04;
  const across = clamp(shift, -room, room);
  context.drawImage(ground, across - room, -height * 0.04, width + room * 2, height * 1.08);
}

function prepareCardMotion(
  picture: Parameters<typeof prepareCard>[0],
  track: Track,
  { rest, stage }: Setting,
): Painter {
  const { card, ground } = prepareCard(picture);
  return (context, timeSeconds) => {
    const pose = poseAt(track, timeSeconds);
    const across = soften((pose.x - rest.x) * stage.height, stage.width * 0.24);
    const down = soften(
      ((pose.top + pose.bottom - rest.top - rest.bottom) / 2) * stage.height,
      stage.height * 0.2,
    );
    drawGround(context, ground, stage, -across * 0.15);
    context.save();
    context.translate(stage.width / 2 + across, stage.height / 2 + down);
    context.rotate(soften(pose.lean - rest.lean, 0.3));
    context.shadowColor = 'rgba(0, 0, 0, 0.5)';
    context.shadowBlur = stage.height * 0.03;
    context.drawImage(card, -card.width / 2, -card.height / 2);
    context.restore();
  };
}

/** The clip without its person, at the size of the stage. */
function preparePlate({ width, height, rgba }: NonNullable<Track['plate']>, stage: Stage): Canvas {
  const canvas = makeCanvas(stage);
  const context = canvas.getContext('2d');
  const scale = Math.max(stage.width / width, stage.height / height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(
    drawPixels(rgba, { width, height }),
    (stage.width - width * scale) / 2,
    (stage.height - height * scale) / 2,
    width * scale,
    height * scale,
  );
  return blurCanvas(canvas, Math.max(1.5, stage.height * 0.004));
}

/** The painter for a picture along a track; with a plate in the track, the person stands in the clip's place. */
export function prepareMotion(photo: Photo, track: Track, stage: Stage): Painter {
  const picture = fitPhoto(photo, stage);
  const setting: Setting = { rest: restOf(track), stage };
  const puppet = preparePuppet(picture);
  if (!puppet) return prepareCardMotion(picture, track, setting);
  const { plate } = track;
  const ground = plate ? preparePlate(plate, stage) : prepareBackdrop(picture);
  const find = plate ? placeInClip : placeInPicture;
  return (context, timeSeconds) => {
    const pose = poseAt(track, timeSeconds);
    const { place, bend } = find(puppet, pose, setting);
    if (plate) context.drawImage(ground, 0, 0, stage.width, stage.height);
    else drawGround(context, ground, stage, -bend(0.3) * 0.12);
    drawPuppet(context, puppet, place, bend);
  };
}
