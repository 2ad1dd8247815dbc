// Reference pictures to video: people are cut out of their photos and stand in the scene of the prompt, other pictures
// float in it as prints. Never invents what a photo does not show: it moves and lights, it does not repaint.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { makeCanvas } from '../effects/picture.ts';
import { prepareCamera } from '../paint/camera.ts';
import type { Photo } from '../photo/photo.ts';
import { clamp } from '../photo/plane.ts';
import type { Painter, Scene, Stage } from '../stage.ts';
import { castPeople } from './cast.ts';
import { prepareForeground } from './foreground.ts';
import { type Item, preparePeople, preparePrintItem } from './items.ts';
import { placePeople, placePrints, planShots, type ShotPlan } from './layout.ts';
import { type SceneLight, sampleSceneLight } from './scene-light.ts';
import { hasPerson } from './subject-frame.ts';

interface Shot extends ShotPlan {
  /** Far ones first. */
  items: Item[];
}

interface Setting {
  photos: readonly Photo[];
  stage: Stage;
  light: SceneLight;
}

function prepareShot(plan: ShotPlan, { photos, stage, light }: Setting): Shot {
  const peoplePlaces = placePeople(plan.people.length, stage, plan.prints.length > 0);
  const printPlaces = placePrints(plan.prints.length, stage, plan.people.length);
  const items: Item[] = [];
  for (const [order, index] of plan.prints.entries()) {
    items.push(preparePrintItem(photos[index]!, { place: printPlaces[order]!, stage, light, phase: index }));
  }
  const people = plan.people.flatMap((index) => {
    const photo = photos[index]!;
    return hasPerson(photo) ? [{ photo, phase: index }] : [];
  });
  items.push(...preparePeople(people, { places: peoplePlaces, stage, light }));
  items.sort((one, other) => one.depth - other.depth);
  return { ...plan, items };
}

const CHANGE_SECONDS = 0.56;

interface Change {
  /** 0 before, 1 after the change of shots that is nearest in time. */
  part: number;
  from: number;
  to: number;
}

/** Which shots are seen at a time: one of them, or two during a change. */
function findChange(shots: readonly Shot[], timeSeconds: number): Change {
  const last = shots.length - 1;
  for (let index = 0; index < last; index += 1) {
    const middle = shots[index]!.endSeconds;
    if (timeSeconds < middle + CHANGE_SECONDS / 2) {
      const part = clamp((timeSeconds - middle) / CHANGE_SECONDS + 0.5, 0, 1);
      return { part, from: index, to: index + 1 };
    }
  }
  return { part: 0, from: last, to: last };
}

const SMEAR_COPIES = 24;

/** Smears the scene sideways while the camera whips from one shot to the next; `amount` is 0 to 1. */
function prepareWhip(stage: Stage): (context: SKRSContext2D, softScene: Canvas, amount: number) => void {
  const smear = makeCanvas({ width: stage.width / 4, height: stage.height / 4 });
  const small = smear.getContext('2d');
  return (context, softScene, amount) => {
    const reach = amount * smear.width * 0.16;
    small.globalCompositeOperation = 'source-over';
    for (let copy = 0; copy < SMEAR_COPIES; copy += 1) {
      // Each copy weighs as much in the end as all before it: together they are a plain mean.
      small.globalAlpha = 1 / (copy + 1);
      const offset = (copy / (SMEAR_COPIES - 1) - 0.5) * 2 * reach;
      // Wider than the frame, so that no smeared copy shows its end.
      small.drawImage(softScene, offset - reach, 0, smear.width + reach * 2, smear.height);
    }
    context.globalAlpha = Math.min(1, amount * 1.5);
    context.drawImage(smear, 0, 0, stage.width, stage.height);
    context.globalAlpha = 1;
  };
}

/** How strongly the scene behind goes out of focus: a lens on a near subject does the same. */
const SOFTNESS = { people: 0.62, prints: 0.4 };

function prepareSoftScene(stage: Stage): (context: SKRSContext2D) => Canvas {
  const small = makeCanvas({ width: stage.width / 4, height: stage.height / 4 });
  const soft = makeCanvas(small);
  const smallContext = small.getContext('2d');
  const softContext = soft.getContext('2d');
  smallContext.imageSmoothingQuality = 'medium';
  return (context) => {
    smallContext.globalCompositeOperation = 'copy';
    smallContext.drawImage(context.canvas, 0, 0, small.width, small.height);
    softContext.globalCompositeOperation = 'copy';
    softContext.filter = `blur(${Math.max(0.6, small.height / 150).toFixed(2)}px)`;
    softContext.drawImage(small, 0, 0);
    return soft;
  };
}

/**
 * Makes the painter for 1 to 7 photos in a scene. One photo is a hero shot, a few stand side by side, many follow each
 * other in shots joined by a whip of the camera. Cuts, relights and scales once; the frames only move things.
 */
export function prepareReferenceIn(photos: readonly Photo[], order: Stage, scene: Scene): Painter {
  const stage: Stage = { ...order, plan: castPeople(order.plan, photos) };
  const paintScene = scene.prepare(stage);
  const light = sampleSceneLight(paintScene, stage);
  const people = photos.map((photo) => hasPerson(photo));
  const shots = planShots(people, stage, stage.durationSeconds).map((plan) =>
    prepareShot(plan, { photos, stage, light }),
  );
  const camera = prepareCamera(stage);
  const paintForeground = prepareForeground(stage, light, people.includes(true));
  const softness = people.includes(true) ? SOFTNESS.people : SOFTNESS.prints;
  const paintWhip = prepareWhip(stage);
  const softenScene = prepareSoftScene(stage);
  return (context, timeSeconds) => {
    paintScene(context, timeSeconds);
    const softScene = softenScene(context);
    context.globalAlpha = softness;
    context.imageSmoothingQuality = 'medium';
    context.drawImage(softScene, 0, 0, stage.width, stage.height);
    context.globalAlpha = 1;
    const change = findChange(shots, timeSeconds);
    const view = camera(timeSeconds);
    const isChanging = change.part > 0 && change.part < 1;
    if (isChanging) paintWhip(context, softScene, Math.sin(change.part * Math.PI));
    const flight = stage.width * 1.35;
    const moment = { timeSeconds, view, softScene };
    const gone = change.part * change.part;
    const missing = (1 - change.part) ** 2;
    for (const item of change.part < 1 ? shots[change.from]!.items : []) {
      item.draw(context, { ...moment, shift: -gone * flight });
    }
    for (const item of change.part > 0 ? shots[change.to]!.items : []) {
      item.draw(context, { ...moment, shift: missing * flight });
    }
    paintForeground(context, view, timeSeconds);
  };
}

/**
 * {@link prepareReferenceIn} in the scene that the prompt asks for.
 * @throws when the scene does not load, or there is no photo.
 */
export async function prepareReference(
  photos: readonly Photo[],
  stage: Stage,
  scene?: Scene,
): Promise<Painter> {
  if (photos.length === 0) throw new Error('a reference video needs at least one photo');
  const { loadScene } = await import('../scenes/scenes.ts');
  return prepareReferenceIn(photos, stage, scene ?? (await loadScene(stage.plan.scene)));
}
