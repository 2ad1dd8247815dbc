// A job as the routes of an API see it, and the store that they keep it in. States: queued -> running ->
// succeeded | failed, and from either open state to cancelled or expired. Types only; `jobs.ts` is the store.
import type { Json } from '../../server/src/lib/json.ts';
import type { ApiRequest } from './exchange.ts';

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'expired';

/** A job at one moment, as this request should see it. A copy: changes to it change nothing except `data`. */
export interface Job<Data> {
  id: string;
  /** What the API keeps about it; shared with the store. */
  data: Data;
  model: string;
  callbackUrl: string | undefined;
  state: JobState;
  /** The provider's word for the state, or the word of a fault. */
  status: string;
  /** In the provider's words, if it failed. */
  error: Json | undefined;
  /** As a share of the running time, from 0 to 1. */
  progress: number;
  /** Set by a fault; `ResultFiles.url` uses it. */
  resultUrl: string | undefined;
  createdAtMs: number;
  updatedAtMs: number;
  /** When it ended. */
  endedAtMs: number | undefined;
}

export interface NewJob<Data> {
  id: string;
  data: Data;
  model: string;
  /** The submitter's own name of the job in the request; the callback address counts if there is none. */
  token?: string;
  callbackUrl?: string;
  /** Replaces the setting. */
  runMs?: number;
  /** It ends failed, with this error in the provider's words. */
  error?: Json;
  /** If it is still open then, it becomes `expired`. */
  expiresAtMs?: number;
}

/** The store as the routes of an API see it. What they look up follows the faults of their request. */
export interface Jobs<Data> {
  /** Accepts a job and logs it. @throws when the id is taken. */
  add(request: ApiRequest, job: NewJob<Data>): Job<Data>;
  /** An id that no job has; short ones collide under load. */
  unusedId(make: () => string): string;
  /** Undefined for jobs that never existed, were removed, or are older than `recordHours`. */
  find(request: ApiRequest, id: string): Job<Data> | undefined;
  /** Newest first. */
  list(request: ApiRequest): Job<Data>[];
  /** Jobs that were submitted with a token, oldest first; for APIs that find a job by it. */
  withToken(request: ApiRequest, token: string): Job<Data>[];
  /** Ends an open job as cancelled; false if it is in none of these states. */
  cancel(id: string, from: readonly JobState[]): boolean;
  /** Forgets a job: its record, not its line in the log. */
  remove(id: string): void;
  /** Jobs that are queued or running. */
  openCount(): number;
}
