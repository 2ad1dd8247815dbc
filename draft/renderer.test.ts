import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { childEnvironment } from './child-environment.ts';
import { chooseEncoder } from './encode/choose-encoder.ts';
import type { EncoderName } from './encode/encoder.ts';
import { convertToRgb, i420SizeBytes } from './encode/i420.ts';
import { decodeLastFrame } from './encode/last-frame.ts';
import { drawFrames } from './frame-pool.ts';
import { prepareDrawing, prepareFrames } from './frames.ts';
import { FRAME_RATE, type RenderJob } from './job.ts';
import { planPrompt } from './plan/plan-prompt.ts';
import { createRenderer, RenderError, rendererAvailability } from './renderer.ts';

const FFMPEG = '/usr/bin/ffmpeg';
const ffmpegPath = existsSync(FFMPEG) ? FFMPEG : undefined;

let outDir: string;

beforeEach(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'draft-test-'));
});

afterEach(async () => {
  await rm(outDir, { recursive: true, force: true });
});

function makeJob(changes: Partial<RenderJob> = {}): RenderJob {
  return {
    kind: 'text',
    width: 96,
    height: 64,
    durationSeconds: 0.5,
    seed: 7,
    prompt: 'waves on a beach at sunset',
    cameraFixed: false,
    movement: 'auto',
    images: [],
    audio: 'none',
    lastFrame: false,
    mark: true,
    outDir,
    ...changes,
  };
}

/** Far more frames than any test waits for. */
const endless: Partial<RenderJob> = { width: 320, height: 180, durationSeconds: 60 };

const renderer = createRenderer({ workers: 2, timeoutMs: 60_000, niceness: 5, ffmpegPath });

function render(job: RenderJob) {
  return renderer.render(job, { signal: new AbortController().signal, onProgress: () => undefined });
}

async function failureOf(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RenderError);
  return (error as RenderError).failure;
}

interface Probe {
  width: number;
  height: number;
  frames: number;
  videoSeconds: number;
  audioSeconds?: number;
  comment?: string;
  /** Of the packets, not of the file, whose header holds the time of its making. */
  hash: string;
  times: number[];
}

async function probe(path: string): Promise<Probe> {
  const input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(path) });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error('no video track');
  const audio = await input.getPrimaryAudioTrack();
  const hash = createHash('sha256');
  const times: number[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) {
    hash.update(packet.data);
    times.push(packet.timestamp);
  }
  return {
    width: await track.getDisplayWidth(),
    height: await track.getDisplayHeight(),
    frames: times.length,
    videoSeconds: await track.computeDuration(),
    audioSeconds: await audio?.computeDuration(),
    comment: (await input.getMetadataTags()).comment,
    hash: hash.digest('hex'),
    times,
  };
}

async function hashFrames(job: RenderJob, workers: number): Promise<string> {
  const hash = createHash('sha256');
  const work = { job, plan: planPrompt(job.prompt), photos: [] };
  const frames = job.durationSeconds * FRAME_RATE;
  for await (const frame of drawFrames({ work, frames, workers })) hash.update(frame);
  return hash.digest('hex');
}

async function findWorkingEncoders(): Promise<EncoderName[]> {
  const names: EncoderName[] = ['webcodecs', 'ffmpeg', 'minih264'];
  const found = await Promise.all(
    names.map((only) =>
      chooseEncoder({ only, ffmpegPath }).then(
        ({ name }) => [name],
        () => [],
      ),
    ),
  );
  return found.flat();
}

const workingEncoders = await findWorkingEncoders();

