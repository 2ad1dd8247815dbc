// The calls of the `/v1/videos` dialect. No mapping here; map.ts says what the answers mean.
import { ask, probeWith, REFERENCE_UNREADABLE, readGood, readPicture, submit } from '../answers.ts';
import type {
  CallContext,
  CancelOutcome,
  Failure,
  PollOutcome,
  ProbeOutcome,
  Reference,
  StartOutcome,
  StartRequest,
} from '../contract.ts';
import { cancelIfOpen } from '../kit/cancel.ts';
import { PARAMS_UNFIT, unfitOffer } from '../kit/failures.ts';
import { lost } from '../kit/states.ts';
import { readAs, readWire } from '../kit/wire.ts';
import {
  fromWire,
  imageFormOf,
  isGone,
  type Picture,
  readVideo,
  saysDeleted,
  toFailure,
  toWire,
} from './map.ts';
import { createdSchema, listSchema, paramsSchema, referenceSchema, type VideosParams } from './wire.ts';

const VIDEOS = '/videos';

export async function start(request: StartRequest, context: CallContext): Promise<StartOutcome> {
  const params = readAs(paramsSchema, request.params);
  if (!params) return { type: 'rejected', failure: unfitOffer(PARAMS_UNFIT) };
  const picture = await readFirstPicture(request, params, context);
  if (picture && 'failure' in picture) return { type: 'rejected', failure: picture.failure };
  const body = toWire(request, { params, picture });
  if ('reason' in body) return { type: 'rejected', failure: body };
  return submit(
    context,
    { method: 'POST', path: VIDEOS, headers: authorize(context), ...body },
    {
      failure: toFailure,
      accepted(answer) {
        const id = readWire(createdSchema, answer)?.id;
        return id === undefined ? undefined : { reference: { id } };
      },
    },
  );
}

/** The dialect takes one picture; a second one is refused rather than left out. */
async function readFirstPicture(
  { input }: StartRequest,
  params: VideosParams,
  context: CallContext,
): Promise<Picture | { failure: Failure } | undefined> {
  const urls = Array.isArray(input.img_urls) ? input.img_urls : [];
  if (urls.length > 1) {
    return { failure: { reason: 'invalid_input', message: 'img_urls: this model takes one picture' } };
  }
  if (urls.length === 0 || imageFormOf(params) !== 'file') return undefined;
  return readPicture(context, String(urls[0]));
}

export async function poll(reference: Reference, context: CallContext): Promise<PollOutcome> {
  const id = readAs(referenceSchema, reference)?.id;
  if (id === undefined) return REFERENCE_UNREADABLE;
  const path = pathOf(id);
  return ask(context, { method: 'GET', path, headers: authorize(context) }, (answer) => {
    const video = readVideo(answer, id);
    if (video) return fromWire(video, `${baseOf(context)}${path}/content`);
    if (isGone(answer)) return lost('The provider no longer knows this video');
    const failure = toFailure(answer);
    return failure && { type: 'unanswered', failure };
  });
}

/**
 * DELETE stops an open video and destroys a finished one, so the state is read first. SGLang forgets the
 * video but computes on.
 */
export async function cancel(reference: Reference, context: CallContext): Promise<CancelOutcome> {
  const id = readAs(referenceSchema, reference)?.id;
  return cancelIfOpen(context, await poll(reference, context), {
    open: ['queued', 'running'],
    shownAs: 'lost',
    call: id === undefined ? undefined : { method: 'DELETE', path: pathOf(id), headers: authorize(context) },
    isDone: saysDeleted,
  });
}

export async function probe(context: CallContext): Promise<ProbeOutcome> {
  return probeWith(
    context,
    { method: 'GET', path: VIDEOS, headers: authorize(context), query: { limit: '1' } },
    {
      failure: toFailure,
      works: (answer) => readGood(listSchema, answer) && { detail: 'the video list answers' },
    },
  );
}

/** Fetching a video needs the key, too; it is sent only to the base address. */
export function downloadHeaders(context: CallContext): Record<string, string> {
  return authorize(context);
}

function pathOf(id: string): string {
  return `${VIDEOS}/${encodeURIComponent(id)}`;
}

function baseOf({ credential }: CallContext): string {
  return (credential.fields.base_url ?? '').replace(/\/+$/, '');
}

/** A self-hosted engine may want no key. */
function authorize({ credential }: CallContext): Record<string, string> {
  const { api_key: key = '' } = credential.fields;
  return key === '' ? {} : { authorization: `Bearer ${key}` };
}
