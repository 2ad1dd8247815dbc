// The drawing threads seen from the main thread of the render process: frames come out in order while they are
// drawn out of order. Memory is bounded by the buffers made at the start, which travel to and fro.
import { Worker } from 'node:worker_threads';
import type { ClipPicture } from './clip/clip.ts';
import { i420SizeBytes } from './encode/i420.ts';
import { FailedRender } from './failure.ts';
import type { FrameOrder, FrameReply } from './frame-worker.ts';
import type { FrameWork } from './frames.ts';

/** A thread takes up to half a second to prepare its scene; it is not worth it for fewer frames. */
const FRAMES_A_WORKER = 32;
/** Frames of a clip between two collections: their bytes are freed by them alone. */
const FRAMES_A_COLLECTION = 4;
/** How many frames a thread may be ahead of the encoder. */
const BUFFERS_PER_WORKER = 6;

export interface FramePoolOptions {
  work: FrameWork;
  frames: number;
  workers: number;
  /** The user's clip, as many frames as are drawn; each is read when its turn comes. */
  pictures?: AsyncIterable<ClipPicture>;
}

/**
 * Yields every frame in order. The bytes belong to the pool: they are drawn over once the loop asks for the next
 * frame.
 * @throws when a thread fails or ends early; all threads are ended on every way out.
 */
export async function* drawFrames(options: FramePoolOptions): AsyncGenerator<Uint8Array, void, void> {
  const pool = new FramePool(options);
  try {
    for (let index = 0; index < options.frames; index += 1) {
      const buffer = await pool.take(index);
      yield new Uint8Array(buffer);
      pool.giveBack(buffer);
    }
  } finally {
    await pool.close();
  }
}

class FramePool {
  #frames: number;
  #workers: Worker[] = [];
  #idle: ArrayBuffer[] = [];
  #drawn = new Map<number, ArrayBuffer>();
  #load = new Map<Worker, number>();
  #next = 0;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;
  #pictures: AsyncIterator<ClipPicture> | undefined;
  #isReading = false;

  constructor({ work, frames, workers, pictures }: FramePoolOptions) {
    this.#frames = frames;
    this.#pictures = pictures?.[Symbol.asyncIterator]();
    const count = Math.max(1, Math.min(workers, Math.ceil(frames / FRAMES_A_WORKER)));
    const sizeBytes = i420SizeBytes(work.job.width, work.job.height);
    for (let index = 0; index < count; index += 1) {
      const worker = new Worker(new URL('./frame-worker.ts', import.meta.url), { workerData: work });
      worker.on('message', (reply: FrameReply) => this.#receive(worker, reply));
      worker.on('error', (error) => this.#fail(error as Error));
      worker.on('exit', () => this.#fail(new Error('a drawing thread ended early')));
      this.#workers.push(worker);
      this.#load.set(worker, 0);
      for (let made = 0; made < BUFFERS_PER_WORKER; made += 1) this.#idle.push(new ArrayBuffer(sizeBytes));
    }
    this.#order();
  }

  async take(index: number): Promise<ArrayBuffer> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      const buffer = this.#drawn.get(index);
      if (buffer) {
        this.#drawn.delete(index);
        return buffer;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  giveBack(buffer: ArrayBuffer): void {
    this.#idle.push(buffer);
    this.#order();
  }

  async close(): Promise<void> {
    for (const worker of this.#workers) worker.removeAllListeners('exit');
    await this.#pictures?.return?.();
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** Gives the next frame to the least busy thread; two in hand keep a thread busy while a buffer travels. */
  #order(): void {
    if (this.#pictures) {
      this.#orderOverClip(this.#pictures).catch((error: unknown) => this.#fail(error as Error));
      return;
    }
    while (this.#next < this.#frames && this.#idle.length > 0) {
      const worker = this.#findFree();
      const buffer = worker && this.#idle.pop();
      if (!worker || !buffer) return;
      worker.postMessage({ index: this.#next, buffer } satisfies FrameOrder, [buffer]);
      this.#load.set(worker, this.#loadOf(worker) + 1);
      this.#next += 1;
    }
  }

  /** The same with a frame of the clip for each; no more of them are read than threads have room for. */
  async #orderOverClip(pictures: AsyncIterator<ClipPicture>): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#next < this.#frames && this.#idle.length > 0 && this.#findFree()) {
        const { value: picture, done } = await pictures.next();
        if (done) throw new Error('the clip ended before its frames were drawn');
        const worker = this.#findFree();
        const buffer = this.#idle.pop();
        if (!worker || !buffer) throw new Error('a place was taken while the clip was read');
        const index = this.#next;
        worker.postMessage({ index, buffer, picture } satisfies FrameOrder, [buffer, picture.rgba.buffer]);
        this.#load.set(worker, this.#loadOf(worker) + 1);
        this.#next += 1;
        if (index % FRAMES_A_COLLECTION === 0) globalThis.gc?.({ type: 'minor', execution: 'sync' });
      }
    } finally {
      this.#isReading = false;
    }
  }

  /** The least busy thread, if it has room for one more. */
  #findFree(): Worker | undefined {
    const worker = this.#workers.reduce((least, other) =>
      this.#loadOf(other) < this.#loadOf(least) ? other : least,
    );
    return this.#loadOf(worker) < 2 ? worker : undefined;
  }

  #loadOf(worker: Worker): number {
    return this.#load.get(worker) ?? 0;
  }

  #receive(worker: Worker, reply: FrameReply): void {
    if ('failure' in reply) {
      this.#fail(new FailedRender(reply.failure));
      return;
    }
    this.#load.set(worker, this.#loadOf(worker) - 1);
    this.#drawn.set(reply.index, reply.buffer);
    this.#order();
    this.#wake?.();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}