/** Direct children of a process, from the kernel's own list. */
function listChildren(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

function listRenderProcesses(pid: number): number[] {
  return listChildren(pid).filter((child) =>
    readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('render-process.ts'),
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function waitUntil(condition: () => boolean, timeoutMs: number): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error('the condition did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a render', () => {
  it.each(workingEncoders)(
    'by %s is a playable file with every frame and the exact length',
    async (encoder) => {
      const only = createRenderer({ workers: 1, timeoutMs: 60_000, niceness: 5, ffmpegPath, encoder });
      const job = makeJob({ audio: 'all', durationSeconds: 1, lastFrame: true });
      const result = await only.render(job, {
        signal: new AbortController().signal,
        onProgress: () => undefined,
      });
      expect(result).toMatchObject({ encoder, frames: 24, seed: 7, scene: 'sea' });
      const file = await probe(result.videoPath);
      expect(file).toMatchObject({ width: 96, height: 64, frames: 24 });
      expect(file.videoSeconds).toBeCloseTo(1, 5);
      expect(file.times[23]).toBeCloseTo(23 / 24, 5);
      expect(JSON.parse(file.comment ?? '{}')).toMatchObject({ seed: 7 });
      if (encoder === 'minih264') expect(result.notes.join()).toContain('silent');
      else expect(file.audioSeconds).toBeCloseTo(1, 1);
    },
  );

  describe('with sound', () => {
    const seen: { framesDone: number; framesTotal: number }[] = [];
    let folder: string;
    let file: Probe;
    let bytes: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'draft-test-'));
      const { videoPath } = await renderer.render(makeJob({ audio: 'sound_effect_only', outDir: folder }), {
        signal: new AbortController().signal,
        onProgress: ({ framesDone, framesTotal }) => seen.push({ framesDone, framesTotal }),
      });
      file = await probe(videoPath);
      bytes = readFileSync(videoPath, 'latin1');
    });

    afterAll(async () => {
      await rm(folder, { recursive: true, force: true });
    });

    it('puts the index of the file in front of the pictures', () => {
      expect(bytes.indexOf('moov')).toBeGreaterThan(0);
      expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
    });

    it('is heard exactly as long as it is seen', () => {
      expect(file.audioSeconds).toBeCloseTo(file.videoSeconds, 2);
    });

    it('reports each frame once, in order', () => {
      const expected = Array.from({ length: 12 }, (_, index) => ({ framesDone: index + 1, framesTotal: 12 }));
      expect(seen).toEqual(expected);
    });

    it('has the same frames for the same seed and others for another', async () => {
      const hashes = [];
      for (const seed of [7, 8]) {
        const { videoPath } = await render(makeJob({ seed }));
        hashes.push((await probe(videoPath)).hash);
      }
      expect(hashes[0]).toBe(file.hash);
      expect(hashes[1]).not.toBe(file.hash);
    });
  });

  it.each([
    [34, 18],
    [322, 182],
  ])('can be %i by %i pixels', async (width, height) => {
    const { videoPath } = await render(makeJob({ width, height, durationSeconds: 3 / FRAME_RATE }));
    expect(await probe(videoPath)).toMatchObject({ width, height, frames: 3 });
  });

  it.each([
    ['a tall photo', [90, 160], [240, 426]],
    ['a wide photo', [160, 90], [426, 240]],
  ])('takes the supported ratio that is nearest to %s', async (_name, [across, down], [width, height]) => {
    const image = join(outDir, 'picture.png');
    await sharp({ create: { width: across, height: down, channels: 3, background: '#456' } }).toFile(image);
    const fit = { resolution: '240p', aspectRatios: ['1:1', '9:16', '3:4', '16:9'] };
    const changes: Partial<RenderJob> = { kind: 'effect', effect: 'glitch', images: [image] };
    const result = await render(makeJob({ ...changes, durationSeconds: 2 / FRAME_RATE, fit }));
    expect(result).toMatchObject({ width, height, frames: 2 });
    expect(await probe(result.videoPath)).toMatchObject({ width, height });
  });

  it('gives the decoded last frame, pixel for pixel', async () => {
    const { videoPath, lastFramePath = '' } = await render(
      makeJob({ lastFrame: true, durationSeconds: 2.5 }),
    );
    const png = await sharp(lastFramePath).raw().toBuffer();
    const frame = await decodeLastFrame({ path: videoPath, width: 96, height: 64 }, ffmpegPath);
    expect(frame).toBeDefined();
    expect(png.equals(convertToRgb(frame ?? new Uint8Array(), 96, 64))).toBe(true);
    // And it is the last: close to what is drawn at that time, and not to what is drawn first.
    const draw = await prepareFrames({
      job: makeJob({ durationSeconds: 2.5 }),
      plan: planPrompt(makeJob().prompt),
      photos: [],
    });
    const differenceTo = (index: number): number => {
      const drawn = new Uint8Array(i420SizeBytes(96, 64));
      draw(index, drawn);
      return drawn.reduce((sum, value, place) => sum + Math.abs(value - (frame?.[place] ?? 0)), 0);
    };
    expect(differenceTo(59)).toBeLessThan(differenceTo(0));
  });

  it('refuses a picture that is none, as a failure of the input', async () => {
    const image = join(outDir, 'picture.jpg');
    await writeFile(image, 'no picture at all');
    const failure = await failureOf(render(makeJob({ kind: 'effect', effect: 'glitch', images: [image] })));
    expect(failure.reason).toBe('input');
  });

  it.each([
    [16, 16],
    [97, 64],
  ])('refuses %i by %i pixels, which not every encoder can make', async (width, height) => {
    const failure = await failureOf(render(makeJob({ width, height })));
    expect(failure).toMatchObject({
      reason: 'internal',
      message: expect.stringContaining(`${width} x ${height}`),
    });
  });

  it('reports an effect that does not exist as our own fault', async () => {
    const image = join(outDir, 'picture.png');
    await sharp({ create: { width: 64, height: 64, channels: 3, background: '#456' } })
      .png()
      .toFile(image);
    const failure = await failureOf(render(makeJob({ kind: 'effect', effect: 'nonsense', images: [image] })));
    expect(failure).toMatchObject({ reason: 'internal', message: expect.stringContaining('nonsense') });
  });
});

