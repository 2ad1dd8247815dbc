// A running emulator, as tests, the control address and `main.ts` see it. Types only; `server.ts` starts one.
import type { AcceptedJob } from './accepted-log.ts';
import type { Delivery } from './callbacks.ts';
import type { EmulatorClock } from './clock.ts';
import type { Action, Fault } from './faults.ts';
import type { JobState } from './job.ts';
import type { Settings } from './settings.ts';

export interface EmulatorOptions {
  /** Default 0: any free port. */
  port?: number;
  /** A file to which accepted jobs are appended, a line of JSON each. */
  logFile?: string;
  settings?: Partial<Settings>;
  /** Start with a clock that stands still. */
  manualClock?: boolean;
  /** The seed of ids; random by default. */
  seed?: number;
  /** Values of the credential that differ from the API's own. */
  fields?: Readonly<Record<string, string>>;
}

export interface RunningEmulator {
  readonly id: string;
  /** Without a trailing slash. */
  readonly url: string;
  /** What an adapter needs, by the names of its credential; `base_url` is one. */
  readonly fields: Readonly<Record<string, string>>;
  readonly clock: EmulatorClock;
  readonly settings: Readonly<Settings>;
  /** Every accepted job, oldest first. */
  accepted(): readonly AcceptedJob[];
  /** How many jobs are in each state now. */
  jobCounts(): Record<JobState, number>;
  /** How many requests of each kind there were, whatever their outcome; control requests are not counted. */
  requestCounts(): Record<Action, number>;
  /** Every try of a callback, oldest first. */
  deliveries(): readonly Delivery[];
  /** @throws FaultRefused. */
  addFault(fault: Fault): void;
  faults(): Fault[];
  clearFaults(): void;
  /** Moves the clock ahead; what falls due happens before it returns, except what goes over sockets. */
  advance(milliseconds: number): void;
  /** Changes settings. @throws SettingRefused. */
  set(changes: Partial<Settings>): void;
  /** Cuts all connections. @throws the first exception of a route, which is a bug of the emulator. */
  close(): Promise<void>;
}
