// Named lines at which a test may kill the process, as if the power had failed there. All are off unless a setting
// names one; a production server never sets it.

/** In the order of a task's life. */
export const FAILPOINTS = [
  'before-create',
  'after-create',
  'after-claim',
  'after-intent',
  'after-start',
  'after-accepted',
  'after-poll',
  'after-storing',
  'after-store',
  'in-settle',
  'after-settle',
  'after-cancel-request',
  'after-callback',
] as const;

export type Failpoint = (typeof FAILPOINTS)[number];

/** Kills the process with SIGKILL if the setting names this line: no handler runs, nothing is flushed. */
export function reach(chosen: Failpoint | undefined, place: Failpoint): void {
  if (chosen === place) process.kill(process.pid, 'SIGKILL');
}
