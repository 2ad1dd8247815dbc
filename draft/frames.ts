// Joins a painter, the finish and the conversion into one function from a frame number to I420 bytes. Runs on a
// drawing thread; what it gives depends on the job and the number alone, never on which frames came before.
import { type Canvas, createCanvas } from '@napi-rs/canvas';
import type { ClipPicture } from './clip/clip.ts';
import type { Material } from './clip/material.ts';
import { type PixelFinish, prepareConverter } from './encode/i420.ts';
import { type FinishOptions, prepareCanvasFinish, preparePixelFinish } from './finish.ts';
import { FRAME_RATE, type RenderJob } from './job.ts';
import type { Photo } from './photo/photo.ts';
import type { Plan } from './plan/plan.ts';
import { hashNumbers } from './random.ts';
import { loadScene } from './scenes/scenes.ts';
import type { Painter, Stage } from './stage.ts';

/** What a drawing thread needs; crosses a thread border as plain data. */
export interface FrameWork {
  job: RenderJob;
  plan: Plan;
  /** Where the job has shots: the plan of each. */
  shotPlans?: Plan[];
  photos: Photo[];
  /** What was read of the user's clip and sound. */
  material?: Material;
}

/** Draws frame `index` into `out`, which is one I420 frame long. */
export type FrameDrawer = (index: number, out: Uint8Array, picture?: ClipPicture) => void;

const MOVEMENT_SCALES: Record<RenderJob['movement'], number> = { auto: 1, small: 0.4, medium: 1, large: 1.8 };

/** What is made of the user's own pictures has a look of its own. */
const LIGHTLY_FINISHED: readonly RenderJob['kind'][] = ['effect', 'motion', 'talk', 'clip'];

/** The finished drawing of a moment, and what is still to be done to its pixels. */
export interface Drawing {
  canvas: Canvas;
  finish: PixelFinish;
  draw(timeSeconds: number, picture?: ClipPicture): void;
}

/** @throws when the effect is unknown, or a painter cannot be prepared for these photos. */
export async function prepareDrawing(work: FrameWork): Promise<Drawing> {
  const { job, shotPlans = [] } = work;
  const canvas = createCanvas(job.width, job.height);
  const shots = job.shots ?? [];
  if (shots.length === 0 || shots.length !== shotPlans.length) return prepareShot(work, canvas);
  const drawings: Drawing[] = [];
  // One after the other: preparing a scene keeps a thread busy for up to half a second.
  for (const [at, { durationSeconds }] of shots.entries()) {
    const shot = { ...job, durationSeconds, seed: (job.seed + at) >>> 0 };
    drawings.push(await prepareShot({ ...work, job: shot, plan: shotPlans[at] }, canvas));
  }
  return {
    canvas,
    finish: drawings[0].finish,
    draw(timeSeconds, picture) {
      let [at, beginSeconds] = [0, 0];
      while (at < shots.length - 1 && timeSeconds >= beginSeconds + shots[at].durationSeconds) {
        beginSeconds += shots[at].durationSeconds;
        at += 1;
      }
      drawings[at].draw(timeSeconds - beginSeconds, picture);
    },
  };
}

async function prepareShot(work: FrameWork, canvas: Canvas): Promise<Drawing> {
  const { job, plan } = work;
  const { width, height, seed } = job;
  const paint = await preparePainter(work);
  const context = canvas.getContext('2d');
  const options: FinishOptions = {
    width,
    height,
    seed,
    plan,
    strength: LIGHTLY_FINISHED.includes(job.kind) ? 'light' : 'full',
    mark: job.mark,
  };
  const finishCanvas = prepareCanvasFinish(options, createCanvas);
  return {
    canvas,
    finish: preparePixelFinish(options),
    draw(timeSeconds, picture) {
      context.reset();
      paint(context, timeSeconds, picture);
      finishCanvas(canvas, context);
    },
  };
}

/** @throws as {@link prepareDrawing} does. */
export async function prepareFrames(work: FrameWork): Promise<FrameDrawer> {
  const { canvas, finish, draw } = await prepareDrawing(work);
  const { width, height, seed } = work.job;
  const convert = prepareConverter(finish);
  const frameRate = work.material?.frameRate ?? FRAME_RATE;
  return (index, out, picture) => {
    draw(index / frameRate, picture);
    convert({ width, height, rgba: canvas.data() }, hashNumbers(seed, index), out);
  };
}

function toStage({ job, plan }: FrameWork): Stage {
  return {
    width: job.width,
    height: job.height,
    durationSeconds: job.durationSeconds,
    seed: job.seed,
    plan,
    cameraFixed: job.cameraFixed,
    movement: MOVEMENT_SCALES[job.movement],
  };
}

/** Loads only what this job draws with: a thread that paints a lake needs no effect. */
async function preparePainter(work: FrameWork): Promise<Painter> {
  const stage = toStage(work);
  const { job, photos } = work;
  if (job.kind === 'effect') {
    const { prepareEffect } = await import('./effects/effects.ts');
    return prepareEffect(job.effect ?? '', photos, stage);
  }
  const [photo] = photos;
  const { mouths, loudness } = work.material ?? {};
  if (job.kind === 'clip') {
    const { prepareChange } = await import('./clip/change.ts');
    return prepareChange(job, photo, stage);
  }
  if (job.kind === 'talk' && !photo && loudness) {
    const { prepareTalkingClip, readLoudnessOf } = await import('./clip/talk.ts');
    return prepareTalkingClip(
      mouths,
      stage,
      readLoudnessOf(loudness, work.material?.frameRate ?? FRAME_RATE),
    );
  }
  if (job.kind === 'motion' && photo && work.material?.track) {
    const { prepareMotion } = await import('./clip/motion.ts');
    return prepareMotion(photo, work.material.track, stage);
  }
  if (job.kind === 'talk' && photo && loudness) {
    const { prepareTalk, readLoudnessOf } = await import('./clip/talk.ts');
    return prepareTalk(photo, stage, readLoudnessOf(loudness, FRAME_RATE));
  }
  if (job.kind === 'reference') {
    const { prepareReference } = await import('./reference/reference.ts');
    return prepareReference(photos, stage);
  }
  const scene = await loadScene(stage.plan.scene);
  return scene.prepare(stage);
}
