// A drawing thread of the render process: draws the frames that it is asked for and returns their bytes. Gets its
// work once, at the start, and touches no file.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { ClipPicture } from './clip/clip.ts';
import { explainFailure } from './failure.ts';
import { type FrameWork, prepareFrames } from './frames.ts';
import type { RenderFailure } from './job.ts';

/** To the thread: draw this frame into this buffer, which is handed over. */
export interface FrameOrder {
  index: number;
  buffer: ArrayBuffer;
  /** What the user's clip shows then, for work that draws over its frames. */
  picture?: ClipPicture;
}

/** From the thread: the drawn frame, or why there is none. */
export type FrameReply = { index: number; buffer: ArrayBuffer } | { failure: RenderFailure };

/**
 * Canvas read-backs are copies that are freed when the event loop turns and the collector runs, so both are
 * given their turn: without this, memory grows by a frame a frame.
 */
const FRAMES_PER_COLLECTION = 4;

const port = parentPort;
if (!port) throw new Error('frame-worker.ts runs as a worker thread only');

const drawing = prepareFrames(workerData as FrameWork);
// A failure to prepare is reported with the first frame; until then nothing listens.
drawing.catch(() => undefined);
let drawn = 0;
let turn: Promise<void> = Promise.resolve();

async function draw({ index, buffer, picture }: FrameOrder): Promise<void> {
  try {
    const drawFrame = await drawing;
    drawFrame(index, new Uint8Array(buffer), picture);
    port?.postMessage({ index, buffer } satisfies FrameReply, [buffer]);
  } catch (error) {
    port?.postMessage({ failure: explainFailure(error) } satisfies FrameReply);
  }
  drawn += 1;
  await nextTurn();
  if (drawn % FRAMES_PER_COLLECTION === 0) globalThis.gc?.({ type: 'minor', execution: 'sync' });
}

port.on('message', (order: FrameOrder) => {
  turn = turn.then(() => draw(order));
});
