// The border between the frame loop and everything that draws: scenes, effects and the reference mode
// are all a `prepare` that may take its time once, and a painter that is a pure function of the time.
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { ClipPicture } from './clip/clip.ts';
import type { Plan } from './plan/plan.ts';

/** What a drawing is made for. */
export interface Stage {
  width: number;
  height: number;
  durationSeconds: number;
  seed: number;
  plan: Plan;
  /** The camera stands still; the world goes on moving. */
  cameraFixed: boolean;
  /** Scale of camera path and sway: 0.4 small, 1 medium, 1.8 large. */
  movement: number;
}

/**
 * Draws the frame at `timeSeconds` over the whole canvas, from the frame of the user's clip where it draws over one. A
 * pure function of its stage, the time and that frame: no clock, no
 * `Math.random`, no memory of earlier frames, since frames are drawn in any order on several threads.
 */
export type Painter = (context: SKRSContext2D, timeSeconds: number, picture?: ClipPicture) => void;

/** A place that a prompt can ask for. Composes in a unit space, so that 16:9, 9:16 and 1:1 all look meant. */
export interface Scene {
  id: string;
  prepare(stage: Stage): Painter;
}
