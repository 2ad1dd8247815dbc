// What a delivery job carries through the queue: parsed when it comes back, since the queue outlives this release.
import type { NewJob } from '../db/jobs.ts';
import { invariant } from '../errors.ts';
import { isUuid } from '../lib/ids.ts';
import type { Trigger } from './callbacks.store.ts';

export const DELIVER_JOB = 'callbacks.deliver';
/** Runs until a job is given up. Failed tries are not among them: only crashes and a database that is away are. */
const RUNS_MAX = 1_000;

const TRIGGERS: readonly string[] = ['schedule', 'replay', 'copy'] satisfies Trigger[];

export interface DeliveryPayload {
  callbackId: string;
  /** Tries of the schedule before this one. */
  step: number;
  trigger: Trigger;
  /** Host and port of the address, so that a crowded receiver is known without a look at the callback. */
  receiver: string;
}

/** The job of one try. Replays of a callback that still wait are one. */
export function createJob(payload: DeliveryPayload, delayMs = 0): NewJob {
  const isReplay = payload.trigger === 'replay';
  return {
    name: DELIVER_JOB,
    payload,
    delayMs,
    maxAttempts: RUNS_MAX,
    ...(isReplay ? { jobKey: `${DELIVER_JOB}:replay:${payload.callbackId}` } : {}),
  };
}

/** @throws Error for a payload that no release of Reelay has written. */
export function parsePayload(value: unknown): DeliveryPayload {
  const payload = value as Partial<DeliveryPayload> | null;
  invariant(typeof payload === 'object' && payload !== null, 'a delivery job carries an object');
  const { callbackId, step, trigger, receiver } = payload;
  invariant(typeof callbackId === 'string' && isUuid(callbackId), 'a delivery job names its callback');
  invariant(Number.isInteger(step), 'a delivery job names its step');
  invariant(typeof receiver === 'string', 'a delivery job names its receiver');
  invariant(TRIGGERS.includes(trigger ?? ''), 'a delivery job says why it is made');
  return payload as DeliveryPayload;
}
