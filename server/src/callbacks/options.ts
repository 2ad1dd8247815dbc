// What callbacks need of the other parts.
import type { Pool } from 'pg';
import type { Failpoint } from '../lib/failpoints.ts';
import type { GuardedFetch } from '../lib/guarded-fetch.ts';
import type { Book } from '../lib/money.ts';
import type { Clock, SteadyClock } from '../lib/time.ts';
import type { InboxWay, Outcome } from './delivery.ts';

/** What is posted about a task. */
export interface CallbackBody {
  body: string;
  /** Headers beside the signature that all callbacks have, for receivers that check another. @param secret as `whsec_…`. */
  sign?: (secret: string, seconds: number) => Record<string, string>;
}

export interface CallbacksOptions {
  pool: Pool;
  /** The way out for every receiver but those of the next field. */
  fetchPublic: GuardedFetch;
  /** The way out for test callbacks where this machine itself may be called. */
  fetchLoopback: GuardedFetch;
  /** Keys whose callbacks may go to this machine: none but where the server itself listens on loopback. */
  loopbackAllowedFor: readonly Book[];
  /** Takes callbacks to inboxes of this server; without it no address is an inbox. */
  inboxes?: InboxWay;
  /** Seals the signing secrets at rest; at least 16 bytes. */
  secretKey: string | Uint8Array;
  /** The body: the task object of the query endpoint as JSON; undefined when the task is no longer stored. */
  renderBody: (taskId: string) => Promise<CallbackBody | undefined>;
  /** What one host may be sent in ten seconds, by this process. */
  callbacksPer10s: number;
  clock: Clock;
  /** For the rates of receivers and the times of tries. */
  steady: SteadyClock;
  log: CallbacksLog;
  /** Called for every delivery, for metrics. */
  onDelivery?: (delivery: DeliveryReport) => void;
  failpoint?: Failpoint;
}

/** The part of a pino logger that callbacks use. */
export interface CallbacksLog {
  info: (fields: object, message: string) => void;
  warn: (fields: object, message: string) => void;
  error: (fields: object, message: string) => void;
}

export interface DeliveryReport {
  outcome: Outcome['kind'];
  durationMs: number;
}
