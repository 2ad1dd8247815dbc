// How the camera moves, said once for all scenes: a view for each time, and layers that follow it by their depth.
// With a fixed camera the view of time 0 holds for ever, while the world goes on moving.
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Stage } from '../stage.ts';
import { smoothStep, wander } from './noise.ts';

/** The measures a scene composes with. */
export interface Frame {
  width: number;
  height: number;
  /** Square root of the area: a length that means the same in 16:9, 1:1 and 9:16. */
  unit: number;
  centerX: number;
  /** Where sky and ground meet, in pixels from the top. */
  horizonY: number;
}

/** Where the camera looks at one moment. Lengths are in units of `Frame.unit`. */
export interface View {
  /** Sideways shift of a layer at depth 1; far layers take a share of it. */
  panX: number;
  /** Shift of everything up or down; the horizon moves with it. */
  pitchY: number;
  /** Enlargement of a layer at depth 1. */
  zoom: number;
  rollRadians: number;
  /** Way gone into the picture, about 0..1 over a whole dolly. */
  forward: number;
}

export function createFrame(stage: Stage, horizon: number): Frame {
  return {
    width: stage.width,
    height: stage.height,
    unit: Math.sqrt(stage.width * stage.height),
    centerX: stage.width / 2,
    horizonY: Math.round(stage.height * horizon),
  };
}

/** World time: slow motion and time-lapse change how fast the world moves, not how long the film is. */
export function toWorldSeconds(stage: Stage, timeSeconds: number): number {
  return timeSeconds * stage.plan.speed;
}

function viewAt(stage: Stage, timeSeconds: number): View {
  const share = stage.durationSeconds > 0 ? timeSeconds / stage.durationSeconds : 0;
  const eased = share * 0.55 + smoothStep(0, 1, share) * 0.45;
  const amount = stage.movement;
  const view: View = { panX: 0, pitchY: 0, zoom: 1, rollRadians: 0, forward: 0 };
  const breath = Math.sin(timeSeconds * 0.5) * 0.0025 * amount;
  switch (stage.plan.camera) {
    case 'dolly':
      return { ...view, zoom: 1 + 0.16 * amount * eased, forward: eased * amount, panX: breath };
    case 'pull':
      return { ...view, zoom: 1 + 0.16 * amount * (1 - eased), forward: -eased * amount, panX: breath };
    case 'pan':
      return { ...view, zoom: 1.03, panX: (0.5 - eased) * 0.16 * amount };
    case 'orbit': {
      const angle = (eased - 0.5) * Math.PI * 0.9;
      return {
        ...view,
        zoom: 1.03 + 0.04 * amount * Math.cos(angle),
        panX: -Math.sin(angle) * 0.09 * amount,
        rollRadians: Math.sin(angle) * 0.006 * amount,
      };
    }
    case 'tilt':
      return { ...view, zoom: 1.02, pitchY: (eased - 0.5) * 0.09 * amount };
    case 'aerial':
      return {
        ...view,
        zoom: 1 + 0.1 * amount * eased,
        forward: eased * amount * 1.6,
        pitchY: (0.5 - eased) * 0.05 * amount,
        panX: Math.sin(eased * 2.4) * 0.02 * amount,
      };
    case 'handheld':
      return {
        panX: wander(timeSeconds * 0.9, 0.13) * 0.008 * amount,
        pitchY: wander(timeSeconds * 1.05, 0.61) * 0.005 * amount,
        zoom: 1.03 + 0.03 * amount * eased,
        rollRadians: wander(timeSeconds * 0.7, 0.37) * 0.005 * amount,
        forward: eased * 0.3 * amount,
      };
    case 'still':
      return view;
  }
}

/** The camera of a stage: a pure function from time to view. */
export function prepareCamera(stage: Stage): (timeSeconds: number) => View {
  return (timeSeconds) => viewAt(stage, stage.cameraFixed ? 0 : timeSeconds);
}

/** How far a point at the horizon has moved down, in pixels. */
export function pitchPixels(frame: Frame, view: View): number {
  return view.pitchY * frame.unit;
}

/** How much a layer at `depth` (0 is the sky, 1 the nearest) is enlarged. */
export function zoomAt(view: View, depth: number): number {
  return 1 + (view.zoom - 1) * (0.2 + 0.8 * depth);
}

/** Draws `draw` as the camera sees a layer at `depth`: shifted and enlarged about the vanishing point. */
export function drawAtDepth(
  context: SKRSContext2D,
  camera: { frame: Frame; view: View },
  depth: number,
  draw: () => void,
): void {
  const { frame, view } = camera;
  const zoom = zoomAt(view, depth);
  context.save();
  context.translate(
    frame.centerX + view.panX * depth * frame.unit,
    frame.horizonY + pitchPixels(frame, view),
  );
  context.scale(zoom, zoom);
  context.translate(-frame.centerX, -frame.horizonY);
  draw();
  context.restore();
}

/** Draws a whole frame with the roll of the camera, enlarged just enough that no corner shows. */
export function drawRolled(context: SKRSContext2D, frame: Frame, view: View, draw: () => void): void {
  const spare = Math.max(frame.width / frame.height, frame.height / frame.width);
  const zoom = 1 + Math.abs(Math.sin(view.rollRadians)) * spare;
  context.save();
  context.translate(frame.centerX, frame.height / 2);
  context.rotate(view.rollRadians);
  context.scale(zoom, zoom);
  context.translate(-frame.centerX, -frame.height / 2);
  draw();
  context.restore();
}
