// People and prints at their places, and how they move: with the camera by their depth, and a little of their own,
// since nothing that lives stands quite still.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { makeCanvas } from '../effects/picture.ts';
import type { View } from '../paint/camera.ts';
import { mixColors, toCss } from '../paint/color.ts';
import { smoothStep, wander } from '../paint/noise.ts';
import type { Photo } from '../photo/photo.ts';
import type { Stage } from '../stage.ts';
import type { Place } from './layout.ts';
import { drawPrint, preparePrint } from './print.ts';
import type { SceneLight } from './scene-light.ts';
import { makeBackdrop, prepareSubject, type Subject } from './subject.ts';
import { frameSubject, type PersonPhoto, type SubjectFrame } from './subject-frame.ts';

/** What an item needs to know of a moment. */
export interface Moment {
  timeSeconds: number;
  view: View;
  /** Sideways flight during a change of shots, in pixels of a near item. */
  shift: number;
  /** A small soft copy of the scene behind, for light that spills over borders. */
  softScene: Canvas;
}

/** A person or a print at its place. */
export interface Item {
  depth: number;
  draw(context: SKRSContext2D, moment: Moment): void;
}

interface ItemOptions {
  place: Place;
  stage: Stage;
  light: SceneLight;
  /** Keeps items out of step with each other. */
  phase: number;
}

/** The largest growth of a near figure; beyond, heads would leave the frame. */
const ZOOM_MAX = 0.16;
/** People are prepared a little larger than they are placed, so that a zoom does not soften them. */
const SPARE = 1.06;

/** Enlargement of a near thing: it follows the camera, and without a camera move it still comes slowly nearer. */
function zoomOf(
  stage: Stage,
  view: View,
  { depth, timeSeconds }: { depth: number; timeSeconds: number },
): number {
  const followed = (view.zoom - 1) * 0.6 * depth;
  const part = stage.cameraFixed || stage.plan.camera === 'still' ? 0 : timeSeconds / stage.durationSeconds;
  return 1 + Math.min(ZOOM_MAX, followed + 0.03 * stage.movement * depth * smoothStep(0, 1, part));
}

/** The part of a camera's sideways way that people and prints go along: the camera keeps them in view. */
const FOLLOWED_SHARE = 0.4;

/** How far the camera has moved a thing at a depth, in pixels. */
function shiftOf(stage: Stage, view: View, depth: number): { x: number; y: number } {
  const unit = Math.sqrt(stage.width * stage.height) * FOLLOWED_SHARE * depth;
  return { x: view.panX * unit, y: view.pitchY * unit };
}

/** Far items fly slower, but all must be out of the frame when a change of shots is over. */
function flightShare(place: Place): number {
  return Math.max(0.95, place.depth);
}

/** The largest enlargement of a framed person that its place allows. */
function scaleAlone(frame: SubjectFrame, place: Place, stage: Stage): number {
  const heightMax = stage.height * (frame.isTopCut ? 1.06 : place.heightMax);
  return Math.min((stage.width * place.widthMax) / frame.width, heightMax / frame.height);
}

/** How far one head of a group may be larger than the smallest one, before it looks like a mistake. */
const HEAD_RATIO_MAX = 1.12;

/** Enlargements that fit the places and give the people of a shot heads of about one size. */
function scaleTogether(frames: readonly SubjectFrame[], places: readonly Place[], stage: Stage): number[] {
  const alone = frames.map((frame, index) => scaleAlone(frame, places[index]!, stage));
  const smallest = Math.min(...frames.map((frame, index) => frame.headWidth * alone[index]!));
  return frames.map((frame, index) => Math.min(alone[index]!, (smallest * HEAD_RATIO_MAX) / frame.headWidth));
}

/** The people of one shot, each at the place of the same index. */
export function preparePeople(
  photos: readonly { photo: PersonPhoto; phase: number }[],
  { places, stage, light }: { places: readonly Place[]; stage: Stage; light: SceneLight },
): Item[] {
  const frames = photos.map(({ photo }) => frameSubject(photo));
  const scales = scaleTogether(frames, places, stage);
  return photos.map(({ photo, phase }, index) =>
    preparePersonItem(photo, {
      frame: frames[index]!,
      scale: scales[index]!,
      place: places[index]!,
      stage,
      light,
      phase,
    }),
  );
}

interface PersonOptions extends ItemOptions {
  frame: SubjectFrame;
  scale: number;
}

