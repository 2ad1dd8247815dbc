import { createCanvas } from '@napi-rs/canvas';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPixels } from '../effects/picture.ts';
import { loadPhotos } from '../photo/load.ts';
import type { Photo } from '../photo/photo.ts';
import type { Plan } from '../plan/plan.ts';
import { planPrompt } from '../plan/plan-prompt.ts';
import { SAMPLES } from '../samples/samples.ts';
import type { Painter, Scene, Stage } from '../stage.ts';
import { castPeople } from './cast.ts';
import { placePeople, placePrints, planShots } from './layout.ts';
import { prepareReference, prepareReferenceIn } from './reference.ts';
import { sampleSceneLight } from './scene-light.ts';
import { prepareSubject } from './subject.ts';
import { frameSubject, hasPerson } from './subject-frame.ts';

const PLAN: Plan = planPrompt('a lake at night in the rain');
const RATIOS = [
  { width: 128, height: 72 },
  { width: 72, height: 128 },
  { width: 96, height: 96 },
];

/** Dark, with a red lamp on the left and a blue one on the right. */
const TWO_LAMPS: Scene = {
  id: 'two-lamps',
  prepare: ({ width, height }) => {
    return (context) => {
      context.fillStyle = '#0c0c18';
      context.fillRect(0, 0, width, height);
      context.fillStyle = '#ff2020';
      context.fillRect(0, 0, width * 0.15, height);
      context.fillStyle = '#2040ff';
      context.fillRect(width * 0.85, 0, width * 0.15, height);
    };
  },
};

function stageOf(size: { width: number; height: number }, more: Partial<Stage> = {}): Stage {
  return { ...size, durationSeconds: 5, seed: 7, plan: PLAN, cameraFixed: false, movement: 1, ...more };
}

function drawAt(paint: Painter, stage: Stage, timeSeconds: number): Buffer {
  const canvas = createCanvas(stage.width, stage.height);
  paint(canvas.getContext('2d'), timeSeconds);
  return Buffer.from(readPixels(canvas));
}

let photos: Photo[];

/** Samples by id, in the wanted order. */
function pick(...ids: string[]): Photo[] {
  return ids.map((id) => photos[SAMPLES.findIndex((sample) => sample.id === id)]!);
}

beforeAll(async () => {
  const files = SAMPLES.map((sample) => sample.file);
  photos = await loadPhotos(files, { maxPixels: 1e7, maxSide: 360, timeoutMs: 10_000 });
});

describe('prepareReferenceIn', () => {
  it.each(RATIOS)('draws 1 to 7 photos, with and without people, at $width x $height', (size) => {
    const stage = stageOf(size);
    const bare = drawAt(TWO_LAMPS.prepare(stage), stage, 0);
    const prints = pick('lake', 'cat', 'city', 'coffee');
    for (let count = 1; count <= 7; count += 1) {
      const mixed = photos.slice(0, count);
      const withoutPeople = Array.from({ length: count }, (_, index) => prints[index % prints.length]!);
      for (const chosen of [mixed, withoutPeople]) {
        const paint = prepareReferenceIn(chosen, stage, TWO_LAMPS);
        const frames = [0, 2.5, 4.95].map((time) => drawAt(paint, stage, time));
        for (const frame of frames) {
          expect(Buffer.compare(frame, bare)).not.toBe(0);
          expect(frame.every((value, at) => at % 4 !== 3 || value === 255)).toBe(true);
        }
        expect(Buffer.compare(frames[0]!, frames[1]!)).not.toBe(0);
      }
    }
  });

  it('gives the same frame whatever was drawn before, and on every thread', () => {
    const stage = stageOf(RATIOS[0]!);
    const chosen = pick('astronaut', 'cat', 'person', 'lake', 'city');
    const [first, second] = [0, 1].map(() => prepareReferenceIn(chosen, stage, TWO_LAMPS));
    const forward = [0.4, 2.4, 2.6, 4].map((time) => drawAt(first!, stage, time));
    const backward = [4, 2.6, 2.4, 0.4].map((time) => drawAt(second!, stage, time)).reverse();
    forward.forEach((frame, index) => {
      expect(Buffer.compare(frame, backward[index]!)).toBe(0);
    });
  });

  it('keeps a person within a few pixels when the camera is fixed', () => {
    const stage = stageOf(RATIOS[0]!, { cameraFixed: true, plan: { ...PLAN, weather: 'clear' } });
    const paint = prepareReferenceIn(pick('astronaut'), stage, TWO_LAMPS);
    const [early, late] = [0, 4.5].map((time) => drawAt(paint, stage, time));
    let difference = 0;
    for (let at = 0; at < early!.length; at += 1) difference += Math.abs(early![at]! - late![at]!);
    expect(difference / early!.length).toBeLessThan(9);
  });

  it('draws in the scene that the plan names', async () => {
    const stage = stageOf(RATIOS[0]!);
    const paint = await prepareReference(pick('astronaut'), stage);
    expect(drawAt(paint, stage, 1).length).toBe(stage.width * stage.height * 4);
  });

  it('lets a person who was cut out stand for the people of the prompt, and says so', () => {
    const plan = planPrompt('a dancer and a dog on a beach, a crowd around them');
    const cast = castPeople(plan, pick('lake', 'astronaut'));
    expect(plan.subjects.map(({ kind }) => kind)).toEqual(['dancer', 'dog', 'crowd']);
    expect(cast.subjects.map(({ kind }) => kind)).toEqual(['dog']);
    const [dancer] = cast.understood.filter(({ word }) => word === 'dancer');
    expect(dancer?.as).toContain('the person of your picture');
    expect(castPeople(plan, pick('lake', 'cat'))).toEqual(plan);
  });

  it('draws no figure of its own where the person of a picture stands for it', () => {
    const seen: string[] = [];
    const watching: Scene = {
      ...TWO_LAMPS,
      prepare: (stage) => {
        seen.push(...stage.plan.subjects.map(({ kind }) => kind));
        return TWO_LAMPS.prepare(stage);
      },
    };
    const stage = stageOf(RATIOS[0]!, { plan: planPrompt('two astronauts and a boat') });
    prepareReferenceIn(pick('astronaut'), stage, watching);
    prepareReferenceIn(pick('cat'), stage, watching);
    expect(seen).toEqual(['boat', 'astronaut', 'boat']);
  });

  it('refuses to make a reference video of nothing', async () => {
    await expect(prepareReference([], stageOf(RATIOS[0]!))).rejects.toThrow('at least one photo');
  });
});

