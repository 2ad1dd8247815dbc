// The main of a process that makes small pictures: a batch in, a line for each, then the end. It ends at once when its
// parent is gone.
import { writeFile } from 'node:fs/promises';
import { decodeFirstFrame } from './encode/first-frame.ts';
import { drawMoments } from './encode/moments.ts';
import { readSoundShape } from './encode/sound-shape.ts';
import { fitPicture, shrinkPicture } from './photo/shrink.ts';
import { BARS, drawWave } from './photo/wave.ts';
import type { SmallPictureJob, SmallPictureMessage } from './small-pictures.ts';

// Not `process.exit`: that waits for threads that may be inside a long native call.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

process.once('message', (jobs: SmallPictureJob[]) => {
  makeAll(jobs).then(
    () => process.exit(0),
    () => process.exit(1),
  );
});

async function makeAll(jobs: SmallPictureJob[]): Promise<void> {
  for (const [at, job] of jobs.entries()) await report({ at, fault: await make(job) });
}

/** @returns why there is none, or undefined. */
async function make({
  kind,
  path,
  outPath,
  size,
  fit,
  format,
}: SmallPictureJob): Promise<string | undefined> {
  try {
    const source = await readPicture(kind, path);
    await writeFile(outPath, await (fit === 'cut' ? shrinkPicture : fitPicture)(source, size, format));
    return undefined;
  } catch (error) {
    // Whatever is wrong with the file, the next one is made.
    return error instanceof Error ? error.message : String(error);
  }
}

/** What a file shows: itself, its first frame, moments of it on one sheet, or the shape of its sound. */
async function readPicture(kind: SmallPictureJob['kind'], path: string): Promise<Buffer | string> {
  switch (kind) {
    case 'image':
      return path;
    case 'video':
      return decodeFirstFrame(path);
    case 'moments':
      return drawMoments(path);
    case 'audio':
      return drawWave(await readSoundShape(path, BARS));
  }
}

function report(message: SmallPictureMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}
