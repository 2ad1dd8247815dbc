// Answers that wait for a job: those that are held back until it has ended, and streams of its states. Both
// poll by the clock of the emulator, since a job has no listeners and its states are computed when a caller
// looks.

import type { Tools } from './api.ts';
import type { ApiRequest } from './exchange.ts';
import type { Job } from './job.ts';

const LOOK_MS = 20;

/** The next look. It never comes once the emulator is closed: nothing waits then. */
export function pauseBy({ clock }: Tools): Promise<void> {
  return new Promise((resolve) => clock.at(clock.now() + LOOK_MS, resolve));
}

export function isOpen({ state }: Job<unknown>): boolean {
  return state === 'queued' || state === 'running';
}

/** Resolves once the job has ended or is gone, the time is over, or the client has left. */
export async function waitForEnd(
  tools: Tools,
  request: ApiRequest,
  { jobId, waitMs }: { jobId: string; waitMs: number },
): Promise<void> {
  const endMs = tools.clock.now() + waitMs;
  const jobs = tools.jobs();
  for (let job = jobs.find(request, jobId); job && isOpen(job); job = jobs.find(request, jobId)) {
    if (tools.clock.now() >= endMs || request.isGone()) return;
    await pauseBy(tools);
  }
}

/** The job each time its state has changed, to its end; the first one at once. */
export async function* watchJob<Data>(
  tools: Tools,
  request: ApiRequest,
  jobId: string,
): AsyncGenerator<Job<Data>> {
  const jobs = tools.jobs<Data>();
  let shown: string | undefined;
  for (let job = jobs.find(request, jobId); job && !request.isGone(); job = jobs.find(request, jobId)) {
    if (job.state !== shown) yield job;
    shown = job.state;
    if (!isOpen(job)) return;
    await pauseBy(tools);
  }
}