describe('sampleSceneLight', () => {
  it('finds the colour of the lights on each side', () => {
    const stage = stageOf(RATIOS[0]!);
    const light = sampleSceneLight(TWO_LAMPS.prepare(stage), stage);
    expect(light.left[0]).toBeGreaterThan(light.left[2] * 1.5);
    expect(light.right[2]).toBeGreaterThan(light.right[0] * 1.5);
    expect(light.brightness).toBeLessThan(0.3);
  });
});

describe('prepareSubject', () => {
  it('shows a portrait down to the row where the photo begins to cut it off at a side', () => {
    const [photo] = pick('astronaut');
    if (!photo || !hasPerson(photo)) throw new Error('no person was found in the portrait');
    const frame = frameSubject(photo);
    expect(frame.y + frame.height).toBeLessThan(photo.height);
    expect(frame.isStanding).toBe(false);
  });

  it('leaves no straight edge where the photo cuts a person off high up at a side', () => {
    const side = 100;
    const mask = Uint8Array.from({ length: side * side }, (_, at) =>
      at % side < 60 && at >= 20 * side ? 255 : 0,
    );
    const rgba = new Uint8ClampedArray(side * side * 4).fill(180);
    const box = { x: 0, y: 20, width: 60, height: 80 };
    const photo = { width: side, height: side, rgba, mask, personShare: 0.48, box };
    const frame = frameSubject(photo);
    const stage = stageOf(RATIOS[0]!);
    const light = sampleSceneLight(TWO_LAMPS.prepare(stage), stage);
    const { body } = prepareSubject(photo, frame, { width: 160, light });
    const pixels = readPixels(body);
    expect(frame.leftCutY).toBeLessThan(frame.y + frame.height * 0.2);
    for (let y = body.height * 0.3; y < body.height; y += 1) {
      const row = Math.floor(y) * body.width * 4;
      expect(pixels[row + 3]).toBeLessThan(40);
      expect(pixels[row + (body.width / 2) * 4 + 3]).toBe(255);
    }
  });

  it('keeps the middle of the person opaque and the corners above clear', () => {
    const [photo] = pick('person');
    if (!photo || !hasPerson(photo)) throw new Error('no person was found in the drawing');
    const stage = stageOf(RATIOS[0]!);
    const light = sampleSceneLight(TWO_LAMPS.prepare(stage), stage);
    const { body } = prepareSubject(photo, frameSubject(photo), { width: 120, light });
    const rgba = readPixels(body);
    const alphaAt = (x: number, y: number) => rgba[(Math.round(y) * body.width + Math.round(x)) * 4 + 3];
    expect(alphaAt(body.width / 2, body.height / 2)).toBe(255);
    expect(alphaAt(2, 2)).toBe(0);
    expect(alphaAt(body.width - 3, 2)).toBe(0);
  });
});

describe('planShots', () => {
  it.each(RATIOS)('shows every picture once, in order, over the whole video at $width x $height', (size) => {
    for (let count = 1; count <= 7; count += 1) {
      for (const durationSeconds of [1, 2, 5, 12]) {
        const people = Array.from({ length: count }, (_, index) => index % 3 !== 1);
        const shots = planShots(people, size, durationSeconds);
        const seen = shots.flatMap((shot) => [...shot.people, ...shot.prints].sort());
        expect(seen).toEqual(people.map((_, index) => index));
        expect(shots[0]!.startSeconds).toBe(0);
        expect(shots.at(-1)!.endSeconds).toBe(durationSeconds);
        for (const shot of shots.slice(1)) expect(shot.endSeconds - shot.startSeconds).toBeGreaterThan(1.29);
      }
    }
  });
});

describe('places', () => {
  it.each(RATIOS)('lie inside the frame and have room at $width x $height', (size) => {
    for (let count = 1; count <= 7; count += 1) {
      const places = [
        ...placePeople(count, size, count % 2 === 0),
        ...placePrints(count, size, 0),
        ...placePrints(count, size, 1),
        ...placePrints(count, size, 2),
      ];
      for (const place of places) {
        expect(place.x).toBeGreaterThan(0.02);
        expect(place.x).toBeLessThan(0.98);
        expect(place.widthMax).toBeGreaterThan(0.05);
        expect(place.heightMax).toBeGreaterThan(0.05);
      }
    }
  });
});
