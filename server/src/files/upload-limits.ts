// What a client reads when its account has as many uploads as it may have.
import { AppError } from '../errors.ts';
import { MINUTE_MS, SECOND_MS } from '../lib/time.ts';
import type { UploadPlace } from './files.store.ts';

/** Files whose retention is over go by a chore that runs this often. */
const CLEAN_UP_EVERY_MS = 10 * MINUTE_MS;

/** Says which limit, and when there will be room: an upload goes with its retention and the clean-up after it. */
export function uploadsFull(
  place: UploadPlace,
  { uploadsMax, uploadsBytesMax }: { uploadsMax: number; uploadsBytesMax: number },
  nowMs: number,
): AppError {
  const limit =
    place.files >= uploadsMax
      ? `This account has ${place.files} uploads, and ${uploadsMax} is the most at once`
      : `The uploads of this account have ${place.bytes} bytes, and ${uploadsBytesMax} is the most together`;
  const waitMs = Math.max(0, (place.firstEndsAt?.getTime() ?? 0) - nowMs) + CLEAN_UP_EVERY_MS;
  const retryAfterSeconds = Math.ceil(waitMs / SECOND_MS);
  return new AppError('uploads_full', {
    message: `${limit}; the oldest is removed within ${retryAfterSeconds} s. Any number of tasks can use the same upload`,
    retryAfterSeconds,
  });
}
