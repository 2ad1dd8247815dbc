// Reads the bodies that make a video from another one, as the types of npm openai 7.59.0 have them: a remix
// and an edit keep the length of their source, an extension gives its own.
import type { JsonObject } from '../../server/src/lib/json.ts';
import type { Refusal, VideoOrder } from './engines.ts';

const SECONDS = ['4', '8', '12', '16', '20'];
/** For a source that was sent along, which is not examined. */
const UNSEEN: VideoOrder = {
  model: 'sora-2',
  prompt: '',
  width: 720,
  height: 1280,
  seconds: 4,
  shown: { seconds: '4', size: '720x1280' },
  hasPicture: false,
};

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  edits: ['prompt', 'video'],
  extensions: ['prompt', 'video', 'seconds'],
  '{id}/remix': ['prompt'],
};

/** @param path below that of videos. @param source if it is a video of the service. */
export function readDerived(
  fields: JsonObject | undefined,
  path: string,
  source: { id: string; order: VideoOrder } | undefined,
): VideoOrder | Refusal {
  const known = FIELDS[path];
  const unknown = Object.keys(fields ?? {}).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const message = `Unknown parameter: '${unknown}'.`;
    return { status: 400, field: unknown, code: 'unknown_parameter', message };
  }
  const { prompt, seconds } = fields ?? {};
  const missing = known.find((name) => fields?.[name] === undefined);
  if (missing !== undefined || typeof prompt !== 'string') {
    const field = missing ?? 'prompt';
    const message = `Missing required parameter: '${field}'.`;
    return { status: 400, field, code: 'missing_required_parameter', message };
  }
  const order = { ...(source?.order ?? UNSEEN), prompt, remixedFrom: source?.id };
  if (path !== 'extensions') return order;
  if (!SECONDS.includes(String(seconds))) {
    const message = `Invalid value: '${seconds}'. Supported values are: ${SECONDS.join(', ')}.`;
    return { status: 400, field: 'seconds', code: 'invalid_value', message };
  }
  return { ...order, seconds: Number(seconds), shown: { ...order.shown, seconds: String(seconds) } };
}
