// Named places where a test may have the process killed, as if the power had gone at that line. Off unless a setting
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

/** Dies by SIGKILL when this place is the chosen one: no handler runs, nothing is flushed. */
export function reach(chosen: Failpoint | undefined, place: Failpoint): void {
  if (chosen === place) process.kill(process.pid, 'SIGKILL');
}
