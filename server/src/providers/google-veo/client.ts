// The calls to the Gemini API. No mapping here; map.ts says what the answers mean. The key is in a header of calls to
// the base address and of downloads from it, and nowhere else.
import { ask, probeWith, REFERENCE_UNREADABLE, readAs, readPicture, submit } from '../answers.ts';
import type {
  ApiAnswer,
  CallContext,
  Failure,
  PollOutcome,
  ProbeOutcome,
  Reference,
  StartOutcome,
  StartRequest,
} from '../contract.ts';
import { LIST_BYTES_MAX } from '../http.ts';
import { fromWire, type Picture, toFailure, toStartFailure, toWire } from './map.ts';
import { modelsSchema, operationSchema, paramsSchema, referenceSchema } from './wire.ts';

const METHOD = 'predictLongRunning';
/** All that there are: the list is asked for once, by a person. */
const MODELS_PAGE = 1000;

export async function start(request: StartRequest, context: CallContext): Promise<StartOutcome> {
  const params = readAs(paramsSchema, request.params);
  if (!params) {
    const message = 'The offer of this model names no model of the provider';
    return { type: 'rejected', failure: { reason: 'unavailable', message } };
  }
  const pictures: Picture[] = [];
  for (const url of Array.isArray(request.input.img_urls) ? request.input.img_urls : []) {
    // Veo takes the bytes of pictures, never an address.
    const picture = await readPicture(context, String(url));
    if ('failure' in picture) return { type: 'rejected', failure: picture.failure };
    pictures.push(picture);
  }
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
        const name = readAs(referenceSchema, answer)?.name;
        return name === undefined ? undefined : { reference: { name } };
      },
    },
  );
}

export async function poll(reference: Reference, context: CallContext): Promise<PollOutcome> {
  const name = readAs(referenceSchema, reference)?.name;
  if (name === undefined) return REFERENCE_UNREADABLE;
  return ask(context, { method: 'GET', path: `/${name}`, headers: authorize(context) }, (answer) => {
    const operation = answer.status === 200 ? readAs(operationSchema, answer.json) : undefined;
    if (operation) return fromWire(operation);
    const failure = toFailure(answer);
    if (!failure) return undefined;
    return { type: failure.reason === 'lost' ? 'failed' : 'unanswered', failure };
  });
}

/** Sent to the base address only; a result that redirects elsewhere is fetched there without them. */
export function downloadHeaders(context: CallContext): Record<string, string> {
  return authorize(context);
}

/** A good key may still have no model that makes videos by this call, which is worth knowing before the first task. */
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
        return names.length === 0 ? undefined : { detail: `open to the key: ${names.join(', ')}` };
      },
      failure: (answer) => (modelsIn(answer) ? NO_MODEL : toStartFailure(answer)),
    },
  );
}

const NO_MODEL: Failure = {
  reason: 'bad_credentials',
  code: 'no_model',
  message: 'The key is good, but no model that makes videos by this call is open to it',
};

/** Ids of the models that make videos; undefined when the answer is no list of models. */
function modelsIn({ status, json }: ApiAnswer): string[] | undefined {
  const models = status === 200 ? readAs(modelsSchema, json)?.models : undefined;
  return models
    ?.filter(({ supportedGenerationMethods: methods }) => methods?.includes(METHOD))
    .map(({ name }) => name.replace(/^models\//, ''));
}

function authorize({ credential }: CallContext): Record<string, string> {
  return { 'x-goog-api-key': credential.fields.api_key };
}
