// The calls to ComfyUI. No mapping here; map.ts says what the answers mean.
import { isObject, type Json } from '../../lib/json.ts';
import {
  askFor,
  failureOfStatus,
  probeWith,
  REFERENCE_UNREADABLE,
  readGood,
  readPicture,
  submit,
} from '../answers.ts';
import type {
  ApiAnswer,
  CallContext,
  CancelOutcome,
  Failure,
  FindOutcome,
  PollOutcome,
  ProbeOutcome,
  Reference,
  StartOutcome,
  StartRequest,
} from '../contract.ts';
import { PARAMS_UNFIT, unfitOffer } from '../kit/failures.ts';
import { unreadable } from '../kit/states.ts';
import { readAs, readWire } from '../kit/wire.ts';
import { PICTURE_ENDINGS } from '../pictures.ts';
import {
  fromQueue,
  fromWire,
  itemOfEntry,
  LOST,
  promptIdOf,
  type Queue,
  readQueue,
  toFailure,
  toReference,
  toWire,
} from './map.ts';
import {
  createdSchema,
  historySchema,
  paramsSchema,
  referenceSchema,
  statsSchema,
  uploadedSchema,
} from './wire.ts';

/** Every item of the queue carries its whole graph. */
const LIST_BYTES_MAX = 64 * 1024 * 1024;
/** The newest entries, among which a lost submit is searched for. */
const HISTORY_PAGE = 100;

function namesPrompt({ credential }: CallContext): boolean {
  return credential.fields.prompt_id !== 'theirs';
}

export async function start(request: StartRequest, context: CallContext): Promise<StartOutcome> {
  const params = readAs(paramsSchema, request.params);
  if (!params) return { type: 'rejected', failure: unfitOffer(PARAMS_UNFIT) };
  const uploads = await uploadPictures(request, { places: params.images?.length ?? 0, context });
  if ('failure' in uploads) return { type: 'rejected', failure: uploads.failure };
  const body = toWire(request, { params, pictures: uploads.names, namesPrompt: namesPrompt(context) });
  if ('reason' in body) return { type: 'rejected', failure: body };
  return submit(
    context,
    { method: 'POST', path: '/prompt', headers: authorize(context), ...body },
    {
      failure: (answer) => toFailure(answer, params),
      accepted(answer) {
        const id = readWire(createdSchema, answer)?.prompt_id;
        return id === undefined ? undefined : { reference: toReference(id, params) };
      },
    },
  );
}

/** Nothing runs before the graph is submitted, so any failure here is a refusal. */
async function uploadPictures(
  { input, token }: StartRequest,
  { places, context }: { places: number; context: CallContext },
): Promise<{ names: string[] } | { failure: Failure }> {
  const urls = Array.isArray(input.img_urls) ? input.img_urls.map(String) : [];
  if (urls.length !== places) {
    const message = `img_urls: this model takes ${places}, not ${urls.length}`;
    return { failure: { reason: 'invalid_input', message } };
  }
  const names: string[] = [];
  for (const [at, url] of urls.entries()) {
    const uploaded = await uploadPicture(url, { name: `reelay-${token}-${at}`, context });
    if ('failure' in uploaded) return uploaded;
    names.push(uploaded.name);
  }
  return { names };
}

async function uploadPicture(
  url: string,
  { name, context }: { name: string; context: CallContext },
): Promise<{ name: string } | { failure: Failure }> {
  const picture = await readPicture(context, url);
  if ('failure' in picture) return picture;
  const fileName = `${name}.${PICTURE_ENDINGS[picture.contentType] ?? 'png'}`;
  const answer = await askFor(context, {
    method: 'POST',
    path: '/upload/image',
    headers: authorize(context),
    form: [
      { name: 'image', fileName, ...picture },
      { name: 'type', text: 'input' },
      { name: 'overwrite', text: 'true' },
    ],
  });
  if ('failure' in answer) return answer;
  const file = readGood(uploadedSchema, answer);
  if (!file) return { failure: failureOfUpload(answer) };
  // Loaders name a file in a folder as the editor does.
  return { name: file.subfolder ? `${file.subfolder}/${file.name}` : file.name };
}

