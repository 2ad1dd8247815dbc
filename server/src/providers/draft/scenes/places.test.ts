import { createHash } from 'node:crypto';
import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import type { CameraMove, Plan, SceneId, SubjectKind, TimeOfDay, Weather } from '../plan/plan.ts';
import type { Painter, Scene, Stage } from '../stage.ts';
import { abstractScene } from './abstract.ts';
import { desertScene } from './desert.ts';
import { forestScene } from './forest.ts';
import { lakeScene } from './lake.ts';
import { seaScene } from './sea.ts';
import { skylineScene } from './skyline.ts';
import { snowScene } from './snow.ts';
import { spaceScene } from './space.ts';
import { underwaterScene } from './underwater.ts';

const places: Scene[] = [
  abstractScene,
  desertScene,
  forestScene,
  lakeScene,
  seaScene,
  skylineScene,
  snowScene,
  spaceScene,
  underwaterScene,
];
const hours: TimeOfDay[] = ['dawn', 'day', 'sunset', 'dusk', 'night'];
const weathers: Weather[] = ['clear', 'cloudy', 'rain', 'storm', 'snow', 'fog', 'wind'];
const cameras: CameraMove[] = ['dolly', 'pull', 'pan', 'orbit', 'tilt', 'aerial', 'handheld', 'still'];
const figures: SubjectKind[] = [
  'person',
  'dancer',
  'couple',
  'crowd',
  'car',
  'boat',
  'bird',
  'fish',
  'whale',
  'jellyfish',
  'horse',
  'deer',
  'wolf',
  'cat',
  'dog',
  'dragon',
  'balloon',
  'ship',
  'rocket',
  'astronaut',
  'tree',
  'house',
  'lighthouse',
  'train',
  'robot',
  'butterfly',
];

function stageOf(scene: Scene, plan: Partial<Plan> = {}, stage: Partial<Stage> = {}): Stage {
  return {
    width: 96,
    height: 54,
    durationSeconds: 5,
    seed: 7,
    cameraFixed: false,
    movement: 1,
    plan: {
      scene: scene.id as SceneId,
      timeOfDay: 'day',
      weather: 'clear',
      season: 'summer',
      mood: 'calm',
      colors: [],
      grade: 'neutral',
      camera: 'dolly',
      speed: 1,
      subjects: [],
      understood: [],
      ignored: [],
      ...plan,
    },
    ...stage,
  };
}

function drawFrame(painter: Painter, stage: Stage, timeSeconds: number): Buffer {
  const canvas = createCanvas(stage.width, stage.height);
  painter(canvas.getContext('2d'), timeSeconds);
  return Buffer.from(canvas.getContext('2d').getImageData(0, 0, stage.width, stage.height).data);
}

function hashOf(pixels: Buffer): string {
  return createHash('sha256').update(pixels).digest('hex');
}

function countHoles(pixels: Buffer): number {
  let holes = 0;
  for (let index = 3; index < pixels.length; index += 4) if (pixels[index] !== 255) holes += 1;
  return holes;
}

/** Mean difference per channel, in steps of 255. */
function differenceOf(first: Buffer, second: Buffer): number {
  let sum = 0;
  for (let index = 0; index < first.length; index++) sum += Math.abs(first[index] - second[index]);
  return sum / first.length;
}