describe('the frames', () => {
  it('do not depend on how many threads draw them', async () => {
    const job = makeJob({ prompt: 'neon street in the rain', durationSeconds: 6 / FRAME_RATE });
    expect(await hashFrames(job, 2)).toBe(await hashFrames(job, 1));
  });

  it.each(['night-city', 'sea'] as const)(
    'of %s depend on seed and time alone, not on what was drawn before',
    async (scene) => {
      const job = makeJob({ prompt: '' });
      const work = { job, plan: { ...planPrompt(''), scene }, photos: [] };
      const [straight, jumping] = await Promise.all([prepareFrames(work), prepareFrames(work)]);
      const one = new Uint8Array(i420SizeBytes(job.width, job.height));
      const other = new Uint8Array(one.length);
      for (const index of [0, 1, 2, 7]) straight(index, one);
      for (const index of [11, 7]) jumping(index, other);
      expect(Buffer.from(one).equals(other)).toBe(true);
      straight(0, other);
      expect(Buffer.from(one).equals(other)).toBe(false);
    },
  );

  it('of a shot are those of a video of its own, after a cut', async () => {
    const [first, second] = ['a road in the rain', 'a lake at sunset'];
    const shots = [first, second].map((prompt) => ({ prompt, durationSeconds: 1 }));
    const job = makeJob({ prompt: first, width: 160, height: 90, durationSeconds: 2, seed: 7, shots });
    const alone = await prepareDrawing({
      job: makeJob({ prompt: second, width: 160, height: 90, durationSeconds: 1, seed: 8 }),
      plan: planPrompt(second),
      photos: [],
    });
    const shown = await prepareDrawing({
      job,
      plan: planPrompt(first),
      shotPlans: [planPrompt(first), planPrompt(second)],
      photos: [],
    });
    shown.draw(1.5);
    alone.draw(0.5);
    expect(shown.canvas.data().equals(alone.canvas.data())).toBe(true);
    shown.draw(0.5);
    expect(shown.canvas.data().equals(alone.canvas.data())).toBe(false);
  });

  it('carry the draft mark only when it is asked for', async () => {
    const lower = async (mark: boolean): Promise<Buffer> => {
      const job = makeJob({ mark, width: 320, height: 180 });
      const frame = new Uint8Array(i420SizeBytes(320, 180));
      (await prepareFrames({ job, plan: planPrompt(job.prompt), photos: [] }))(0, frame);
      return Buffer.from(frame.subarray(320 * 165, 320 * 180));
    };
    expect((await lower(true)).equals(await lower(false))).toBe(false);
  });
});