function failureOfUpload(answer: ApiAnswer): Failure {
  if (answer.status !== 413) return failureOfStatus(answer);
  return {
    reason: 'invalid_input',
    code: 'http_413',
    message: 'img_urls: a picture is too large for the provider',
  };
}

function ask(context: CallContext, path: string, query?: Record<string, string>) {
  return askFor(context, {
    method: 'GET',
    path,
    headers: authorize(context),
    query,
    maxBytes: LIST_BYTES_MAX,
  });
}

async function askQueue(context: CallContext): Promise<Queue | { failure: Failure }> {
  const answer = await ask(context, '/queue');
  if ('failure' in answer) return answer;
  return readQueue(answer) ?? { failure: failureOfStatus(answer) };
}

/** The entry of an ended attempt: null when there is none, which is exactly `{}`. */
async function askEntry(
  context: CallContext,
  id: string,
): Promise<{ entry: Json | null } | { failure: Failure }> {
  const answer = await ask(context, `/history/${encodeURIComponent(id)}`);
  if ('failure' in answer) return answer;
  const { status, json } = answer;
  if (status !== 200 || !isObject(json)) return { failure: failureOfStatus(answer) };
  if (Object.hasOwn(json, id)) return { entry: json[id] };
  return Object.keys(json).length === 0 ? { entry: null } : { failure: failureOfStatus(answer) };
}

export async function poll(reference: Reference, context: CallContext): Promise<PollOutcome> {
  if (!readAs(referenceSchema, reference)) return REFERENCE_UNREADABLE;
  return look(reference, context, await askQueue(context));
}

/** One look at the queue for all attempts; those that have left it are looked up in the history. */
export async function pollMany(
  references: readonly Reference[],
  context: CallContext,
): Promise<PollOutcome[]> {
  const queue = await askQueue(context);
  const outcomes: PollOutcome[] = [];
  for (const reference of references) outcomes.push(await look(reference, context, queue));
  return outcomes;
}

/** An attempt moves from the queue to the history in one step, so this order of looks never misses it. */
async function look(
  reference: Reference,
  context: CallContext,
  queue: Queue | { failure: Failure },
): Promise<PollOutcome> {
  const read = readAs(referenceSchema, reference);
  if (!read) return REFERENCE_UNREADABLE;
  if ('failure' in queue) return { type: 'unanswered', failure: queue.failure };
  const open = fromQueue(queue, read.id);
  if (open) return open;
  const found = await askEntry(context, read.id);
  if ('failure' in found) return { type: 'unanswered', failure: found.failure };
  if (found.entry === null) return queue.isWhole ? LOST : unreadable('an item of the queue');
  return fromWire(found.entry, read, (query) => `${baseOf(context)}/view?${new URLSearchParams(query)}`);
}

/**
 * A waiting attempt is removed from the queue; a running one is interrupted. Older servers interrupt whatever
 * runs, so the interrupt is sent only while this attempt runs.
 */
export async function cancel(reference: Reference, context: CallContext): Promise<CancelOutcome> {
  const id = readAs(referenceSchema, reference)?.id;
  let state = await poll(reference, context);
  if (id !== undefined && state.type === 'queued') {
    await post(context, '/queue', { delete: [id] });
    // The answer is empty, whether or not there was anything to delete.
    state = await poll(reference, context);
  }
  if (id !== undefined && state.type === 'running') {
    const isSent = await post(context, '/interrupt', { prompt_id: id });
    return isSent ? { type: 'stopped' } : { type: 'refused', detail: 'the provider did not interrupt it' };
  }
  const isStopped = state.type === 'failed' && ['lost', 'cancelled'].includes(state.failure.reason);
  return isStopped ? { type: 'stopped' } : { type: 'refused', detail: `it is ${state.type}` };
}

