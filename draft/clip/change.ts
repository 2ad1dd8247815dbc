// Changes each frame of a user's clip as its prompt says: another light, look or colour, weather that falls over it, the
// colours of a picture. A place is not put behind what moves: its light and its weather are.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { blurCanvas, drawPixels, type Picture, readPixels, type Size } from '../effects/picture.ts';
import type { RenderJob, UnderstoodWord } from '../job.ts';
import { createAtmosphere } from '../paint/atmosphere.ts';
import { createFrame, type View } from '../paint/camera.ts';
import { prepareLightning, prepareWeather } from '../paint/weather.ts';
import type { Photo } from '../photo/photo.ts';
import type { Plan } from '../plan/plan.ts';
import { planPrompt } from '../plan/plan-prompt.ts';
import type { Painter, Stage } from '../stage.ts';
import { chooseEdit, type Edit } from '../stills/choose-edit.ts';
import { retouch } from '../stills/retouch.ts';
import type { ClipPicture } from './clip.ts';
import { readTones, type Tones, withTones } from './tones.ts';
import { drawUpright, readUpright } from './upright.ts';

type Change = Exclude<Edit, { kind: 'scene' }>;

/** What is done to a clip. */
export interface ChosenChange {
  /** Absent where the weather or the colours of a picture are all that was asked for. */
  edit?: Change;
  weather: Plan['weather'];
  understood: UnderstoodWord[];
  notes: string[];
}

const WEATHER_LIGHT: Partial<Record<Plan['weather'], Change>> = {
  rain: { kind: 'relight', time: 'dusk' },
  storm: { kind: 'relight', time: 'night' },
  snow: { kind: 'restyle', look: 'pastel' },
  fog: { kind: 'restyle', look: 'pastel' },
};

/** A place that is asked for gives the clip its light. */
function lightOfPlace(plan: Plan): Change {
  if (plan.grade !== 'neutral') return { kind: 'restyle', look: plan.grade };
  return { kind: 'relight', time: plan.timeOfDay };
}

/** Chooses the change of a clip. @param hasPicture the input brings a picture, whose colours the clip takes. */
export function chooseChange(prompt: string, hasPicture: boolean): ChosenChange {
  const plan = planPrompt(prompt);
  const { weather } = plan;
  const { edit, understood, note } = chooseEdit(prompt, plan);
  const ofWeather = plan.understood.filter(({ as }) => as.includes('weather'));
  if (edit.kind === 'scene') {
    return {
      edit: lightOfPlace(plan),
      weather,
      understood: plan.understood,
      notes: ['A draft puts the light and the weather of a place over a clip, and not the place behind it.'],
    };
  }
  // Nothing was named but the weather, or a picture says what is wanted.
  if (note !== undefined && weather !== 'clear')
    return { edit: WEATHER_LIGHT[weather], weather, understood: ofWeather, notes: [] };
  if (note !== undefined && hasPicture) return { weather, understood: [], notes: [] };
  const isPlainDay = edit.kind === 'relight' && edit.time === 'day';
  const words = new Set(understood.map(({ word }) => word));
  return {
    // A day in the snow is not lit as any other day.
    edit: isPlainDay ? (WEATHER_LIGHT[weather] ?? edit) : edit,
    weather,
    understood: [...understood, ...ofWeather.filter(({ word }) => !words.has(word))],
    notes: note === undefined ? [] : [note.replace('the picture', 'the clip')],
  };
}

const MEDIA: readonly string[] = ['sketch', 'poster', 'watercolour'];
/** A look with brush or pencil takes a quarter of a second a megapixel, and is as good from fewer. */
const MEDIUM_PIXELS_MAX = 520_000;

function workingSize({ width, height }: Size, edit: Change | undefined): Size {
  const isMedium = edit?.kind === 'restyle' && MEDIA.includes(edit.look);
  const scale = isMedium ? Math.min(1, Math.sqrt(MEDIUM_PIXELS_MAX / (width * height))) : 1;
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

const NEARER = 2.1;
/** Another moment, so that the near drops are not the far ones enlarged. */
const NEARER_SECONDS = 7.3;
const STILL_VIEW: View = { panX: 0, pitchY: 0, zoom: 1, rollRadians: 0, forward: 0 };

/** The weather of a prompt, over any picture. */
function prepareFalling(
  stage: Stage,
  weather: Plan['weather'],
): (context: SKRSContext2D, timeSeconds: number) => void {
  if (weather === 'clear') return () => undefined;
  const there: Stage = { ...stage, plan: { ...stage.plan, weather } };
  const frame = createFrame(there, 0.5);
  const falling = prepareWeather(there, frame, createAtmosphere(there.plan, stage.seed));
  const lightning = prepareLightning(there, frame);
  return (context, timeSeconds) => {
    lightning(context, STILL_VIEW, timeSeconds);
    falling(context, STILL_VIEW, timeSeconds);
    // The same once more, near the lens: a clip is lit by its own day, before which far drops are hardly seen.
    context.save();
    context.translate(stage.width / 2, stage.height / 2);
    context.scale(NEARER, NEARER);
    context.translate(-stage.width / 2, -stage.height / 2);
    falling(context, STILL_VIEW, timeSeconds + NEARER_SECONDS);
    context.restore();
  };
}

/** Clearer edges and a little more depth, as a good enlargement has them. */
function drawSharpened(context: SKRSContext2D, picture: ClipPicture, stage: Stage): void {
  const rgba = readUpright(picture, stage);
  const fine = readPixels(blurCanvas(drawPixels(rgba, stage), Math.max(1.1, stage.height / 620)));
  const out = new Uint8ClampedArray(rgba.length);
  for (let at = 0; at < out.length; at += 1) {
    const detail = rgba[at]! - fine[at]!;
    // Grain is not sharpened: only what stands out from it.
    out[at] = rgba[at]! + (Math.abs(detail) < 2 ? 0 : detail * 0.75);
  }
  context.drawImage(drawPixels(out, stage), 0, 0);
}

/** The painter of a clip with the change that a job asks for. */
export function prepareChange(job: RenderJob, photo: Photo | undefined, stage: Stage): Painter {
  if (job.clipSize === 'enlarged') {
    return (context, _timeSeconds, picture) => {
      if (picture) drawSharpened(context, picture, stage);
    };
  }
  const { edit, weather } = chooseChange(job.prompt, photo !== undefined);
  const size = workingSize(stage, edit);
  const tones: Tones | undefined = photo && readTones(photo.rgba);
  const falling = prepareFalling(stage, weather);
  return (context, timeSeconds, picture) => {
    if (!picture) return;
    if (!edit && !tones) {
      drawUpright(context, picture, stage);
    } else {
      const rgba = readUpright(picture, size);
      const toned = tones ? withTones(rgba, tones) : rgba;
      const whole: Picture = { ...size, rgba: toned, focusX: size.width / 2, focusY: size.height / 2 };
      context.imageSmoothingQuality = 'high';
      const changed = edit ? retouch(whole, edit, stage.seed) : toned;
      context.drawImage(drawPixels(changed, size), 0, 0, stage.width, stage.height);
    }
    falling(context, timeSeconds);
  };
}
