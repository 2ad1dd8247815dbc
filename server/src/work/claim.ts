// A task that a process of Reelay has claimed, and what its worker and the work on it know of each other.
import type { TaskRow } from '../tasks/task.ts';

/** Why a claim is broken off from outside. */
export type StopReason = 'cancel' | 'overtaken' | 'shutdown';

/** What a claim takes up in this process until it is over. */
export type ClaimNeeds =
  /** A place of the renderer. */
  | { kind: 'render' }
  /** A place beside it: a draft that fails or waits before it would be rendered. */
  | { kind: 'wait' }
  /** Until it has started: one of the starts that may be under way at an account. */
  | { kind: 'start'; credentialId: string }
  | { kind: 'nothing' };

/** A task that this process has claimed, as the worker keeps it: renewed each second, stopped when it is lost. */
export interface Claim {
  readonly task: TaskRow;
  readonly needs: ClaimNeeds;
  /** The renderer, or the provider, knows of it: it no longer stands for a place that seems free. */
  readonly started: boolean;
  stop(reason: StopReason): void;
}

/** What the worker lends to the parts: its name, and the renewal of the leases of what they hold. */
export interface ClaimKeeper {
  readonly nodeId: string;
  /** Keeps the lease of a claim alive until the work on it is over. */
  hold(claim: Claim, work: Promise<void>): void;
}
