// A task that a process of Reelay has claimed, and what its worker and the work on it know about each other.
import type { TaskRow } from '../tasks/task.ts';

/** Why a claim is stopped from outside. */
export type StopReason = 'cancel' | 'overtaken' | 'shutdown';

/** What a claim occupies in this process until it is over. */
export type ClaimNeeds =
  /** One place of the renderer. */
  | { kind: 'render' }
  /** A place beside the renderer: for a draft that fails or waits before it would be rendered. */
  | { kind: 'wait' }
  /** Until it has started, one of the starts that may be under way at an account. */
  | { kind: 'start'; credentialId: string }
  | { kind: 'nothing' };

/** A claimed task as the worker keeps it: its lease is renewed each second; it is stopped when the lease is lost. */
export interface Claim {
  readonly task: TaskRow;
  readonly needs: ClaimNeeds;
  /** The renderer, or the provider, knows of it, so that its place is no longer counted as free. */
  readonly started: boolean;
  stop(reason: StopReason): void;
}

/** What the worker gives to the parts: its id, and the renewal of the leases of their tasks. */
export interface ClaimKeeper {
  readonly nodeId: string;
  /** Keeps the lease of a claim alive until the work on it is over. */
  hold(claim: Claim, work: Promise<void>): void;
}
