// Makes small pictures of files that others sent: the first frame of a video, moments of all of it, a picture, or the shape of
// a sound, within a number of bytes. One child process does a batch and ends, so that a hostile file or a crash ends with it. Loads nothing native.
import { fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './child-environment.ts';
import type { SmallFormat, SmallSize } from './photo/shrink.ts';

/** One picture to make. */
export interface SmallPictureJob {
  kind: 'video' | 'image' | 'audio' | 'moments';
  /** A local file, as it came: untrusted. */
  path: string;
  /** Where the picture is written. */
  outPath: string;
  size: SmallSize;
  /** `inside` keeps the shape; `cut` fills the size. */
  fit: 'inside' | 'cut';
  /** JPEG unless given. */
  format?: SmallFormat;
}

/** A line from the child: the job at this place is done, or why it is not. */
export interface SmallPictureMessage {
  at: number;
  fault?: string;
}

export interface SmallPictureOptions {
  /** 0 to 19; higher leaves others more of the processor. */
  niceness: number;
  /** One picture that takes longer ends the process. */
  timeoutMs: number;
  signal: AbortSignal;
}

/** As {@link makeSmallPictures}, for what is given it. */
export type MakeSmallPictures = (
  jobs: readonly SmallPictureJob[],
  options: SmallPictureOptions,
) => Promise<(string | undefined)[]>;

const HEAP_LIMIT_MB = 512;
const NOT_REACHED = 'the process ended before it';

/** Makes the pictures, one after the other. @returns for each why there is none, or undefined. Never rejects. */
export function makeSmallPictures(
  jobs: readonly SmallPictureJob[],
  { niceness, timeoutMs, signal }: SmallPictureOptions,
): Promise<(string | undefined)[]> {
  const faults: (string | undefined)[] = jobs.map(() => NOT_REACHED);
  if (jobs.length === 0 || signal.aborted) return Promise.resolve(faults);
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(new URL('./small-picture-process.ts', import.meta.url)), [], {
      execArgv: [`--max-old-space-size=${HEAP_LIMIT_MB}`],
      env: childEnvironment(),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'json',
    });
    const kill = (): void => void child.kill('SIGKILL');
    const limit = setTimeout(kill, timeoutMs);
    signal.addEventListener('abort', kill, { once: true });
    const end = (): void => {
      clearTimeout(limit);
      signal.removeEventListener('abort', kill);
      resolve(faults);
    };
    child.on('message', ({ at, fault }: SmallPictureMessage) => {
      faults[at] = fault;
      limit.refresh();
    });
    child.once('error', end);
    child.once('close', end);
    lowerPriority(child.pid, niceness);
    // A child that cannot be reached ends, and its jobs are then not reached.
    child.send(jobs, () => undefined);
  });
}

function lowerPriority(pid: number | undefined, niceness: number): void {
  if (pid === undefined || niceness === 0) return;
  try {
    setPriority(pid, niceness);
  } catch (error) {
    // A child that is gone already is reported by its end; anything else is a wrong setting.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
  }
}
