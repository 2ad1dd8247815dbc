// What a delivery job carries through the queue: parsed when it comes back, since the queue outlives this release.
import type { NewJob } from '../db/jobs.ts';
import { invariant } from '../errors.ts';
import { isUuid } from '../lib/ids.ts';
import type { Trigger } from './callbacks.store.ts';
import { type Lane, queueOf } from './receivers.ts';

export const DELIVER_JOB = 'callbacks.deliver';
/** Runs until a job is given up. Failed tries are not among them: only crashes and a database that is away are. */
const runsMax = 1_000;

const lanes: readonly string[] = ['free', 'crowded', 'slow'] satisfies Lane[];
const triggers: readonly string[] = ['schedule', 'replay', 'copy'] satisfies Trigger[];

export interface DeliveryPayload {
  callbackId: string;
  /** Tries of the schedule before this one. */
  step: number;
  trigger: Trigger;
  receiver: string;
  lane: Lane;
}

/** The job of one try, in the queue of its lane. Replays of a callback that still wait are one. */
export function createJob(payload: DeliveryPayload): NewJob {
  const queueName = queueOf(payload.lane, payload.receiver, payload.callbackId);
  return {
    name: DELIVER_JOB,
    payload,
    maxAttempts: runsMax,
    ...(queueName === undefined ? {} : { queueName }),
    ...(payload.trigger === 'replay' ? { jobKey: `callbacks.replay:${payload.callbackId}` } : {}),
  };
}

/** @throws Error for a payload that no release of ours has written. */
export function parsePayload(value: unknown): DeliveryPayload {
  const payload = value as Partial<DeliveryPayload> | null;
  invariant(typeof payload === 'object' && payload !== null, 'a delivery job carries an object');
  const { callbackId, step, trigger, receiver, lane } = payload;
  invariant(typeof callbackId === 'string' && isUuid(callbackId), 'a delivery job names its callback');
  invariant(Number.isInteger(step), 'a delivery job names its step');
  invariant(typeof receiver === 'string', 'a delivery job names its receiver');
  invariant(
    triggers.includes(trigger ?? '') && lanes.includes(lane ?? ''),
    'a delivery job says why and where',
  );
  return payload as DeliveryPayload;
}
