import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseEncoder } from '../encode/choose-encoder.ts';
import { i420SizeBytes } from '../encode/i420.ts';
import type { RenderJob } from '../job.ts';
import { renderVideo } from '../render-video.ts';
import { fileOfSample, SAMPLE_CLIP, SAMPLE_SOUND } from '../samples/samples.ts';
import { chooseChange } from './change.ts';
import { type Clip, eachFrame, openClip } from './clip.ts';
import { prepareMaterial } from './material.ts';
import { followLoudness, readSound } from './read-sound.ts';
import { followClip, poseAt } from './track.ts';

const folder = await mkdtemp(join(tmpdir(), 'reelay-clip-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const SIZE = { width: 96, height: 64 };
const FRAMES = 24;

/** A second of a light square on a dark ground, which goes from the left to the right or stands. */
async function makeClip(name: string, isMoving: boolean): Promise<string> {
  const path = join(folder, name);
  const kind = await chooseEncoder({ ffmpegPath: undefined });
  const encoder = await kind.open({ path, ...SIZE, frameRate: 24, frames: FRAMES, comment: '' });
  for (let index = 0; index < FRAMES; index += 1) {
    const frame = new Uint8Array(i420SizeBytes(SIZE.width, SIZE.height)).fill(128);
    frame.fill(40, 0, SIZE.width * SIZE.height);
    const left = isMoving ? 4 + index * 3 : 40;
    for (let y = 20; y < 50; y += 1) frame.fill(210, y * SIZE.width + left, y * SIZE.width + left + 12);
    await encoder.add(frame);
  }
  await encoder.finish();
  return path;
}

/** Where the light is in a frame, as a part of its width. */
function findLight({ width, rgba }: { width: number; rgba: Uint8ClampedArray }): number {
  let [sum, count] = [0, 0];
  for (let pixel = 0; pixel < rgba.length / 4; pixel += 1) {
    if (rgba[pixel * 4]! < 140) continue;
    sum += (pixel % width) + 0.5;
    count += 1;
  }
  return sum / count / width;
}

let moving: Clip;
let still: Clip;

beforeAll(async () => {
  moving = await openClip(await makeClip('moving.mp4', true), 'Video 1');
  still = await openClip(await makeClip('still.mp4', false), 'Video 1');
});

/** By how many pixels the upper half of a frame has gone to the right in another. */
function findShift(before: number[], after: number[], width: number): number {
  const distanceAt = (shift: number): number => {
    let sum = 0;
    for (let y = 0; y < width * 0.4; y += 1) {
      for (let x = 24; x < width - 24; x += 1) {
        sum += Math.abs(after[(y * width + x + shift) * 4]! - before[(y * width + x) * 4]!);
      }
    }
    return sum;
  };
  const shifts = Array.from({ length: 41 }, (_, at) => at - 20);
  return shifts.reduce((best, shift) => (distanceAt(shift) < distanceAt(best) ? shift : best));
}

async function readPixels(path: string, atSeconds: number[]): Promise<number[][]> {
  const frames: number[][] = [];
  const clip = await openClip(path, 'Video 1');
  await eachFrame(clip, { atSeconds, name: 'Video 1' }, ({ rgba }) => frames.push([...rgba]));
  return frames;
}

function makeJob(changes: Partial<RenderJob>): RenderJob {
  return {
    kind: 'motion',
    width: 96,
    height: 96,
    durationSeconds: 5,
    seed: 7,
    prompt: '',
    cameraFixed: false,
    movement: 'auto',
    images: [fileOfSample('astronaut')],
    audio: 'none',
    lastFrame: false,
    mark: false,
    outDir: folder,
    ...changes,
  };
}

function render(changes: Partial<RenderJob>) {
  return renderVideo(makeJob(changes), { workers: 1, ffmpegPath: undefined }, () => undefined);
}

describe('a clip', () => {
  it('says its sides, its length and its frame rate', () => {
    expect(moving).toMatchObject(SIZE);
    expect(moving.seconds).toBeCloseTo(1, 2);
    expect(moving.frameRate).toBeCloseTo(24, 0);
  });

  it('gives the frame that is seen at each moment, and the last one after its end', async () => {
    const places: number[] = [];
    const atSeconds = [0, 0.25, 0.251, 0.75, 0.99, 4];
    await eachFrame(moving, { atSeconds, name: 'Video 1' }, (picture) => places.push(findLight(picture)));
    const expected = [0, 6, 6, 18, 23, 23].map((index) => (4 + index * 3 + 6) / SIZE.width);
    expect(places).toHaveLength(expected.length);
    for (const [at, place] of expected.entries()) expect(places[at]).toBeCloseTo(place, 1.7);
  });

  it('that is none is refused by its name, with what to send instead', async () => {
    const path = join(folder, 'none.mp4');
    await writeFile(path, 'no video at all');
    await expect(openClip(path, 'Video 2')).rejects.toMatchObject({
      reason: 'input',
      message: expect.stringContaining('Video 2 is not a video'),
    });
  });
});

describe('what moves in a clip', () => {
  it('is followed from one side to the other', async () => {
    const track = await followClip(moving, { seconds: 1, name: 'Video 1', wantsPlate: false });
    expect(track.follows).toBe('movement');
    expect(poseAt(track, 0.1).x).toBeLessThan(-0.35);
    expect(poseAt(track, 0.9).x).toBeGreaterThan(0.35);
  });

  it('is a person where one is seen', async () => {
    const clip = await openClip(SAMPLE_CLIP.file, 'Video 1');
    const track = await followClip(clip, { seconds: 0.5, name: 'Video 1', wantsPlate: true });
    expect(track.follows).toBe('person');
    expect(track.plate).toBeDefined();
  });

  it('moves the person of a picture for as long as the clip is', async () => {
    const result = await render({ clips: [moving.path] });
    expect(result).toMatchObject({ frames: FRAMES, material: 'moves as what moves in the clip' });
    const [before, after] = await readPixels(result.videoPath, [0.46, 0.55]);
    // The head goes to the right with the light, by more than the grain and the coder could feign.
    expect(findShift(before!, after!, 96)).toBeGreaterThanOrEqual(4);
  });

  it('is nothing in a clip that stands, and the draft says so', async () => {
    const notes: string[] = [];
    const { material } = await prepareMaterial(makeJob({ clips: [still.path] }), notes);
    expect(material.track?.follows).toBe('nothing');
    expect(notes.join()).toContain('Nothing was seen to move in the clip');
  });
});

describe('a clip that is changed', () => {
  it('keeps its length, its shape and its frames, and has the look that the prompt names', async () => {
    const result = await render({
      kind: 'clip',
      images: [],
      clips: [moving.path],
      clipSize: 'kept',
      prompt: 'make it pink',
    });
    expect(result).toMatchObject({ ...SIZE, frames: FRAMES, material: 'the clip is changed' });
    expect(result.understood).toEqual([{ word: 'pink', as: expect.stringContaining('color') }]);
    const [frame] = await readPixels(result.videoPath, [0.5]);
    const [red, green] = [0, 1].map((channel) => frame!.filter((_, at) => at % 4 === channel));
    expect(Math.max(...red!) - Math.max(...green!)).toBeGreaterThan(15);
    expect(findLight({ width: SIZE.width, rgba: Uint8ClampedArray.from(frame!) })).toBeCloseTo(0.48, 1);
  });

  it('is enlarged where that is asked for', async () => {
    const enlarged = await render({
      kind: 'clip',
      images: [],
      clips: [still.path],
      clipSize: 'enlarged',
      width: 160,
      height: 128,
      durationSeconds: 0.1,
    });
    expect(enlarged).toMatchObject({
      width: 192,
      height: 128,
      material: 'the clip is enlarged and sharpened',
    });
  });

  it.each([
    ['a watercolour', false, { edit: { kind: 'restyle', look: 'watercolour' }, weather: 'clear' }],
    ['heavy rain', false, { edit: { kind: 'relight', time: 'dusk' }, weather: 'rain' }],
    ['a snowy day', false, { edit: { kind: 'restyle', look: 'pastel' }, weather: 'snow' }],
    ['like this picture', true, { weather: 'clear', understood: [], notes: [] }],
    [
      'in a neon city',
      false,
      { edit: { kind: 'restyle', look: 'neon' }, notes: [expect.stringContaining('place')] },
    ],
    ['better', false, { notes: [expect.stringContaining('the clip was put into evening light')] }],
  ])('becomes by "%s" (with a picture: %s) what the words say', (prompt, hasPicture, expected) => {
    expect(chooseChange(prompt, hasPicture)).toMatchObject(expected);
  });
});

describe('a person that talks', () => {
  it('is seen for as long as the sound is, and opens its mouth where it is loud', async () => {
    const size = { width: 160, height: 160 };
    const result = await render({
      ...size,
      kind: 'talk',
      images: [fileOfSample('person')],
      sound: SAMPLE_SOUND.file,
    });
    const { sound, seconds } = await readSound(SAMPLE_SOUND.file, 30, 'Sound 1');
    expect(result.frames).toBe(Math.round(seconds * 24));
    expect(result.material).toContain('talks');
    const loudness = followLoudness(sound, result.frames, 24);
    const loud = loudness.indexOf(Math.max(...loudness)) / 24;
    const [before, speaking] = await readPixels(result.videoPath, [0, loud]);
    // The dark of an open mouth, in the middle of the face.
    const darkest = (frame: number[]): number => {
      const lights: number[] = [];
      for (let y = 80; y < 100; y += 1) {
        for (let x = 78; x < 96; x += 1) lights.push(frame[(y * size.width + x) * 4]!);
      }
      return Math.min(...lights);
    };
    expect(darkest(before!)).toBeGreaterThan(darkest(speaking!) + 25);
  });

  it('is none in a clip without a face, and the draft says what is shown instead', async () => {
    const notes: string[] = [];
    const talk = makeJob({ kind: 'talk', images: [], clips: [still.path], sound: SAMPLE_SOUND.file });
    const { use, material } = await prepareMaterial(talk, notes);
    expect(material.mouths).toBeUndefined();
    expect(use).toBe('the sound is shown over the clip');
    expect(notes.join()).toContain('No mouth was seen in the clip');
  });
});

describe('a sound', () => {
  it('is as long as its samples, and moves what is drawn by how loud it is', async () => {
    const { sound, seconds } = await readSound(SAMPLE_SOUND.file, 30, 'Sound 1');
    expect(seconds).toBeCloseTo((sound.channels[0]?.length ?? 0) / sound.sampleRate, 2);
    const loudness = followLoudness(sound, 72, 24);
    expect(Math.max(...loudness)).toBeGreaterThan(0.9);
    expect(Math.min(...loudness)).toBeLessThan(0.15);
  });

  it('is the sound track of a draft', async () => {
    const { videoPath } = await render({
      kind: 'text',
      images: [],
      sound: SAMPLE_SOUND.file,
      durationSeconds: 0.5,
    });
    const heard = await readSound(videoPath, 1, 'Sound 1');
    expect(Math.max(...followLoudness(heard.sound, 12, 24))).toBeGreaterThan(0.9);
  });
});
