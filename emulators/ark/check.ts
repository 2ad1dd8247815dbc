// Judges the body of a create as Ark does in its strict form: unknown fields, wrong types, values and
// combinations are faults, each named by its top-level field.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { checkFields, type FieldRules, withoutNulls } from '../core/fields.ts';
import { type Content, type ContentProblem, checkContent, readContent } from './content.ts';
import { readFlags } from './flags.ts';
import { ARK_MODELS, type ArkModel, FRAME_RATE, RATIOS } from './models.ts';

/** What a task will make, once everything is settled. */
export interface ArkOrder {
  model: ArkModel;
  /** Name and version, even if an endpoint was asked. */
  modelName: string;
  content: Content;
  resolution: string;
  ratio: string;
  /** Only one of the two is shown. */
  duration?: number;
  frames?: number;
  seed: number;
  generateAudio: boolean;
  draft: boolean;
  returnLastFrame: boolean;
  serviceTier: string;
  expiresAfterSeconds: number;
  callbackUrl?: string;
  safetyIdentifier?: string;
}

/** A refusal in Ark's words. */
export interface ArkError {
  status: number;
  code: string;
  message: string;
  param: string;
}

const SEED_MAX = 2 ** 32 - 1;
const SECONDS = 5;
const EXPIRES_SECONDS = 172_800;
/** `ep-`, a time, five characters; newer ones have `m-` before the time. */
const ENDPOINT = /^ep-(?:m-)?\d{14}-[a-z0-9]{5}$/;

const isAddress = (value: Json) =>
  /^https?:\/\//.test(String(value)) && URL.canParse(String(value)) ? undefined : 'is not an http(s) address';
const isFrameCount = (value: Json) =>
  (Number(value) - 25) % 4 === 0 ? undefined : 'is not of the form 25 + 4n';

const RULES: FieldRules = {
  model: { type: 'string', required: true, lengthMin: 1 },
  content: { type: 'array', required: true, lengthMin: 1 },
  callback_url: { type: 'string', check: isAddress },
  return_last_frame: { type: 'boolean' },
  service_tier: { type: 'string', values: ['default', 'flex'] },
  execution_expires_after: { type: 'integer', min: 3_600, max: 259_200 },
  resolution: { type: 'string' },
  ratio: { type: 'string', values: [...RATIOS, 'adaptive'] },
  duration: { type: 'integer' },
  watermark: { type: 'boolean' },
  safety_identifier: { type: 'string', lengthMax: 64 },
  // In the SDK, without a documented range.
  priority: { type: 'integer' },
};

/** Fields that only some models have. */
const OWN_RULES: FieldRules = {
  frames: { type: 'integer', min: 29, max: 289, check: isFrameCount },
  seed: { type: 'integer', min: -1, max: SEED_MAX },
  camera_fixed: { type: 'boolean' },
  generate_audio: { type: 'boolean' },
  draft: { type: 'boolean' },
  tools: {
    type: 'array',
    items: { type: 'object', fields: { type: { type: 'string', required: true, values: ['web_search'] } } },
  },
};

function refusal({ field, message, problem }: ContentProblem): ArkError {
  const [name] = field.split('.');
  if (problem === 'missing') {
    const words = `The request failed because it is missing the parameter \`${field}\`.`;
    return { status: 400, code: `MissingParameter.${name}`, message: words, param: field };
  }
  const words = `The parameter \`${field}\` specified in the request is not valid: ${message}.`;
  return { status: 400, code: `InvalidParameter.${name}`, message: words, param: field };
}

/**
 * What the request orders, or the first thing that is wrong with it. A null counts as left out: Volcengine's
 * own client for Python sends null for every argument that it was not given. @param endpointModel behind
 * every `ep-` id.
 */
export function readOrder(body: Json | undefined, endpointModel: string): ArkOrder | ArkError {
  const json = body === undefined ? undefined : withoutNulls(body);
  if (!isObject(json)) {
    return {
      status: 400,
      code: 'InvalidParameter',
      message: 'The request body is not a JSON object.',
      param: '',
    };
  }
  const modelName = typeof json.model === 'string' && ENDPOINT.test(json.model) ? endpointModel : json.model;
  const model = ARK_MODELS.find(({ ids }) => ids.includes(String(modelName)));
  if (typeof json.model === 'string' && json.model !== '' && !model) return unknownModel(json.model);
  const own = Object.entries(OWN_RULES).filter(([name]) => model?.fields.includes(name));
  const [fault] = checkFields(json, { ...RULES, ...Object.fromEntries(own) });
  if (fault) return refusal(fault);
  const content = readContent(json.content as Json[]);
  if ('message' in content) return refusal(content);
  return judge(json, { model: model as ArkModel, modelName: String(modelName), content });
}

