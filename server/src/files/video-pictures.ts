// Pictures of a stored file for a caller that waits for them: a frame as WebP, or moments of a video on one sheet. A process of
// the renderer makes them and nothing of them is kept; no picture is decoded in this process.
import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { MakeSmallPictures, SmallPictureJob } from '../../../draft/small-pictures.ts';
import { AppError } from '../errors.ts';
import type { Files } from './files.ts';
import type { LinkedFile } from './reading.ts';
import { SmallQueue } from './small-queue.ts';

/** As the files of the pictures that are asked for. */
type Look = Pick<SmallPictureJob, 'kind' | 'size' | 'format'>;

const FRAME_SIZE = { width: 1280, height: 1280, bytesMax: 400_000 };
const LOOKS = {
  /** Of a picture. */
  picture: { kind: 'image', size: FRAME_SIZE, format: 'webp' },
  /** The first frame of a video. */
  frame: { kind: 'video', size: FRAME_SIZE, format: 'webp' },
  /** Twenty moments of a video, five in a row. */
  sheet: { kind: 'moments', size: { width: 1280, height: 2400, bytesMax: 1_000_000 }, format: 'jpeg' },
} as const satisfies Record<string, Look>;

/** Of a file that is copied for this. */
const SOURCE_BYTES_MAX = 256 * 1024 * 1024;

export interface VideoPictures {
  /**
   * Makes a picture of a file.
   * @throws AppError `not_found` where the file shows none, `rate_limited` when too many wait, `storage_full`, `link_invalid`.
   */
  make(accountId: string, file: LinkedFile, look: keyof typeof LOOKS): Promise<Buffer>;
  /** Ends what is under way. */
  stop(): void;
}

export function createVideoPictures(
  files: Pick<Files, 'checkRoom' | 'newStagingPath'>,
  makePictures: MakeSmallPictures,
): VideoPictures {
  const queue = new SmallQueue(makePictures);
  const stopping = new AbortController();
  return {
    async make(accountId, file, look) {
      if (file.sizeBytes > SOURCE_BYTES_MAX)
        throw new AppError('not_found', { message: 'The video is too large for pictures of it.' });
      await files.checkRoom();
      const path = files.newStagingPath();
      const outPath = `${path}.${LOOKS[look].format}`;
      try {
        const opened = await file.read();
        if (opened === null) throw new AppError('link_invalid');
        await pipeline(opened.stream, createWriteStream(path, { flags: 'wx' }), { signal: stopping.signal });
        const fault = await queue.make(accountId, { ...LOOKS[look], path, outPath, fit: 'inside' });
        if (fault !== undefined)
          throw new AppError('not_found', { message: 'No picture can be made of it.', cause: fault });
        return await readFile(outPath);
      } finally {
        await Promise.all([path, outPath].map((one) => rm(one, { force: true })));
      }
    },
    stop() {
      stopping.abort();
      queue.stop();
    },
  };
}
