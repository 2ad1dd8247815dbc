import { describe, expect, it } from 'vitest';
import type { CameraMove } from '../plan/plan.ts';
import { planPrompt } from '../plan/plan-prompt.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import { prepareCamera } from './camera.ts';
import { packPixel, parseColor, putBehind } from './color.ts';
import { createNoiseTile, createSlopeTile, sampleSlopes, sampleTile } from './noise.ts';

const MOVES: CameraMove[] = ['dolly', 'pull', 'pan', 'orbit', 'tilt', 'aerial', 'handheld', 'still'];

function stageWith(camera: CameraMove, stage: Partial<Stage> = {}): Stage {
  return {
    width: 96,
    height: 54,
    durationSeconds: 5,
    seed: 1,
    cameraFixed: false,
    movement: 1,
    plan: { ...planPrompt('lake'), camera },
    ...stage,
  };
}

describe('chance', () => {
  it('is the same for the same seed and differs between the parts of a drawing', () => {
    const first = Array.from({ length: 8 }, createRandom(deriveSeed(7, 'stars')));
    expect(Array.from({ length: 8 }, createRandom(deriveSeed(7, 'stars')))).toEqual(first);
    expect(Array.from({ length: 8 }, createRandom(deriveSeed(7, 'trees')))).not.toEqual(first);
  });

  it('gives noise that fills 0..1 and repeats without a seam', () => {
    const tile = createNoiseTile(3, 5, 3);
    expect(Math.min(...tile)).toBeCloseTo(0, 5);
    expect(Math.max(...tile)).toBeCloseTo(1, 5);
    for (const v of [0.1, 0.5, 0.93]) {
      expect(sampleTile(tile, 1.25, v)).toBeCloseTo(sampleTile(tile, 0.25, v - 2), 5);
      expect(Math.abs(sampleTile(tile, 0.9999, v) - sampleTile(tile, 0.0001, v))).toBeLessThan(0.02);
    }
  });

  it('gives slopes that agree with the noise they come from', () => {
    const tile = createNoiseTile(3, 2, 3);
    const slopes = createSlopeTile(tile);
    const found = new Float32Array(2);
    const step = 1 / 256;
    sampleSlopes(slopes, 0.5, 0.25, found);
    expect(found[0]).toBeCloseTo(
      (sampleTile(tile, 0.5 + step, 0.25) - sampleTile(tile, 0.5 - step, 0.25)) * 8,
      4,
    );
    expect(found[1]).toBeCloseTo(
      (sampleTile(tile, 0.5, 0.25 + step) - sampleTile(tile, 0.5, 0.25 - step)) * 8,
      4,
    );
  });
});

describe('the camera', () => {
  it.each(MOVES)('never shows past the picture on a %s move', (move) => {
    const camera = prepareCamera(stageWith(move, { movement: 1.8 }));
    for (let time = 0; time <= 5; time += 0.25) expect(camera(time).zoom).toBeGreaterThanOrEqual(1);
  });

  it.each(MOVES)('moves evenly on a %s move', (move) => {
    const camera = prepareCamera(stageWith(move));
    for (let time = 0; time < 5; time += 1 / 24) {
      const [now, next] = [camera(time), camera(time + 1 / 24)];
      expect(Math.abs(next.zoom - now.zoom)).toBeLessThan(0.004);
      expect(Math.abs(next.panX - now.panX)).toBeLessThan(0.004);
      expect(Math.abs(next.pitchY - now.pitchY)).toBeLessThan(0.004);
    }
  });

  it.each(MOVES)('stands still on a %s move when it is fixed', (move) => {
    const camera = prepareCamera(stageWith(move, { cameraFixed: true }));
    expect(camera(3.7)).toEqual(camera(0));
  });

  it('moves farther with a larger movement', () => {
    const small = prepareCamera(stageWith('pan', { movement: 0.4 }));
    const large = prepareCamera(stageWith('pan', { movement: 1.8 }));
    expect(Math.abs(large(5).panX)).toBeGreaterThan(Math.abs(small(5).panX) * 3);
  });
});

describe('colours', () => {
  it('reads short and long hex, and takes anything else for grey', () => {
    expect(parseColor('#fa0')).toEqual([255, 170, 0]);
    expect(parseColor('#102030')).toEqual([16, 32, 48]);
    expect(parseColor('red')).toEqual([128, 128, 128]);
  });

  it('cuts channels off instead of wrapping them', () => {
    expect(packPixel(300, -5, 255)).toBe(0xffff00ff);
  });

  it('lets a pixel behind shine through a half-clear one', () => {
    const front = packPixel(200, 0, 0, 127.5);
    const red = putBehind(front, packPixel(0, 0, 0)) & 255;
    expect(red).toBeGreaterThan(96);
    expect(red).toBeLessThan(104);
    expect(putBehind(0, packPixel(1, 2, 3))).toBe(packPixel(1, 2, 3));
  });
});