describe('a render that does not end well', () => {
  it('is gone within two seconds after a cancel', async () => {
    const abort = new AbortController();
    let abortedAt = 0;
    const failure = await failureOf(
      renderer.render(makeJob(endless), {
        signal: abort.signal,
        onProgress: ({ framesDone }) => {
          if (framesDone !== 3) return;
          abortedAt = performance.now();
          abort.abort();
        },
      }),
    );
    expect(failure.reason).toBe('cancelled');
    expect(performance.now() - abortedAt).toBeLessThan(2_000);
    expect(listRenderProcesses(process.pid)).toEqual([]);
  });

  it('does not begin when it was cancelled before', async () => {
    const failure = await failureOf(
      renderer.render(makeJob(), { signal: AbortSignal.abort(), onProgress: () => undefined }),
    );
    expect(failure.reason).toBe('cancelled');
  });

  it('is killed when its time is over', async () => {
    const short = createRenderer({ workers: 1, timeoutMs: 400, niceness: 0 });
    const failure = await failureOf(
      short.render(makeJob(endless), { signal: new AbortController().signal, onProgress: () => undefined }),
    );
    expect(failure.reason).toBe('timed_out');
    expect(listRenderProcesses(process.pid)).toEqual([]);
  });

  it('is reported as crashed when its process dies', async () => {
    const failure = await failureOf(
      renderer.render(makeJob(endless), {
        signal: new AbortController().signal,
        onProgress: ({ framesDone }) => {
          if (framesDone !== 2) return;
          for (const child of listRenderProcesses(process.pid)) process.kill(child, 'SIGSEGV');
        },
      }),
    );
    expect(failure).toMatchObject({ reason: 'crashed', message: expect.stringContaining('SIGSEGV') });
  });

  it('leaves no process behind when its parent is killed', async () => {
    const program = `
      const { createRenderer } = await import(${JSON.stringify(new URL('./renderer.ts', import.meta.url).href)});
      const job = ${JSON.stringify(makeJob(endless))};
      const renderer = createRenderer({ workers: 2, timeoutMs: 60000, niceness: 5 });
      const onProgress = ({ framesDone }) => framesDone === 2 && console.log('drawing');
      await renderer.render(job, { signal: new AbortController().signal, onProgress });
    `;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = parent.pid ?? 0;
    for await (const line of createInterface({ input: parent.stdout })) {
      if (line === 'drawing') break;
    }
    const children = listRenderProcesses(pid);
    expect(children).toHaveLength(1);
    parent.kill('SIGKILL');
    await waitUntil(() => !children.some(isAlive), 2_000);
  });
});

it('the environment of a render has the folder of compiled code, and no variable of the server', () => {
  const { NODE_COMPILE_CACHE: folder } = process.env;
  expect(folder).toBeDefined();
  expect(childEnvironment()).toEqual({ NODE_COMPILE_CACHE: folder });
});

describe('rendererAvailability', () => {
  it('names the encoder that will be used', async () => {
    expect(await rendererAvailability({ ffmpegPath })).toEqual({
      available: true,
      encoder: workingEncoders[0],
    });
  });

  it('says why there is none', async () => {
    const availability = await rendererAvailability({ encoder: 'ffmpeg', ffmpegPath: '/nowhere/ffmpeg' });
    expect(availability).toMatchObject({
      available: false,
      reason: expect.stringContaining('/nowhere/ffmpeg'),
    });
  });
});
