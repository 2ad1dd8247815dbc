// What the presenters of this door share. A presenter makes of a record what the API answers and what the command prints
// with --json, so that the two cannot differ. None may show a secret.
import { toUnixSeconds } from '../../lib/time.ts';

/** Unix seconds, or null where there is no time. */
export function presentTime(date: Date | null): number | null {
  return date && toUnixSeconds(date);
}
