// A developer's command: draws one frame of a prompt, an effect or a reference as a PNG, or renders the whole as a
// video, so that a change of a scene can be seen within a second.
//   node draft/preview.ts --prompt "rain over neon streets" --width 640 --height 360 --at 1.5 --out frame.png
//   node draft/preview.ts --effect glitch --image photo.jpg --video out.mp4
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { EncoderName } from './encode/encoder.ts';
import { convertToRgb, i420SizeBytes } from './encode/i420.ts';
import { writePng } from './encode/last-frame.ts';
import { prepareFrames } from './frames.ts';
import { FRAME_RATE, type RenderJob, type RenderKind } from './job.ts';
import type { Plan, SceneId } from './plan/plan.ts';
import { planPrompt } from './plan/plan-prompt.ts';
import { readPhotos } from './render-video.ts';
import { createRenderer } from './renderer.ts';

const { values } = parseArgs({
  options: {
    prompt: { type: 'string', default: '' },
    effect: { type: 'string' },
    kind: { type: 'string' },
    clip: { type: 'string', multiple: true, default: [] },
    sound: { type: 'string' },
    reference: { type: 'boolean', default: false },
    image: { type: 'string', multiple: true, default: [] },
    scene: { type: 'string' },
    width: { type: 'string', default: '640' },
    height: { type: 'string', default: '360' },
    duration: { type: 'string', default: '5' },
    seed: { type: 'string', default: '7' },
    at: { type: 'string', multiple: true, default: ['1.5'] },
    audio: { type: 'boolean', default: false },
    fixed: { type: 'boolean', default: false },
    'in-clip': { type: 'boolean', default: false },
    'no-mark': { type: 'boolean', default: false },
    out: { type: 'string' },
    encoder: { type: 'string' },
    ffmpeg: { type: 'string' },
    video: { type: 'string' },
    /** With --video: where to put the last frame. */
    last: { type: 'string' },
  },
});

function readJob(outDir: string): RenderJob {
  const withImages = values.reference ? 'reference' : 'text';
  return {
    kind: values.effect ? 'effect' : ((values.kind as RenderKind | undefined) ?? withImages),
    width: Number(values.width),
    height: Number(values.height),
    durationSeconds: Number(values.duration),
    seed: Number(values.seed),
    prompt: values.prompt,
    cameraFixed: values.fixed,
    movement: 'auto',
    effect: values.effect,
    images: values.image,
    clips: values.clip,
    sound: values.sound,
    inClip: values['in-clip'],
    keepSound: true,
    clipSize: 'kept',
    audio: values.audio ? 'all' : 'none',
    lastFrame: values.last !== undefined,
    mark: !values['no-mark'],
    outDir,
  };
}

async function previewFrames(job: RenderJob, out: string): Promise<void> {
  const planned = planPrompt(job.prompt);
  const plan: Plan = values.scene ? { ...planned, scene: values.scene as SceneId } : planned;
  process.stdout.write(`${JSON.stringify({ ...plan })}\n`);
  const started = performance.now();
  const drawFrame = await prepareFrames({ job, plan, photos: await readPhotos(job) });
  const prepared = performance.now();
  const frame = new Uint8Array(i420SizeBytes(job.width, job.height));
  for (const [index, at] of values.at.entries()) {
    const begun = performance.now();
    drawFrame(Math.round(Number(at) * FRAME_RATE), frame);
    const drawMs = performance.now() - begun;
    const path = index === 0 ? out : out.replace(/(\.png)?$/, `-${index}.png`);
    await writePng(convertToRgb(frame, job.width, job.height), job, path);
    const prepareMs = prepared - started;
    process.stdout.write(
      `${path}: prepared in ${prepareMs.toFixed(0)} ms, drawn in ${drawMs.toFixed(0)} ms\n`,
    );
  }
}

function readEncoder(): EncoderName | undefined {
  const name = values.encoder;
  return name === 'webcodecs' || name === 'ffmpeg' || name === 'minih264' ? name : undefined;
}

async function previewVideo(job: RenderJob, path: string): Promise<void> {
  const started = performance.now();
  const renderer = createRenderer({
    timeoutMs: 600_000,
    niceness: 0,
    ffmpegPath: values.ffmpeg,
    encoder: readEncoder(),
  });
  const result = await renderer.render(job, {
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  await copyFile(result.videoPath, path);
  if (values.last && result.lastFramePath) await copyFile(result.lastFramePath, values.last);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${path} in ${seconds} s\n${JSON.stringify(result, null, 2)}\n`);
}

const folder = await mkdtemp(join(tmpdir(), 'draft-preview-'));
try {
  const job = readJob(folder);
  if (values.out) await previewFrames(job, values.out);
  if (values.video) await previewVideo(job, values.video);
} finally {
  await rm(folder, { recursive: true, force: true });
}
