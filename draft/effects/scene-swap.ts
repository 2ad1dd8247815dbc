// A line of light crosses the photo, and behind it the person stands in a drawn place. Without a person, the photo itself
// floats there as a print. What happens in the place is the reference mode's; this is the crossing.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import type { Photo } from '../photo/photo.ts';
import { clamp } from '../photo/plane.ts';
import type { Plan } from '../plan/plan.ts';
import { prepareReferenceIn } from '../reference/reference.ts';
import { loadScene } from '../scenes/scenes.ts';
import type { Painter, Scene, Stage } from '../stage.ts';
import { makeSpark } from './finish.ts';
import { easeInOut } from './motion.ts';
import { drawPixels, fitPhoto, type Size } from './picture.ts';

/** A place to go to, in the words of a plan. */
export type Place = Pick<Plan, 'scene' | 'timeOfDay' | 'weather' | 'grade' | 'mood' | 'camera'>;

export const neonCity: Place = {
  scene: 'night-city',
  timeOfDay: 'night',
  weather: 'rain',
  grade: 'neon',
  mood: 'mysterious',
  camera: 'dolly',
};

export const openSpace: Place = {
  scene: 'space',
  timeOfDay: 'night',
  weather: 'clear',
  grade: 'vivid',
  mood: 'epic',
  camera: 'dolly',
};

export const sunsetShore: Place = {
  scene: 'sea',
  timeOfDay: 'sunset',
  weather: 'clear',
  grade: 'golden',
  mood: 'romantic',
  camera: 'dolly',
};

/** How far to both sides the line lights things up, as a part of the frame's longer side. */
const GLOW_REACH = 0.34;

/** The line at `x`, leaning a little, white in the middle. */
function drawLightLine(
  context: SKRSContext2D,
  size: Size,
  line: { x: number; lean: number; spark: Canvas; strength: number },
): void {
  const { width, height } = size;
  const unit = Math.max(width, height);
  context.save();
  context.globalCompositeOperation = 'screen';
  context.globalAlpha = line.strength;
  context.translate(line.x, height / 2);
  context.transform(1, 0, -line.lean, 1, 0, 0);
  const reach = unit * GLOW_REACH;
  context.drawImage(line.spark, -reach / 2, -height * 1.1, reach, height * 2.2);
  context.drawImage(line.spark, -unit * 0.012, -height, unit * 0.024, height * 2);
  context.fillStyle = '#ffffff';
  context.fillRect(-unit * 0.0015, -height, unit * 0.003, height * 2);
  context.restore();
}

/** A scene swap to `place`; a scene that is handed in, or words of a prompt, go before it. */
export function prepareSwapTo(
  place: Place,
): (photos: Photo[], stage: Stage, scene?: Scene) => Promise<Painter> {
  return async (photos, stage, scene) => {
    const isPlaceNamed = scene !== undefined || stage.plan.understood.length > 0;
    const plan = isPlaceNamed ? stage.plan : { ...stage.plan, ...place };
    const paintPlace = prepareReferenceIn(
      photos.slice(0, 1),
      { ...stage, plan },
      scene ?? (await loadScene(plan.scene)),
    );
    return prepareCrossing(photos[0], stage, paintPlace);
  };
}

function prepareCrossing(photo: Photo, stage: Stage, paintPlace: Painter): Painter {
  const picture = fitPhoto(photo, stage);
  const original = drawPixels(picture.rgba, picture);
  const spark = makeSpark('200,225,255', 0.12);
  const lean = 0.22;
  return (context, timeSeconds) => {
    const part = clamp(timeSeconds / stage.durationSeconds, 0, 1);
    const crossed = easeInOut(clamp((part - 0.14) / 0.24, 0, 1));
    const margin = stage.height * lean * 0.5;
    const x = -margin + crossed * (stage.width + 2 * margin);
    if (crossed > 0) paintPlace(context, timeSeconds);
    if (crossed === 1) return;
    const zoom = 1.01 + 0.12 * part;
    context.save();
    context.beginPath();
    context.moveTo(x + margin, 0);
    context.lineTo(stage.width, 0);
    context.lineTo(stage.width + margin, stage.height);
    context.lineTo(x - margin, stage.height);
    if (crossed > 0) context.clip();
    const left = picture.focusX * (1 - zoom);
    const top = picture.focusY * (1 - zoom);
    context.drawImage(original, left, top, stage.width * zoom, stage.height * zoom);
    context.restore();
    const strength = Math.sin(clamp(crossed, 0, 1) * Math.PI) ** 0.5;
    if (crossed > 0) drawLightLine(context, stage, { x, lean, spark, strength });
  };
}
