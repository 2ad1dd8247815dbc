// Judges the body of a create of the first version. Four forms share the address; the fields of the body show
// which it is. https://platform.minimax.io/docs/api-reference/video-generation-t2v, -i2v, -fl2v and -s2v,
// read 2026-11-21.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { checkFields, type FieldRules } from '../core/fields.ts';
import { invalid, type MinimaxError } from './errors.ts';
import { isMediaAddress, isWebAddress, type MinimaxOrder } from './order.ts';

/** Seconds by resolution; the first resolution is the default. */
type Lengths = Readonly<Record<string, readonly number[]>>;

interface Form {
  models: Readonly<Record<string, Lengths>>;
  fields: FieldRules;
}

const HAILUO: Lengths = { '768P': [6, 10], '1080P': [6] };
const HAILUO_02_PICTURE: Lengths = { ...HAILUO, '512P': [6, 10] };
const OLDER: Lengths = { '720P': [6] };

const COMMON: FieldRules = {
  model: { type: 'string', required: true },
  prompt: { type: 'string', lengthMax: 2000 },
  prompt_optimizer: { type: 'boolean' },
  callback_url: { type: 'string', check: isWebAddress },
  aigc_watermark: { type: 'boolean' },
};
const LENGTH: FieldRules = { duration: { type: 'integer' }, resolution: { type: 'string' } };
const QUICK: FieldRules = { fast_pretreatment: { type: 'boolean' } };
const picture = { type: 'string', check: isMediaAddress('image', false) } as const;

const FORMS = {
  text: {
    models: {
      'MiniMax-Hailuo-2.3': HAILUO,
      'MiniMax-Hailuo-02': HAILUO,
      'T2V-01-Director': OLDER,
      'T2V-01': OLDER,
    },
    fields: {
      ...COMMON,
      ...LENGTH,
      ...QUICK,
      prompt: { type: 'string', required: true, lengthMin: 1, lengthMax: 2000 },
    },
  },
  picture: {
    models: {
      'MiniMax-Hailuo-2.3': HAILUO,
      'MiniMax-Hailuo-2.3-Fast': HAILUO,
      'MiniMax-Hailuo-02': HAILUO_02_PICTURE,
      'I2V-01-Director': OLDER,
      'I2V-01-live': OLDER,
      'I2V-01': OLDER,
    },
    fields: { ...COMMON, ...LENGTH, ...QUICK, first_frame_image: picture },
  },
  frames: {
    models: { 'MiniMax-Hailuo-02': HAILUO },
    fields: { ...COMMON, ...LENGTH, first_frame_image: picture, last_frame_image: picture },
  },
  subject: {
    models: { 'S2V-01': OLDER },
    fields: {
      ...COMMON,
      subject_reference: {
        type: 'array',
        lengthMin: 1,
        lengthMax: 1,
        items: {
          type: 'object',
          fields: {
            type: { type: 'string', required: true, values: ['character'] },
            image: { type: 'array', required: true, lengthMin: 1, lengthMax: 1, items: picture },
          },
        },
      },
    },
  },
} as const satisfies Record<string, Form>;

function formOf(json: JsonObject): Form {
  if (json.subject_reference !== undefined) return FORMS.subject;
  if (json.last_frame_image !== undefined) return FORMS.frames;
  return json.first_frame_image === undefined ? FORMS.text : FORMS.picture;
}

/** What the request orders, or the first thing that is wrong with it. */
export function readFirst(json: Json | undefined): MinimaxOrder | MinimaxError {
  if (!isObject(json)) return invalid('the body is not a JSON object');
  const form = formOf(json);
  const [fault] = checkFields(json, form.fields);
  if (fault) return invalid(`${fault.field} ${fault.message}`);
  const model = String(json.model);
  const lengths = form.models[model];
  if (!lengths) return invalid(`model ${model} does not support this request`);
  const resolution = String(json.resolution ?? Object.keys(lengths)[0]);
  const seconds = Number(json.duration ?? 6);
  const isOffered = lengths[resolution]?.includes(seconds) ?? false;
  if (!isOffered) return invalid(`duration ${seconds} is not supported in ${resolution} by ${model}`);
  return {
    api: 'v1',
    model,
    prompt: String(json.prompt ?? ''),
    resolution,
    seconds,
    ratio: '16:9',
    images: 0,
    ...(json.callback_url === undefined ? {} : { callbackUrl: String(json.callback_url) }),
  };
}
