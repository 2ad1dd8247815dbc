import { createCanvas } from '@napi-rs/canvas';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPhotos } from '../photo/load.ts';
import type { Photo } from '../photo/photo.ts';
import type { Plan } from '../plan/plan.ts';
import { planPrompt } from '../plan/plan-prompt.ts';
import { SAMPLES } from '../samples/samples.ts';
import type { Painter, Scene, Stage } from '../stage.ts';
import { effectIds, isEffectId, prepareEffect, readInputRange } from './effects.ts';

const plan: Plan = { ...planPrompt('lake'), camera: 'still', understood: [] };

/** Stands in for a drawn place: the effects are tried here, not the places. */
const meadow: Scene = {
  id: 'meadow',
  prepare: (stage) => (context, timeSeconds) => {
    context.fillStyle = '#3a7d44';
    context.fillRect(0, 0, stage.width, stage.height);
    context.fillStyle = '#ffd27f';
    context.fillRect(timeSeconds * 9, 8, 12, 12);
  },
};

function makeStage(change: Partial<Stage> = {}): Stage {
  return {
    width: 128,
    height: 96,
    durationSeconds: 2,
    seed: 11,
    plan,
    cameraFixed: false,
    movement: 1,
    ...change,
  };
}

let withPerson: Photo;
let without: Photo;

beforeAll(async () => {
  const paths = ['astronaut', 'lake'].map((id) => SAMPLES.find((sample) => sample.id === id)!.file);
  [withPerson, without] = await loadPhotos(paths, { maxPixels: 4_000_000, maxSide: 160, timeoutMs: 10_000 });
});

/** The frame's pixels on a canvas that was magenta before. */
function paint(painter: Painter, stage: Stage, timeSeconds: number): Buffer {
  const canvas = createCanvas(stage.width, stage.height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ff00ff';
  context.fillRect(0, 0, stage.width, stage.height);
  painter(context, timeSeconds);
  return Buffer.from(canvas.data());
}

function prepare(id: string, photos: Photo[], stage: Stage): Promise<Painter> {
  return prepareEffect(id, photos, stage, meadow);
}

/** Part of the pixels that are still the canvas's own colour. */
function readUnpainted(frame: Buffer): number {
  let count = 0;
  for (let p = 0; p < frame.length; p += 4) {
    if (frame[p] > 250 && frame[p + 1] < 5 && frame[p + 2] > 250) count++;
  }
  return (count * 4) / frame.length;
}

function readDifference(first: Buffer, second: Buffer): number {
  let sum = 0;
  for (let i = 0; i < first.length; i++) sum += Math.abs(first[i] - second[i]);
  return sum / first.length;
}

describe.each(effectIds)('%s', (id) => {
  const { inputsMin } = readInputRange(id);
  const takeInputs = (photo: Photo, other: Photo) =>
    Array.from({ length: inputsMin }, (_, i) => (i % 2 ? other : photo));

  it('draws the same frame for the same seed, in any order of frames', async () => {
    const stage = makeStage();
    const first = await prepare(id, takeInputs(withPerson, without), stage);
    const second = await prepare(id, takeInputs(withPerson, without), stage);
    const early = paint(first, stage, 0.5);
    paint(first, stage, 1.9);
    paint(second, stage, 1.2);
    expect(paint(second, stage, 0.5).equals(early)).toBe(true);
    expect(paint(first, stage, 0.5).equals(early)).toBe(true);
  });

  it.each([
    ['with a person', () => [withPerson, without]],
    ['without a person', () => [without, without]],
  ])('covers the whole frame and moves, %s', async (_what, photos) => {
    const [photo, other] = photos();
    const stage = makeStage();
    const painter = await prepare(id, takeInputs(photo, other), stage);
    const frames = [0, 0.4, 0.8, 1.2, 1.6, 1.96].map((time) => paint(painter, stage, time));
    for (const frame of frames) expect(readUnpainted(frame)).toBeLessThan(0.001);
    const changes = frames.slice(1).map((frame, index) => readDifference(frame, frames[index]));
    expect(Math.max(...changes)).toBeGreaterThan(0.8);
  });

  it('draws tall, wide and square stages', async () => {
    for (const size of [
      { width: 72, height: 128 },
      { width: 150, height: 64 },
      { width: 96, height: 96 },
    ]) {
      const stage = makeStage(size);
      const painter = await prepare(id, takeInputs(withPerson, without), stage);
      for (const time of [0, 0.7, 1.5])
        expect(readUnpainted(paint(painter, stage, time))).toBeLessThan(0.001);
    }
  });

  it('draws fewer and more photos than it asks for', async () => {
    const stage = makeStage();
    for (const count of [1, 3, 7]) {
      const photos = Array.from({ length: count }, (_, i) => (i % 2 ? without : withPerson));
      const painter = await prepare(id, photos, stage);
      expect(readUnpainted(paint(painter, stage, 1))).toBeLessThan(0.001);
    }
  });

  it('leaves the photo as it was given', async () => {
    const before = Buffer.from(withPerson.rgba).toString('base64');
    const stage = makeStage();
    paint(await prepare(id, takeInputs(withPerson, without), stage), stage, 0.9);
    expect(Buffer.from(withPerson.rgba).toString('base64')).toBe(before);
  });
});

describe('the effects', () => {
  it('are at least sixteen, each with a range of inputs', () => {
    expect(effectIds.length).toBeGreaterThanOrEqual(16);
    for (const id of effectIds) {
      const { inputsMin, inputsMax } = readInputRange(id);
      expect(inputsMin).toBeGreaterThanOrEqual(1);
      expect(inputsMax).toBeGreaterThanOrEqual(inputsMin);
    }
  });

  it('know their own ids and no others', () => {
    expect(isEffectId('dispersion')).toBe(true);
    expect(isEffectId('toString')).toBe(false);
  });

  it('refuse an unknown id and an empty list of photos', async () => {
    await expect(prepareEffect('nothing', [without], makeStage())).rejects.toThrow('nothing');
    await expect(prepareEffect('glitch', [], makeStage())).rejects.toThrow('photo');
  });

  it('draw differently for another seed', async () => {
    const [first, second] = [makeStage(), makeStage({ seed: 12 })];
    const frames = [
      paint(await prepare('glitch', [withPerson], first), first, 0.3),
      paint(await prepare('glitch', [withPerson], second), second, 0.3),
    ];
    expect(readDifference(frames[0], frames[1])).toBeGreaterThan(1);
  });
});