function unknownModel(name: string): ArkError {
  const message = `The model or endpoint ${name} does not exist or you do not have access to it.`;
  return { status: 404, code: 'InvalidEndpointOrModel.NotFound', message, param: '' };
}

type Chosen = Pick<ArkOrder, 'model' | 'modelName' | 'content'>;

function judge(json: JsonObject, chosen: Chosen): ArkOrder | ArkError {
  const { model, content } = chosen;
  const problem = checkContent(content, model) ?? checkCombinations(json, chosen);
  if (problem) return refusal(problem);
  const flags = model.readsFlags ? readFlags(content.text ?? '', model) : {};
  return settle({ ...json, ...flags }, chosen);
}

/** Fills in the defaults. The pictures are not looked at: a video that would adapt to them is wide. */
function settle(wanted: JsonObject, chosen: Chosen): ArkOrder {
  const { model } = chosen;
  const isDraft = wanted.draft === true;
  const { ratio = 'adaptive' } = wanted;
  return {
    ...chosen,
    ...chooseLength(wanted),
    resolution: String(wanted.resolution ?? (isDraft ? '480p' : model.resolutionDefault)),
    ratio: ratio === 'adaptive' ? '16:9' : String(ratio),
    seed: Number(wanted.seed ?? -1),
    generateAudio: model.fields.includes('generate_audio') && wanted.generate_audio !== false,
    draft: isDraft,
    returnLastFrame: wanted.return_last_frame === true,
    serviceTier: String(wanted.service_tier ?? 'default'),
    expiresAfterSeconds: Number(wanted.execution_expires_after ?? EXPIRES_SECONDS),
    callbackUrl: wanted.callback_url as string | undefined,
    safetyIdentifier: wanted.safety_identifier as string | undefined,
  };
}

/** Frames win over seconds; -1 lets the model choose. */
function chooseLength({ frames, duration = -1 }: JsonObject): { frames: number } | { duration: number } {
  if (typeof frames === 'number') return { frames };
  return { duration: duration === -1 ? SECONDS : Number(duration) };
}

type Combination = (json: JsonObject, chosen: Chosen) => ContentProblem | undefined;

/** Values that a model has, but not in this mode or together with this other field. */
const COMBINATIONS: readonly Combination[] = [
  ({ resolution }, { model, content }) => {
    if (resolution === undefined) return undefined;
    const isOffered = model.resolutions.includes(String(resolution));
    const isExcluded = content.mode === 'reference' && model.notForReference.includes(String(resolution));
    return isOffered && !isExcluded
      ? undefined
      : { field: 'resolution', message: `${resolution} is not offered here` };
  },
  ({ ratio }, { model, content }) =>
    ratio === 'adaptive' && !model.adaptiveModes.includes(content.mode)
      ? { field: 'ratio', message: 'adaptive is not offered here' }
      : undefined,
  ({ duration }, { model: { seconds } }) => {
    if (duration === undefined || (duration === -1 && seconds.canChoose)) return undefined;
    const isInside = Number(duration) >= seconds.min && Number(duration) <= seconds.max;
    return isInside
      ? undefined
      : { field: 'duration', message: `it is not from ${seconds.min} to ${seconds.max}` };
  },
  ({ service_tier: tier }, { model }) =>
    tier === undefined || model.tiers.includes(String(tier))
      ? undefined
      : { field: 'service_tier', message: `${tier} is not offered for this model` },
  ({ camera_fixed: fixed }, { content }) =>
    fixed !== undefined && content.mode === 'reference'
      ? { field: 'camera_fixed', message: 'it is not offered with reference images' }
      : undefined,
  ({ draft, resolution, return_last_frame: lastFrame, service_tier: tier }) =>
    draft === true && ((resolution ?? '480p') !== '480p' || lastFrame === true || tier === 'flex')
      ? { field: 'draft', message: 'a draft is 480p, without a last frame, and not flex' }
      : undefined,
];

function checkCombinations(json: JsonObject, chosen: Chosen): ContentProblem | undefined {
  for (const combination of COMBINATIONS) {
    const problem = combination(json, chosen);
    if (problem) return problem;
  }
  return undefined;
}

/** Frames of the video. */
export function framesOf({ frames, duration }: ArkOrder): number {
  return frames ?? (duration ?? SECONDS) * FRAME_RATE;
}
