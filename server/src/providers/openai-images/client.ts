// The calls to OpenAI's image API. No mapping here; map.ts says what the answers mean. One call is the whole job: its
// answer carries the pictures in base64, and nothing names it afterwards.
import { MINUTE_MS } from '../../lib/time.ts';
import { probeWith, REFERENCE_UNREADABLE, readGood, submit } from '../answers.ts';
import type { CallContext, PollOutcome, ProbeOutcome, StartOutcome, StartRequest } from '../contract.ts';
import { LIST_BYTES_MAX } from '../http.ts';
import { PARAMS_UNFIT, unfitOffer } from '../kit/failures.ts';
import { readAs, readWire } from '../kit/wire.ts';
import { readPictures } from '../pictures.ts';
import { fromWire, NO_PICTURE, toFailure, toWire } from './map.ts';
import { FILE_NAMES, modelsSchema, paramsSchema, picturesSchema } from './wire.ts';

/** A large picture of high quality takes two minutes and more. */
const TIMEOUT_MS = 5 * MINUTE_MS;

export async function start(request: StartRequest, context: CallContext): Promise<StartOutcome> {
  const params = readAs(paramsSchema, request.params);
  if (!params) return { type: 'rejected', failure: unfitOffer(PARAMS_UNFIT) };
  const pictures = await readPictures(context, request.input.img_urls);
  if ('failure' in pictures) return { type: 'rejected', failure: pictures.failure };
  const body = toWire(request, { params, pictures });
  return submit(
    context,
    {
      method: 'POST',
      path: body.form ? '/images/edits' : '/images/generations',
      headers: authorize(context),
      ...body,
      timeoutMs: TIMEOUT_MS,
      files: FILE_NAMES,
    },
    {
      failure(answer) {
        const refused = toFailure(answer);
        if (refused) return refused;
        const made = readGood(picturesSchema, answer);
        return made && !fromWire(made, params.model) ? NO_PICTURE : undefined;
      },
      accepted(answer) {
        const made = readWire(picturesSchema, answer);
        const success = made && fromWire(made, params.model);
        return success && { success };
      },
    },
  );
}

/** There is no job to ask about. */
export async function poll(): Promise<PollOutcome> {
  return REFERENCE_UNREADABLE;
}

/** A valid key may still have no model that makes pictures. */
export async function probe(context: CallContext): Promise<ProbeOutcome> {
  return probeWith(
    context,
    { method: 'GET', path: '/models', headers: authorize(context), maxBytes: LIST_BYTES_MAX },
    {
      failure: toFailure,
      works(answer) {
        const models = readGood(modelsSchema, answer)?.data;
        const own = models?.filter(({ id }) => id.startsWith('gpt-image')).map(({ id }) => id);
        if (!own) return undefined;
        return {
          detail:
            own.length > 0
              ? `the key can use ${own.join(', ')}`
              : 'the key is valid; it lists no gpt-image model',
        };
      },
    },
  );
}

function authorize({ credential }: CallContext): Record<string, string> {
  return { authorization: `Bearer ${credential.fields.api_key}` };
}