describe.each(places)('the place $id', (scene) => {
  it('draws the same frame for the same seed, and another one for another seed', () => {
    const stage = stageOf(scene);
    const frame = hashOf(drawFrame(scene.prepare(stage), stage, 1.5));
    expect(hashOf(drawFrame(scene.prepare(stage), stage, 1.5))).toBe(frame);
    const other = stageOf(scene, {}, { seed: 8 });
    expect(hashOf(drawFrame(scene.prepare(other), other, 1.5))).not.toBe(frame);
  });

  it('draws a frame alike whatever frames were drawn before it', () => {
    const stage = stageOf(scene, { timeOfDay: 'night', subjects: [{ kind: 'bird', count: 3 }] });
    const forward = scene.prepare(stage);
    const backward = scene.prepare(stage);
    const times = [0, 1.25, 4.5];
    const first = times.map((time) => hashOf(drawFrame(forward, stage, time)));
    const second = times.toReversed().map((time) => hashOf(drawFrame(backward, stage, time)));
    expect(second.toReversed()).toEqual(first);
  });

  it.each([
    [96, 54],
    [54, 96],
    [72, 72],
    [64, 64],
  ])('leaves no hole at %i x %i, from the first frame to the last', (width, height) => {
    const stage = stageOf(scene, { camera: 'orbit' }, { width, height });
    const painter = scene.prepare(stage);
    for (const time of [0, 2.5, 5]) expect(countHoles(drawFrame(painter, stage, time))).toBe(0);
  });

  it.each(cameras)('leaves no hole under the largest %s move', (camera) => {
    const stage = stageOf(scene, { camera }, { movement: 1.8 });
    const painter = scene.prepare(stage);
    for (const time of [0, 5]) expect(countHoles(drawFrame(painter, stage, time))).toBe(0);
  });

  it.each(hours)('draws its weathers at %s', (timeOfDay) => {
    // Every second one of them, in turn: over the five hours each weather comes up by light and by dark.
    const some = weathers.filter((_, index) => (index + hours.indexOf(timeOfDay)) % 2 === 0);
    for (const weather of some) {
      const stage = stageOf(scene, { timeOfDay, weather }, { width: 64, height: 64 });
      const painter = scene.prepare(stage);
      expect(countHoles(drawFrame(painter, stage, 1))).toBe(0);
    }
  });

  it('moves on between two frames without a jump', () => {
    const stage = stageOf(scene, { timeOfDay: 'sunset' }, { width: 192, height: 108 });
    const painter = scene.prepare(stage);
    for (const time of [0.5, 2.4, 4]) {
      const moved = differenceOf(drawFrame(painter, stage, time), drawFrame(painter, stage, time + 1 / 24));
      expect(moved).toBeGreaterThan(0);
      expect(moved).toBeLessThan(6);
    }
  });

  it('goes on living while the camera is fixed', () => {
    const stage = stageOf(scene, {}, { cameraFixed: true });
    const painter = scene.prepare(stage);
    expect(hashOf(drawFrame(painter, stage, 0))).not.toBe(hashOf(drawFrame(painter, stage, 2)));
  });

  it('takes its light from the hour and its colours from the prompt', () => {
    const draw = (plan: Partial<Plan>): Buffer => {
      const stage = stageOf(scene, plan);
      return drawFrame(scene.prepare(stage), stage, 1);
    };
    const plain = draw({});
    expect(differenceOf(plain, draw({ colors: ['#d02090'] }))).toBeGreaterThan(0.5);
    const lit =
      scene.id === 'abstract' || scene.id === 'space'
        ? draw({ mood: 'romantic' })
        : draw({ timeOfDay: 'night' });
    expect(differenceOf(plain, lit)).toBeGreaterThan(5);
  });

  it.each(['person', 'boat', 'dragon'] as const)('finds a place for a %s', (kind) => {
    const without = stageOf(scene, { subjects: [{ kind: 'balloon', count: 1 }], camera: 'still' });
    const within = stageOf(scene, { subjects: [{ kind, count: 1 }], camera: 'still' });
    const before = drawFrame(scene.prepare(without), without, 2.5);
    expect(differenceOf(before, drawFrame(scene.prepare(within), within, 2.5))).toBeGreaterThan(0.05);
  });
});

describe('the figures', () => {
  it.each(figures)('show a %s', (kind) => {
    const empty = stageOf(abstractScene, { camera: 'still' });
    const cast = stageOf(abstractScene, { camera: 'still', subjects: [{ kind, count: 2 }] });
    const without = drawFrame(abstractScene.prepare(empty), empty, 2.5);
    expect(differenceOf(without, drawFrame(abstractScene.prepare(cast), cast, 2.5))).toBeGreaterThan(0.5);
  });

  it('all look different', () => {
    const hashes = figures.map((kind) => {
      const cast = stageOf(abstractScene, { subjects: [{ kind, count: 1 }] });
      return hashOf(drawFrame(abstractScene.prepare(cast), cast, 2.5));
    });
    expect(new Set(hashes).size).toBe(figures.length);
  });
});