async function post(context: CallContext, path: string, json: Json): Promise<boolean> {
  const answer = await askFor(context, { method: 'POST', path, headers: authorize(context), json });
  return !('failure' in answer) && answer.status === 200;
}

/**
 * Searches for the prompt id or the token, in the order in which an attempt moves. A "none" needs the id:
 * servers that choose the id themselves show only the newest of the history.
 */
export async function find(request: StartRequest, context: CallContext): Promise<FindOutcome> {
  const params = readAs(paramsSchema, request.params);
  const queue = await askQueue(context);
  if (!params) return { type: 'unclear', detail: 'the params of this offer cannot be read' };
  if ('failure' in queue) return { type: 'unclear', detail: queue.failure.message };
  const ended = await askEnded(request, context);
  if ('failure' in ended) return { type: 'unclear', detail: ended.failure.message };
  const own = namesPrompt(context) ? promptIdOf(request.token) : undefined;
  const items = [...queue.running, ...queue.pending, ...ended.items];
  const ids = items.filter(({ id, token }) => id === own || token === request.token).map(({ id }) => id);
  const [id, ...others] = [...new Set(ids)];
  if (others.length > 0) return { type: 'unclear', detail: `${ids.length} attempts carry Reelay's token` };
  if (id !== undefined) return { type: 'found', reference: toReference(id, params) };
  if (ended.isWhole && queue.isWhole) return { type: 'none' };
  return {
    type: 'unclear',
    detail: 'its lists are too long to search, or cannot be read',
  };
}

/** What has ended, as far as it can be this attempt. */
async function askEnded({ token }: StartRequest, context: CallContext) {
  const answer = await ask(context, '/history', { max_items: String(HISTORY_PAGE) });
  if ('failure' in answer) return answer;
  const page = readGood(historySchema, answer);
  const listed = Object.values(page ?? {}).map((entry) => itemOfEntry(entry as Json));
  const items = listed.filter((item) => item !== undefined);
  if (!page) return { failure: failureOfStatus(answer) };
  if (!namesPrompt(context)) {
    return { items, isWhole: items.length === listed.length && listed.length < HISTORY_PAGE };
  }
  const found = await askEntry(context, promptIdOf(token));
  if ('failure' in found) return found;
  const own = found.entry === null ? undefined : { id: promptIdOf(token), token };
  return { items: own ? [...items, own] : items, isWhole: true };
}

export async function probe(context: CallContext): Promise<ProbeOutcome> {
  return probeWith(
    context,
    { method: 'GET', path: '/system_stats', headers: authorize(context) },
    {
      failure: () => undefined,
      works(answer) {
        const { system, devices } = readGood(statsSchema, answer) ?? {};
        if (!system) return undefined;
        return { detail: `ComfyUI ${system.comfyui_version ?? ''} answers, ${devices?.length ?? 0} devices` };
      },
    },
  );
}

/** A proxy in front of the server may require the key for files, too. */
export function downloadHeaders(context: CallContext): Record<string, string> {
  return authorize(context);
}

function baseOf({ credential }: CallContext): string {
  return (credential.fields.base_url ?? '').replace(/\/+$/, '');
}

const HEADER_NAME = /^[\w-]+$/;

/**
 * ComfyUI itself has no keys; a proxy in front of it may. In `Authorization`, a key without a scheme is a
 * bearer token; other headers carry it unchanged. An invalid header name carries nothing, and the proxy
 * answers accordingly.
 */
function authorize({ credential }: CallContext): Record<string, string> {
  const { api_key: key = '', auth_header: name = 'authorization' } = credential.fields;
  if (key === '' || !HEADER_NAME.test(name)) return {};
  const isBare = name.toLowerCase() === 'authorization' && !key.includes(' ');
  return { [name.toLowerCase()]: isBare ? `Bearer ${key}` : key };
}
