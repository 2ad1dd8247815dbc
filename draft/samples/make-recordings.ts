// A developer's command: makes the bundled clip and the bundled sound, from the picture of the invented person and from
// the voice of drafts. `node make-recordings.ts FOLDER`; the result is checked in.
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDance } from '../clip/track.ts';
import { chooseEncoder } from '../encode/choose-encoder.ts';
import { i420SizeBytes } from '../encode/i420.ts';
import { prepareFrames } from '../frames.ts';
import { FRAME_RATE, type RenderJob } from '../job.ts';
import { planPrompt } from '../plan/plan-prompt.ts';
import { readPhotos } from '../render-video.ts';
import { renderSounds } from '../sound/render-sounds.ts';
import { fileOfSample } from './samples.ts';

const SECONDS = 4;

async function makeClip(path: string): Promise<void> {
  const job: RenderJob = {
    kind: 'motion',
    width: 320,
    height: 320,
    durationSeconds: SECONDS,
    seed: 1,
    prompt: '',
    cameraFixed: false,
    movement: 'auto',
    images: [fileOfSample('person')],
    audio: 'none',
    lastFrame: false,
    mark: false,
    outDir: '',
  };
  const photos = await readPhotos(job);
  const material = { track: makeDance(SECONDS) };
  const draw = await prepareFrames({ job, plan: planPrompt(''), photos, material });
  const frames = SECONDS * FRAME_RATE;
  const kind = await chooseEncoder({ ffmpegPath: undefined });
  const comment = 'Drawn for Reelay';
  const { width, height } = job;
  const encoder = await kind.open({ path, width, height, frameRate: FRAME_RATE, frames, comment });
  const frame = new Uint8Array(i420SizeBytes(job.width, job.height));
  for (let index = 0; index < frames; index += 1) {
    draw(index, frame);
    await encoder.add(frame);
  }
  await encoder.finish();
}

async function makeVoice(path: string): Promise<void> {
  const outDir = await mkdtemp(join(tmpdir(), 'draft-recordings-'));
  const text = 'Hello, this is a voice that says nothing at all.';
  const words = { kind: 'speech' as const, text, prompt: '', voice: 'sample', durationSeconds: 3 };
  const job = { ...words, speed: 1, pitch: 0, format: 'mp3' as const, count: 1, seed: 1, outDir };
  const { soundPaths } = await renderSounds(job, { ffmpegPath: undefined }, () => undefined);
  await copyFile(soundPaths[0]!, path);
  await rm(outDir, { recursive: true });
}

if (import.meta.main) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error('Name the folder to write to.');
  await makeClip(join(folder, 'sway.mp4'));
  await makeVoice(join(folder, 'voice.mp3'));
}
