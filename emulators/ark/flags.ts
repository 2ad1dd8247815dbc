// The older form of a request: flags after the words of the prompt
// (https://www.volcengine.com/docs/82379/1520757). It is lenient: a meaningless flag is ignored. Whether a
// flag wins over a field is not documented; here it does, so that a flag that was smuggled into a prompt
// shows in the cost of the task.
import type { Json } from '../../server/src/lib/json.ts';
import { type ArkModel, RATIOS } from './models.ts';

const FLAG = /(?:^|\s)--(\w+)\s+(\S+)/g;

interface FlagRule {
  field: string;
  /** The value as a field would have it; undefined for nonsense. */
  read(text: string, model: ArkModel): Json | undefined;
}

function wholeNumber(text: string, min: number, max: number): number | undefined {
  const value = Number(text);
  return /^-?\d+$/.test(text) && value >= min && value <= max ? value : undefined;
}

function oneOf(values: readonly string[], text: string): string | undefined {
  return values.includes(text) ? text : undefined;
}

const readSwitch = (text: string) => (text === 'true' ? true : text === 'false' ? false : undefined);
const resolution: FlagRule = {
  field: 'resolution',
  read: (text, { resolutions }) => oneOf(resolutions, text),
};
const ratio: FlagRule = { field: 'ratio', read: (text) => oneOf(RATIOS, text) };
const duration: FlagRule = {
  field: 'duration',
  read: (text, { seconds }) => wholeNumber(text, seconds.min, seconds.max),
};
const cameraFixed: FlagRule = { field: 'camera_fixed', read: readSwitch };
const watermark: FlagRule = { field: 'watermark', read: readSwitch };

const FLAGS: Record<string, FlagRule> = {
  resolution,
  rs: resolution,
  ratio,
  rt: ratio,
  duration,
  dur: duration,
  frames: {
    field: 'frames',
    read: (text) => {
      const frames = wholeNumber(text, 29, 289);
      return frames !== undefined && (frames - 25) % 4 === 0 ? frames : undefined;
    },
  },
  seed: { field: 'seed', read: (text) => wholeNumber(text, -1, 2 ** 32 - 1) },
  camerafixed: cameraFixed,
  cf: cameraFixed,
  watermark,
  wm: watermark,
};

/** The fields that the flags of a prompt stand for. */
export function readFlags(prompt: string, model: ArkModel): Record<string, Json> {
  const fields: Record<string, Json> = {};
  for (const [, name, text] of prompt.matchAll(FLAG)) {
    const rule = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined;
    const value = rule?.read(text, model);
    if (rule && value !== undefined) fields[rule.field] = value;
  }
  return fields;
}
