// An emulator that runs, as tests, the control address and `main.ts` see it. Types only; `server.ts` starts one.
import type { AcceptedJob } from './accepted-log.ts';
import type { Delivery } from './callbacks.ts';
import type { EmulatorClock } from './clock.ts';
import type { Action, Fault } from './faults.ts';
import type { JobState } from './job.ts';
import type { Settings } from './settings.ts';

export interface EmulatorOptions {
  /** Default 0: any that is free. */
  port?: number;
  /** A file that accepted jobs are appended to, a line of JSON each. */
  logFile?: string;
  settings?: Partial<Settings>;
  /** Start with a clock that stands still. */
  manualClock?: boolean;
  /** Of ids; any by default. */
  seed?: number;
  /** Other values of the credential than the API's own. */
  fields?: Readonly<Record<string, string>>;
}

export interface RunningEmulator {
  readonly id: string;
  /** Without a slash at the end. */
  readonly url: string;
  /** What an adapter needs, by the names of its credential; `base_url` is one. */
  readonly fields: Readonly<Record<string, string>>;
  readonly clock: EmulatorClock;
  readonly settings: Readonly<Settings>;
  /** Every job that was accepted, oldest first. */
  accepted(): readonly AcceptedJob[];
  /** How many jobs are in each state now. */
  jobCounts(): Record<JobState, number>;
  /** How many requests of each kind there were, whatever became of them; control requests are not among them. */
  requestCounts(): Record<Action, number>;
  /** Every try of a callback, oldest first. */
  deliveries(): readonly Delivery[];
  /** @throws FaultRefused. */
  addFault(fault: Fault): void;
  faults(): Fault[];
  clearFaults(): void;
  /** Moves the clock ahead; what falls due happens before it returns, except for what goes over sockets. */
  advance(milliseconds: number): void;
  /** Changes settings. @throws SettingRefused. */
  set(changes: Partial<Settings>): void;
  /** Cuts all connections. @throws the first exception of a route, which is a bug of the emulator. */
  close(): Promise<void>;
}
