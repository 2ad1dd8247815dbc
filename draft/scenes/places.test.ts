import { createHash } from 'node:crypto';
import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import type { CameraMove, Plan, SceneId, SubjectKind, TimeOfDay, Weather } from '../plan/plan.ts';
import { planPrompt } from '../plan/plan-prompt.ts';
import type { Painter, Scene, Stage } from '../stage.ts';
import { abstractScene } from './abstract.ts';
import { loadScene, sceneIds } from './scenes.ts';

/** All but the street, which is drawn at night only and has its own tests with the frames. */
const places = await Promise.all(sceneIds.filter((id) => id !== 'night-city').map(loadScene));
const HOURS: TimeOfDay[] = ['dawn', 'day', 'sunset', 'dusk', 'night'];
const WEATHERS: Weather[] = ['clear', 'cloudy', 'rain', 'storm', 'snow', 'fog', 'wind'];
/** Every shape of frame, each with a move that could look past the edge of what is drawn. */
const VIEWS: [number, number, CameraMove][] = [
  [96, 54, 'orbit'],
  [54, 96, 'pan'],
  [72, 72, 'tilt'],
  [64, 36, 'aerial'],
  [36, 64, 'handheld'],
];
const FIGURES: SubjectKind[] = [
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
  'palm',
  'castle',
  'house',
  'lighthouse',
  'train',
  'robot',
  'butterfly',
  'cup',
  'bottle',
  'vase',
  'fruit',
  'candle',
  'book',
  'phone',
  'shoe',
  'watch',
  'cake',
];

/** Some of a list for a place: the next place has the next ones. */
function deal<Item>(items: readonly Item[], scene: Scene, count: number): Item[] {
  const from = places.indexOf(scene) * count;
  return Array.from({ length: count }, (_, index) => items[(from + index) % items.length]);
}

function stageOf(scene: Scene, plan: Partial<Plan> = {}, stage: Partial<Stage> = {}): Stage {
  return {
    width: 96,
    height: 54,
    durationSeconds: 5,
    seed: 7,
    cameraFixed: false,
    movement: 1,
    plan: { ...planPrompt('lake'), scene: scene.id as SceneId, camera: 'dolly', ...plan },
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
  it('draws a frame from seed and time alone, whatever frames were drawn before it', () => {
    const stage = stageOf(scene, { timeOfDay: 'night', subjects: [{ kind: 'bird', count: 3 }] });
    const times = [0, 1.25, 4.5];
    const draw = (moments: number[], given: Stage): string[] => {
      const painter = scene.prepare(given);
      return moments.map((time) => hashOf(drawFrame(painter, given, time)));
    };
    const frames = draw(times, stage);
    expect(draw(times.toReversed(), stage).toReversed()).toEqual(frames);
    const [other] = draw([0], { ...stage, seed: 8 });
    expect(other).not.toBe(frames[0]);
  });

  // Shapes and moves are dealt out: each place meets two, and the places together meet all of them many times.
  it.each(deal(VIEWS, scene, 2))(
    'leaves no hole at %i x %i under the largest %s move',
    (width, height, camera) => {
      const stage = stageOf(scene, { camera }, { width, height, movement: 1.8 });
      const painter = scene.prepare(stage);
      for (const time of [0, 2.5, 5]) expect(countHoles(drawFrame(painter, stage, time))).toBe(0);
    },
  );

  it('draws the weathers and hours that are dealt to it', () => {
    for (const [index, weather] of deal(WEATHERS, scene, 3).entries()) {
      const timeOfDay = HOURS[(index + places.indexOf(scene)) % HOURS.length];
      const stage = stageOf(scene, { timeOfDay, weather }, { width: 64, height: 36 });
      expect(countHoles(drawFrame(scene.prepare(stage), stage, 1))).toBe(0);
    }
  });

  it('moves on between two frames without a jump', () => {
    const stage = stageOf(scene, { timeOfDay: 'sunset' }, { width: 128, height: 72 });
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
    const lit = ['abstract', 'space', 'theatre'].includes(scene.id)
      ? draw({ mood: 'dreamy' })
      : draw({ timeOfDay: 'night' });
    expect(differenceOf(plain, lit)).toBeGreaterThan(5);
  });

  it('finds a place for figures that walk, float or fly', () => {
    const draw = (kind: SubjectKind): Buffer => {
      const stage = stageOf(scene, { subjects: [{ kind, count: 1 }], camera: 'still' });
      return drawFrame(scene.prepare(stage), stage, 2.5);
    };
    const balloon = draw('balloon');
    for (const kind of ['person', 'boat', 'dragon'] as const) {
      expect(differenceOf(balloon, draw(kind)), kind).toBeGreaterThan(0.05);
    }
  });
});

describe('the figures', () => {
  const draw = (subjects: Plan['subjects']): Buffer => {
    const stage = stageOf(abstractScene, { camera: 'still', subjects });
    return drawFrame(abstractScene.prepare(stage), stage, 2.5);
  };

  it('are all seen, and all look different', () => {
    const empty = draw([]);
    const hashes = FIGURES.map((kind) => {
      const frame = draw([{ kind, count: 2 }]);
      expect(differenceOf(empty, frame), kind).toBeGreaterThan(0.5);
      return hashOf(frame);
    });
    expect(new Set(hashes).size).toBe(FIGURES.length);
  });
});