function preparePersonItem(photo: PersonPhoto, options: PersonOptions): Item {
  const { frame, scale, place, stage, light, phase } = options;
  const size = { width: frame.width * scale, height: frame.height * scale };
  const subject = prepareSubject(photo, frame, { width: Math.round(size.width * SPARE), light });
  const haloColor = mixColors(mixColors(light.left, light.right, 0.5), light.ambient, 0.4);
  const backdrop = makeBackdrop(subject, {
    color: toCss(haloColor),
    alpha: 0.34 * (1 - smoothStep(0.2, 0.55, light.brightness)),
  });
  const spill = makeCanvas({ width: stage.width / 4, height: stage.height / 4 });
  // Cut figures end a little below the frame, so that breathing never lifts the cut into sight.
  const bottom = stage.height * (frame.isStanding ? 0.95 : 1.025);
  const liftMax = stage.height * (frame.isStanding ? -0.1 : -0.015);
  const pivotY = bottom - size.height * 0.62;
  const toStage = (context: SKRSContext2D, moment: Moment): void => {
    const { timeSeconds, view, shift } = moment;
    const zoom = zoomOf(stage, view, { depth: place.depth, timeSeconds });
    const moved = shiftOf(stage, view, place.depth);
    const sway = wander(timeSeconds * 0.8, phase * 0.37 + 0.2) * stage.movement;
    const breath = Math.sin(timeSeconds * 1.7 + phase) * 0.0035;
    const x = place.x * stage.width + moved.x + shift * flightShare(place);
    context.translate(x + sway * stage.width * 0.003, pivotY + Math.max(moved.y, liftMax));
    context.rotate(sway * 0.004 + view.rollRadians);
    // Growth about the face, and as much downwards as keeps the lower edge covered.
    context.scale(zoom, zoom * (1 + breath));
    context.translate(0, bottom - pivotY);
  };
  return {
    depth: place.depth,
    draw: (context, moment) => {
      context.save();
      toStage(context, moment);
      drawBehind(context, subject, { size, isStanding: frame.isStanding, backdrop });
      context.drawImage(subject.body, -size.width / 2, -size.height, size.width, size.height);
      context.restore();
      drawSpill(context, { subject, size, moment, spill, toStage });
    },
  };
}

interface Behind {
  size: { width: number; height: number };
  isStanding: boolean;
  backdrop: Canvas;
}

/** Shade and glow behind the figure, and its shadow on the ground if it stands there. */
function drawBehind(context: SKRSContext2D, subject: Subject, { size, isStanding, backdrop }: Behind): void {
  const spread = (subject.shadeSpread * size.width) / subject.width;
  context.save();
  context.drawImage(
    backdrop,
    -size.width / 2 - spread,
    -size.height - spread,
    size.width + spread * 2,
    size.height + spread * 2,
  );
  if (isStanding) drawContactShadow(context, size);
  context.restore();
}

function drawContactShadow(context: SKRSContext2D, size: { width: number }): void {
  context.scale(1, 0.16);
  const radius = size.width * 0.62;
  const shadow = context.createRadialGradient(0, 0, 0, 0, 0, radius);
  shadow.addColorStop(0, 'rgba(0,0,6,0.7)');
  shadow.addColorStop(0.5, 'rgba(0,0,6,0.34)');
  shadow.addColorStop(1, 'rgba(0,0,6,0)');
  context.globalAlpha = 1;
  context.fillStyle = shadow;
  context.fillRect(-radius, -radius, radius * 2, radius * 2);
}

interface Spill {
  subject: Subject;
  size: { width: number; height: number };
  moment: Moment;
  spill: Canvas;
  toStage: (context: SKRSContext2D, moment: Moment) => void;
}

/** Lets the scene's own light, as it moves, wash over the border of the figure. */
function drawSpill(context: SKRSContext2D, { subject, size, moment, spill, toStage }: Spill): void {
  const small = spill.getContext('2d');
  small.save();
  small.clearRect(0, 0, spill.width, spill.height);
  const scale = spill.width / context.canvas.width;
  small.scale(scale, scale);
  toStage(small, moment);
  small.drawImage(subject.border, -size.width / 2, -size.height, size.width, size.height);
  small.restore();
  small.save();
  small.globalCompositeOperation = 'source-in';
  small.drawImage(moment.softScene, 0, 0, spill.width, spill.height);
  small.restore();
  context.save();
  context.globalCompositeOperation = 'screen';
  context.globalAlpha = 0.6;
  context.drawImage(spill, 0, 0, context.canvas.width, context.canvas.height);
  context.restore();
}

/** A photo without a person, floating at a place. */
export function preparePrintItem(photo: Photo, { place, stage, light, phase }: ItemOptions): Item {
  const print = preparePrint(
    photo,
    { widthMax: place.widthMax * stage.width, heightMax: place.heightMax * stage.height },
    light,
  );
  const groundY = Math.max(print.height * 0.56, (0.9 - place.y) * stage.height);
  return {
    depth: place.depth,
    draw: (context, { timeSeconds, view, shift }) => {
      const zoom = zoomOf(stage, view, { depth: place.depth, timeSeconds });
      const moved = shiftOf(stage, view, place.depth);
      const float = wander(timeSeconds * 0.9, phase * 0.29 + 0.11) * stage.movement;
      const turn = wander(timeSeconds * 0.7, phase * 0.53 + 0.4) * 0.07 * stage.movement;
      context.save();
      context.translate(
        place.x * stage.width + moved.x + shift * flightShare(place),
        place.y * stage.height + float * stage.height * 0.007 + moved.y,
      );
      context.rotate(view.rollRadians + float * 0.006);
      context.scale(zoom, zoom);
      drawPrint(context, print, { yaw: place.yawRadians + turn, groundY });
      context.restore();
    },
  };
}
