// Stands in for OpenAI's image calls: one POST whose answer carries the pictures in base64. Every picture is a small one
// of the asked proportions, in the asked format. A failure of the job is a refusal by moderation.
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import { SECOND_MS } from '../../server/src/lib/time.ts';
import type { EmulatedApi, ServedApi, Tools } from '../core/api.ts';
import { type ApiRequest, type Reply, replyJson } from '../core/exchange.ts';
import type { Jobs } from '../core/job.ts';
import { drawBase64 } from '../core/pictures.ts';
import { MODELS, type PictureOrder, type Refusal, readEdit, readGeneration } from './check.ts';

export const openaiImagesApi: EmulatedApi = {
  id: 'openai-images',
  title: 'OpenAI images',
  fields: [
    { name: 'base_url', environment: 'OPENAI_BASE_URL', value: '{url}/v1' },
    { name: 'api_key', environment: 'OPENAI_API_KEY', value: 'openai-images-emulator-key' },
  ],
  // A call has no states; these show only on the control address.
  states: {
    queued: 'queued',
    running: 'running',
    succeeded: 'succeeded',
    failed: 'failed',
    cancelled: 'cancelled',
    expired: 'expired',
  },
  resultHours: 1,
  recordHours: 1,
  bodyBytesMax: 128 * 1024 * 1024,
  settings: {
    /** The least size of each picture in bytes. */
    pictureBytes: 0,
  },
  serve: (tools) => serveImages(tools, tools.jobs<PictureOrder>()),
};

function refuse({ status, message, param, code, type = 'invalid_request_error' }: Refusal): Reply {
  return replyJson({ error: { message, type, param, code } }, status);
}

function serveImages(tools: Tools, jobs: Jobs<PictureOrder>): ServedApi {
  const make = (request: ApiRequest, order: PictureOrder | Refusal) =>
    create(request, order, { tools, jobs });
  return {
    authorize: ({ headers }) => authorize(headers.authorization, tools.fields.api_key),
    words: {
      noRoute: ({ method, path }) =>
        refuse({ status: 404, message: `Invalid URL (${method} ${path})`, param: null, code: null }),
      tooMany: () => ({
        ...refuse({
          status: 429,
          message: 'Rate limit reached for images per minute.',
          param: null,
          code: 'rate_limit_exceeded',
          type: 'images',
        }),
        headers: { 'retry-after': '7' },
      }),
    },
    routes: [
      {
        method: 'POST',
        path: '/v1/images/generations',
        on: 'start',
        answer: (request) => make(request, readGeneration(request)),
      },
      {
        method: 'POST',
        path: '/v1/images/edits',
        on: 'start',
        answer: async (request) => make(request, await readEdit(request)),
      },
      {
        method: 'GET',
        path: '/v1/models',
        on: 'other',
        answer: () =>
          replyJson({
            object: 'list',
            data: Object.keys(MODELS).map((id): Json => ({ id, object: 'model', owned_by: 'system' })),
          }),
      },
    ],
  };
}

function authorize(header: string | undefined, apiKey: string): string | Reply {
  const given = /^Bearer (.+)$/.exec(header ?? '')?.[1];
  if (given === apiKey) return given;
  const message =
    given === undefined
      ? "You didn't provide an API key."
      : `Incorrect API key provided: ${given.slice(0, 4)}***${given.slice(-4)}.`;
  return refuse({ status: 401, message, param: null, code: given === undefined ? null : 'invalid_api_key' });
}

/** Tokens of a picture: about 7,000 for a square of high quality, a quarter of it for medium. */
const TOKENS_A_PIXEL: Readonly<Record<string, number>> = { low: 0.00019, medium: 0.00168, high: 0.0067 };

async function create(
  request: ApiRequest,
  order: PictureOrder | Refusal,
  { tools, jobs }: { tools: Tools; jobs: Jobs<PictureOrder> },
): Promise<Reply> {
  if ('status' in order) return refuse(order);
  const id = jobs.unusedId(() => `img_${tools.random.hex(24)}`);
  jobs.add(request, { id, data: order, model: order.model });
  // There is no record to ask for.
  jobs.remove(id);
  if (request.faults.job?.kind === 'fail') {
    return refuse({
      status: 400,
      message: 'Your request was rejected by the safety system.',
      param: null,
      code: 'moderation_blocked',
      type: 'image_generation_user_error',
    });
  }
  return replyJson(await show(order, tools));
}

async function show(order: PictureOrder, { settings, clock }: Tools): Promise<JsonObject> {
  const { width, height, count, quality, format, background, edited } = order;
  const picture = await drawBase64({ width, height }, Number(settings.pictureBytes), format);
  const output = count * Math.round(width * height * TOKENS_A_PIXEL[quality]);
  const input = 20 + edited * 300;
  return {
    created: Math.floor(clock.now() / SECOND_MS),
    background,
    data: Array.from({ length: count }, (): Json => ({ b64_json: picture })),
    output_format: format,
    quality,
    size: `${width}x${height}`,
    usage: {
      input_tokens: input,
      input_tokens_details: { image_tokens: edited * 300, text_tokens: 20 },
      output_tokens: output,
      total_tokens: input + output,
    },
  };
}
