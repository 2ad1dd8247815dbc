// Maps between the words of OpenAI's image calls and Reelay's. Pure: no clock, no network. Only inputs named here are
// sent.
import type { JsonObject } from '../../lib/json.ts';
import type {
  ApiAnswer,
  ApiCall,
  Failure,
  FailureReason,
  FormPart,
  Output,
  StartRequest,
  Success,
} from '../contract.ts';
import { refusedWith, unfitOffer } from '../kit/failures.ts';
import { factsOf, usedOf } from '../kit/states.ts';
import { readWire, unreadOf } from '../kit/wire.ts';
import { PICTURE_ENDINGS, type Picture } from '../pictures.ts';
import { errorSchema, type ImageParams, type Pictures } from './wire.ts';

/** Of the sides of a picture, in pixels: multiples of 16, at most 3840, and 3840 x 2160 pixels in all. */
const STEP = 16;
const SIDE_MAX = 3840;
const PIXELS_MAX = 3840 * 2160;
/** Pixels of a square of each resolution. */
const SQUARES: Readonly<Record<string, number>> = { '1K': 1024, '2K': 2048, '4K': 2880 };
/** The sizes that every model of the family has; others follow from the ratio. */
const COMMON: Readonly<Record<string, string>> = {
  '1K 1:1': '1024x1024',
  '1K 3:2': '1536x1024',
  '1K 2:3': '1024x1536',
};

/** A size in pixels for a ratio such as `16:9`; `auto` leaves it to the model. */
export function sizeOf(resolution: string, ratio: string): string {
  const common = COMMON[`${resolution} ${ratio}`];
  if (common !== undefined || ratio === 'auto') return common ?? 'auto';
  const [across, down] = ratio.split(':').map(Number);
  const square = SQUARES[resolution] ?? SQUARES['1K'];
  const scale = square / Math.sqrt(across * down);
  const fit = Math.min(1, SIDE_MAX / (Math.max(across, down) * scale));
  let [width, height] = [across, down].map((side) => Math.round((side * scale * fit) / STEP) * STEP);
  while (width * height > PIXELS_MAX) {
    if (width > height) width -= STEP;
    else height -= STEP;
  }
  return `${width}x${height}`;
}

/** Inputs that only keep their name. */
const SAME = ['background', 'output_format', 'moderation'];

function fieldsOf({ input }: StartRequest, { model, quality }: ImageParams): JsonObject {
  const same = SAME.filter((name) => input[name] !== undefined).map((name) => [name, input[name]]);
  return {
    model,
    prompt: input.prompt ?? '',
    size: sizeOf(String(input.resolution ?? '1K'), String(input.aspect_ratio ?? '1:1')),
    quality: input.quality ?? quality ?? 'auto',
    ...Object.fromEntries(same),
  };
}

/** The body of a call: JSON, or a form with the pictures to edit. */
export function toWire(
  request: StartRequest,
  { params, pictures }: { params: ImageParams; pictures: readonly Picture[] },
): Pick<ApiCall, 'json' | 'form'> {
  const fields = fieldsOf(request, params);
  if (pictures.length === 0) return { json: fields };
  const texts = Object.entries(fields).map(([name, value]): FormPart => ({ name, text: String(value) }));
  const files = pictures.map(
    ({ bytes, contentType }, at): FormPart => ({
      name: 'image[]',
      bytes,
      fileName: `image-${at + 1}.${PICTURE_ENDINGS[contentType] ?? 'bin'}`,
      contentType,
    }),
  );
  return { form: [...texts, ...files] };
}

function pixelsOf(size: string | undefined): { width: number; height: number } | undefined {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(size ?? '') ?? [];
  return width === undefined ? undefined : { width: Number(width), height: Number(height) };
}

/** The pictures of an answer; undefined when it has none. */
export function fromWire(answer: Pictures, model: string): Success | undefined {
  const type = `image/${answer.output_format ?? 'png'}`;
  const outputs = answer.data.flatMap(({ b64_json: path }): Output[] =>
    path ? [{ kind: 'image', contentType: type, path }] : [],
  );
  if (outputs.length === 0) return undefined;
  const { input_tokens, output_tokens } = answer.usage ?? {};
  return {
    outputs,
    usage: factsOf({
      ...pixelsOf(answer.size),
      pictures: outputs.length,
      quality: answer.quality,
      input_tokens,
      output_tokens,
    }),
    modelVersion: model,
    ...usedOf('tokens', output_tokens),
    ...unreadOf(answer),
  };
}

export const NO_PICTURE: Failure = {
  reason: 'failed',
  code: 'no_picture',
  message: 'The provider answered without a picture',
};

const POLICY = /content_policy|moderation|safety/i;
const QUOTA = /insufficient_quota|billing/i;
const NO_MODEL = /model_not_found|invalid_model/i;

function reasonOf(status: number, code: string, type: string): FailureReason | undefined {
  if (QUOTA.test(code)) return 'quota_exhausted';
  if (POLICY.test(code) || POLICY.test(type)) return 'content_refused';
  // A model that the account does not have is a fault of this offer, and says nothing about the rest of the account.
  if (NO_MODEL.test(code) || status === 404) return 'unavailable';
  if (status === 401 || status === 403) return 'bad_credentials';
  if (status === 402) return 'quota_exhausted';
  if (status === 429) return 'rate_limited';
  return [400, 413, 415, 422].includes(status) ? 'invalid_input' : undefined;
}

/**
 * The refusal in an answer. A 5xx is never a refusal, whatever it says: it does not prove that nothing was made. Only
 * what the client can change carries the provider's words.
 */
export function toFailure({ status, json, retryAfterSeconds }: ApiAnswer): Failure | undefined {
  const error = status >= 400 && status < 500 ? readWire(errorSchema, json)?.error : undefined;
  if (!error) return undefined;
  const code = String(error.code ?? error.type ?? `http_${status}`);
  const reason = reasonOf(status, code, error.type ?? '');
  if (!reason) return undefined;
  if (reason === 'unavailable') return { ...unfitOffer(error.message), code };
  const isOfClient = reason === 'invalid_input' || reason === 'content_refused';
  return refusedWith({ reason, code, words: error.message, retryAfterSeconds }, !isOfClient);
}
