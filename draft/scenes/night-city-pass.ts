// The parameters of one drawing of the street, which is drawn twice a frame: as it is, and as the ground mirrors it.
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Lens } from './night-city-lens.ts';

export interface Pass {
  context: SKRSContext2D;
  lens: Lens;
  timeSeconds: number;
  /** False for the mirrored drawing, which leaves small things out. */
  detailed: boolean;
}

export type StreetPainter = (pass: Pass) => void;
