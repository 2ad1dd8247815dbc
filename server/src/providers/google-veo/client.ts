// The calls to the Gemini API. No mapping here; map.ts says what the answers mean. The key is in a header of
// calls to the base address and of downloads from it, and nowhere else.
import type { Json, JsonObject } from '../../lib/json.ts';
import { MINUTE_MS } from '../../lib/time.ts';
import { ask, isGood, probeWith, REFERENCE_UNREADABLE, readGood, submit, withoutTask } from '../answers.ts';
import type {
  ApiAnswer,
  ApiCall,
  CallContext,
  Failure,
  Output,
  PollOutcome,
  ProbeOutcome,
  Reference,
  StartOutcome,
  StartRequest,
} from '../contract.ts';
import { LIST_BYTES_MAX } from '../http.ts';
import { PARAMS_UNFIT, unfitOffer } from '../kit/failures.ts';
import { readAs, readWire } from '../kit/wire.ts';
import { readPictures } from '../pictures.ts';
import { carriedIn, fromWire, isOperation, toFailure, toStartFailure, toWire } from './map.ts';
import { FILE_NAMES, fromPictureWire, toPictureWire, whyNoPicture } from './pictures.ts';
import {
  contentSchema,
  type GeneratedContent,
  modelsSchema,
  operationSchema,
  paramsSchema,
  referenceSchema,
  type VeoOperation,
} from './wire.ts';

const METHOD = 'predictLongRunning';
const PICTURES_METHOD = 'generateContent';
/** A picture of 4K that is thought about takes a minute and more. */
const PICTURES_TIMEOUT_MS = 5 * MINUTE_MS;
/** All models: a person asks for the list, once. */
const MODELS_PAGE = 1000;

export async function start(request: StartRequest, context: CallContext): Promise<StartOutcome> {
  const params = readAs(paramsSchema, request.params);
  if (!params) {
    return { type: 'rejected', failure: unfitOffer(PARAMS_UNFIT) };
  }
  // The service takes the bytes of pictures, never an address.
  const pictures = await readPictures(context, request.input.img_urls);
  if ('failure' in pictures) return { type: 'rejected', failure: pictures.failure };
  if (params.makes === 'pictures')
    return startPictures(context, params.model, toPictureWire(request, pictures));
  return submit(
    context,
    {
      method: 'POST',
      path: `/models/${params.model}:${METHOD}`,
      headers: authorize(context),
      json: toWire(request, { params, pictures }),
    },
    {
      failure: toStartFailure,
      accepted(answer) {
        const name = readWire(referenceSchema, answer)?.name;
        return name === undefined ? undefined : { reference: { name } };
      },
    },
  );
}

/** The answer is the result: nothing names the call, so a lost answer is never found. */
async function startPictures(context: CallContext, model: string, json: JsonObject): Promise<StartOutcome> {
  return submit(
    context,
    {
      method: 'POST',
      path: `/models/${model}:${PICTURES_METHOD}`,
      headers: authorize(context),
      json,
      timeoutMs: PICTURES_TIMEOUT_MS,
      files: FILE_NAMES,
    },
    {
      failure(answer) {
        const refused = toStartFailure(answer);
        if (refused) return refused;
        const made = isGood(answer) ? readContent(answer.json) : undefined;
        return made && !fromPictureWire(made, model) ? whyNoPicture(made) : undefined;
      },
      accepted(answer) {
        const made = readContent(answer);
        const success = made && fromPictureWire(made, model);
        return success && { success };
      },
    },
  );
}

/** An answer of this method; it has candidates, or says why not. */
function readContent(json: Json | undefined): GeneratedContent | undefined {
  const content = readWire(contentSchema, json);
  return content?.candidates || content?.promptFeedback ? content : undefined;
}

/** The limit of an answer that carries the video itself: 24 MB of video. */
const CARRIER_BYTES_MAX = 32 * 1024 * 1024;
/** Only one such answer is read at a time in this process; the video in it goes to the disk at once. */
let isCarrierRead = false;

export async function poll(reference: Reference, context: CallContext): Promise<PollOutcome> {
  const name = readAs(referenceSchema, reference)?.name;
  if (name === undefined) return REFERENCE_UNREADABLE;
  const call = { method: 'GET', path: `/${name}`, headers: authorize(context) } as const;
  const outcome = await look(call, context);
  if (!isTooLarge(outcome) || isCarrierRead || !context.keepBytes) return outcome;
  isCarrierRead = true;
  try {
    return await look({ ...call, maxBytes: CARRIER_BYTES_MAX }, context);
  } finally {
    isCarrierRead = false;
  }
}

/** An answer that was not read has no code: it may carry a video. */
function isTooLarge(outcome: PollOutcome): boolean {
  if (outcome.type !== 'unanswered') return false;
  const { reason, code } = outcome.failure;
  return reason === 'unreadable' && code === undefined;
}

async function look(call: ApiCall, context: CallContext): Promise<PollOutcome> {
  const seen: { carrier?: VeoOperation } = {};
  const outcome = await ask(context, call, (answer) => {
    const operation = readGood(operationSchema, answer);
    if (!operation || !isOperation(operation)) return withoutTask(toFailure(answer));
    if (operation.done === true && carriedIn(operation).length > 0) seen.carrier = operation;
    return fromWire(operation);
  });
  if (!seen.carrier || outcome.type === 'failed') return outcome;
  const files: Output[] = [];
  for (const { base64, contentType } of carriedIn(seen.carrier)) {
    const path = await context.keepBytes?.(Buffer.from(base64, 'base64'));
    if (path !== undefined) files.push({ kind: 'video', contentType, path });
  }
  return fromWire(seen.carrier, files);
}

/** Sent only to the base address; a result that redirects elsewhere is fetched there without them. */
export function downloadHeaders(context: CallContext): Record<string, string> {
  return authorize(context);
}

/**
 * A valid key may still have no model that makes videos by this call; that should be known before the first
 * task.
 */
export async function probe(context: CallContext): Promise<ProbeOutcome> {
  return probeWith(
    context,
    {
      method: 'GET',
      path: '/models',
      headers: authorize(context),
      query: { pageSize: String(MODELS_PAGE) },
      maxBytes: LIST_BYTES_MAX,
    },
    {
      works(answer) {
        const names = modelsIn(answer) ?? [];
        return names.length === 0 ? undefined : { detail: `the key can use ${names.join(', ')}` };
      },
      failure: (answer) => (modelsIn(answer) ? NO_MODEL : toStartFailure(answer)),
    },
  );
}

const NO_MODEL: Failure = {
  reason: 'bad_credentials',
  code: 'no_model',
  message: 'The key is valid, but it has access to no model that makes videos by this call',
};

/** Ids of the models that make videos; undefined when the answer is not a list of models. */
function modelsIn(answer: ApiAnswer): string[] | undefined {
  const models = readGood(modelsSchema, answer)?.models;
  return models
    ?.filter(({ supportedGenerationMethods: methods }) => methods?.includes(METHOD))
    .map(({ name }) => name.replace(/^models\//, ''));
}

function authorize({ credential }: CallContext): Record<string, string> {
  return { 'x-goog-api-key': credential.fields.api_key };
}
