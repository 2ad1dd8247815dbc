// What every create at this door goes through, so that it makes one task however often its request is sent.
//
// The clients that OpenAI publishes repeat a POST twice after a broken connection, and give it no idempotency key; they do
// number their attempts. A repeat without a key is given the task of the attempt before it (tasks/resends.ts). With a key it
// is found by the key, as at every door.
import type { FastifyRequest } from 'fastify';
import type { CheckedCreate, SentCreate } from '../../catalog/check.ts';
import type { Files } from '../../files/files.ts';
import { keepUpload } from '../../files/keep-upload.ts';
import { bodyOf } from '../../http/body.ts';
import { callerOf } from '../../http/gate.ts';
import { readIdempotencyKey } from '../../http/preferences.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Created } from '../../tasks/create.ts';
import type { Tasks } from '../../tasks/tasks.ts';
import { createForm, readEnvelope, readMaxCredits } from '../create-body.ts';
import { type CreatingParts, checkCreate, findReplayed, writeTask } from '../creating.ts';
import type { Picture } from './picture.ts';

/** The name of this door, as its tasks keep it; never changed. */
export const DOOR = 'openai';

const form = createForm({
  modelList: 'GET /v1/models',
  templateList: (catalogue) => `the ${catalogue} templates in docs/api.md`,
});

export interface VideoParts extends CreatingParts {
  tasks: Tasks;
  files: Files;
  /** Days for which results are kept. */
  resultDays: number;
}

/** A create, ready to be checked. */
export interface Prepared {
  /** As Reelay spells it. */
  value: JsonObject;
  pictures: readonly Picture[];
  /** The fields that name them, where it is not `img_urls`. */
  place?: (urls: readonly string[]) => JsonObject;
  /** What the task keeps beside what was sent. */
  kept?: JsonObject;
}

/** The task, and what it was made of where it is new. */
export interface Made {
  created: Created;
  checked?: CheckedCreate;
  sent?: SentCreate;
}

/** The number that the client gives this attempt; 0 for the first, and for clients that count none. */
function attemptOf(request: FastifyRequest): number {
  const count = request.headers['x-stainless-retry-count'];
  return typeof count === 'string' && /^\d{1,2}$/.test(count) ? Number(count) : 0;
}

/** What is asked, whatever the way in which it was written. */
function bodyTextOf(request: FastifyRequest): string {
  const { raw } = bodyOf(request);
  return `${request.method} ${request.url.split('?')[0]}\n${raw}`;
}

/**
 * Makes a task, or finds the one that an earlier attempt has made.
 * @param prepare reads the body; it is called only where a task is to be made.
 * @throws AppError of every kind of CREATE_ERRORS.
 */
export async function createOnce(
  parts: VideoParts,
  request: FastifyRequest,
  prepare: () => Prepared | Promise<Prepared>,
): Promise<Made> {
  const caller = callerOf(request);
  const key = readIdempotencyKey(request);
  const rawBody = bodyTextOf(request);
  const made: Omit<Made, 'created'> = {};
  const make = async () => {
    const idempotency = key === undefined ? undefined : { key, rawBody };
    const prepared = await prepareOrFind(parts, request, { prepare, idempotency });
    if ('taskId' in prepared) return prepared;
    const { checked, sent, envelope } = prepared;
    Object.assign(made, { checked, sent });
    const facts = { door: DOOR, ...envelope, idempotency, rawBody, sent };
    return writeTask(parts, caller, { checked, facts });
  };
  const number = attemptOf(request);
  const created =
    key === undefined
      ? await parts.admission.follow(caller, { door: DOOR, rawBody, number }, make)
      : await make();
  return created.replayed ? { created } : { created, ...made };
}

interface Checked {
  checked: CheckedCreate;
  sent: SentCreate | undefined;
  envelope: ReturnType<typeof readEnvelope>;
}

async function prepareOrFind(
  parts: VideoParts,
  request: FastifyRequest,
  {
    prepare,
    idempotency,
  }: {
    prepare: () => Prepared | Promise<Prepared>;
    idempotency: { key: string; rawBody: string } | undefined;
  },
): Promise<Checked | Created> {
  const caller = callerOf(request);
  try {
    const { kept, ...prepared } = await prepare();
    const { value } = prepared;
    await putPictures(parts, caller.accountId, prepared);
    const maxCredits = readMaxCredits(value);
    const checked = await checkCreate(parts, caller, { value, form, strict: caller.strict, maxCredits });
    const sent = kept && {
      ...(checked.sent ?? { model: String(value.model), input: checked.input }),
      ...kept,
    };
    return { checked, sent: sent ?? checked.sent, envelope: readEnvelope(value) };
  } catch (error) {
    return findReplayed(parts, caller, { error, idempotency });
  }
}

/** Keeps the pictures that came as bytes, and names all of them in the input. */
async function putPictures(
  { files }: VideoParts,
  accountId: string,
  { value, pictures, place = (urls) => ({ img_urls: [...urls] }) }: Prepared,
): Promise<void> {
  if (pictures.length === 0) return;
  const urls: string[] = [];
  for (const picture of pictures)
    urls.push('url' in picture ? picture.url : (await keepUpload(files, { accountId, ...picture })).fileUrl);
  value.input = { ...(value.input as JsonObject), ...place(urls) };
}
