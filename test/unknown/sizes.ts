// How large a run of the proof is: how often processes die, and how many orders each row has.
import type { Failpoint } from '../../server/src/lib/failpoints.ts';
import { WORKER_FAILPOINTS } from './steps.ts';

/** The small one has every step and few deaths, so that it is over in a minute. */
export type Size = 'small' | 'large';

/** How often the processes die. */
export interface Deaths {
  /** Failpoints that are gone through together, so that fewer starts are needed. */
  groups: (readonly Failpoint[])[];
  times: number;
  apiTimes: number;
  byChance: number;
  apiByChance: number;
  statements: { perMoment: number; deathsMax: number; share: number };
  freezeMs: number;
}

export const SIZES: Readonly<Record<Size, Deaths>> = {
  small: {
    groups: [WORKER_FAILPOINTS],
    times: 1,
    apiTimes: 1,
    byChance: 1,
    apiByChance: 1,
    statements: { perMoment: 1, deathsMax: 3, share: 0.1 },
    freezeMs: 0,
  },
  large: {
    groups: WORKER_FAILPOINTS.map((place) => [place]),
    times: 6,
    apiTimes: 3,
    byChance: 30,
    apiByChance: 10,
    statements: { perMoment: 2, deathsMax: Number.POSITIVE_INFINITY, share: 0.5 },
    freezeMs: 30_000,
  },
};

/** As a share of all orders; the others have no trouble. */
export const SHARE_OF_ROWS = 0.9;
/** How many orders a row has relative to others. A long step takes as long as a call may, and has few. */
export const WEIGHTS = {
  step: 1,
  longStep: 0.25,
  refused: 0.25,
  api: 1,
  failpoints: { small: 12, large: 1.2 },
  byChance: 1.5,
  statements: { small: 3, large: 6 },
  frozen: 1,
};
/** Orders without trouble for each order with it: an account without a good answer for long would get no more tasks. */
export const CALM_SHARE = { small: 1, large: 0.5 };
