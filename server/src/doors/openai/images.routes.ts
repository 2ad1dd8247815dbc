// Images: a task that is made as every other, and an answer that waits for its end. A repeat of a call whose connection broke
// waits for the same task.
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import { JSON_TYPE } from '../../http/answer.ts';
import { bodyOf } from '../../http/body.ts';
import { FORM_BODY } from '../../http/forms.ts';
import { callerOf } from '../../http/gate.ts';
import { Watchers } from '../../http/watchers.ts';
import { timeOfId } from '../../lib/ids.ts';
import { parseOwnJson } from '../../lib/json.ts';
import { MINUTE_MS, SECOND_MS, toUnixSeconds } from '../../lib/time.ts';
import type { StoredOutput, TaskView } from '../../tasks/task.ts';
import { CREATE_ERRORS } from '../creating.ts';
import { openaiErrors } from './answer.ts';
import { openOutput } from './content.routes.ts';
import { createOnce, type VideoParts } from './create.ts';
import { type ImageFormat, readImageBody, readImageFormat } from './image-body.ts';
import { editImagesSchema, generateImagesSchema } from './images.schemas.ts';

/** Less than the ten minutes after which the packages of OpenAI give up. */
const WAIT_MS = 9.5 * MINUTE_MS;
/** A connection on which nothing is sent is closed by the server after this; while an image is made it may be silent. */
const SILENCE_MS = 75 * SECOND_MS;
const WAITERS = { max: 2_000, accountMax: 100 };
/** Of bytes that become base64 at a time: whole groups of three. */
const GROUP_BYTES = 3;
const ERRORS = [
  ...CREATE_ERRORS,
  'model_not_found',
  'uploads_full',
  'storage_full',
  'content_refused',
  'input_unusable',
  'generation_failed',
  'outcome_unknown',
  'task_cancelled',
  'task_expired',
  'link_invalid',
] as const;

export function registerImageRoutes(app: FastifyInstance, parts: VideoParts): void {
  const config = { access: 'account', rate: 'create', body: FORM_BODY, errors: ERRORS } as const;
  const waiters = new Watchers(WAITERS);
  app.post('/images/generations', { schema: generateImagesSchema, config }, (request, reply) =>
    makeImages({ ...parts, waiters }, { request, reply, isEdit: false }),
  );
  app.post('/images/edits', { schema: editImagesSchema, config }, (request, reply) =>
    makeImages({ ...parts, waiters }, { request, reply, isEdit: true }),
  );
}

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
  isEdit: boolean;
}

async function makeImages(
  parts: VideoParts & { waiters: Watchers },
  { request, reply, isEdit }: Exchange,
): Promise<FastifyReply> {
  const format = readImageFormat(bodyOf(request));
  const leave = parts.waiters.take(callerOf(request).accountId);
  if (leave === undefined) {
    const message = 'Too many calls of the account wait for images; try again in a moment';
    throw new AppError('rate_limited', { message, retryAfterSeconds: 2 });
  }
  try {
    const { created } = await createOnce(parts, request, () =>
      readImageBody(parts.catalog, bodyOf(request), isEdit),
    );
    if (created.replayed) reply.header('idempotent-replayed', 'true');
    const row = await waitForEnd(parts, request, created.taskId);
    return await sendImages(parts, { request, reply, row, format });
  } finally {
    leave();
  }
}

async function waitForEnd({ tasks }: VideoParts, request: FastifyRequest, taskId: string): Promise<TaskView> {
  const { socket } = request.raw;
  const gone = new AbortController();
  const leave = () => gone.abort();
  socket.once('close', leave);
  socket.setTimeout(WAIT_MS + SILENCE_MS);
  try {
    return await tasks.wait(callerOf(request), taskId, { timeoutMs: WAIT_MS, signal: gone.signal });
  } finally {
    socket.off('close', leave);
    socket.setTimeout(SILENCE_MS);
  }
}

interface Answering {
  request: FastifyRequest;
  reply: FastifyReply;
  row: TaskView;
  format: ImageFormat;
}

/** @throws AppError for a task that failed, by its own name. */
async function sendImages(
  parts: VideoParts,
  { request, reply, row, format }: Answering,
): Promise<FastifyReply> {
  const { completed_at: completedAt, state } = row;
  if (completedAt === null) return sendLater(request, reply);
  if (state !== 'succeeded' || row.outputs === null) {
    const message = row.result_message ?? 'The image could not be made';
    throw new AppError(row.result_error ?? 'generation_failed', { message });
  }
  const outputs = parseOwnJson<StoredOutput[]>(row.outputs);
  const head = {
    created: toUnixSeconds(timeOfId(row.id)),
    task_id: row.id,
    output_format: /^image\/(jpeg|webp)$/.exec(outputs[0]?.contentType ?? '')?.[1] ?? 'png',
  };
  reply.header('content-type', JSON_TYPE);
  if (format === 'url') {
    const data = outputs.map((output) => ({ url: parts.tasks.linkTo(output, completedAt) }));
    return reply.send(JSON.stringify({ ...head, data }));
  }
  const files = await Promise.all(
    outputs.map((output) => openOutput({ files: parts.files, linkTo: parts.tasks.linkTo }, row, output)),
  );
  return reply.send(Readable.from(writeImages(JSON.stringify(head), files)));
}

/** The task is not at its end: the server stops, or the time is over. A repeat waits on. */
function sendLater(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const message = 'The image is still being made; the same request, sent again, waits for it';
  return reply
    .code(503)
    .headers({ 'content-type': JSON_TYPE, 'x-should-retry': 'true', 'retry-after': '1' })
    .send(openaiErrors.render(new AppError('provider_unavailable', { message }), request.id));
}

/** The answer piece by piece: a file is never in memory as a whole. */
async function* writeImages(
  head: string,
  files: readonly Awaited<ReturnType<typeof openOutput>>[],
): AsyncGenerator<string> {
  yield `${head.slice(0, -1)},"data":[`;
  for (const [at, file] of files.entries()) {
    const opened = await file.read();
    if (opened === null) throw new AppError('link_invalid');
    yield `${at > 0 ? ',' : ''}{"b64_json":"`;
    let left = Buffer.alloc(0);
    for await (const chunk of opened.stream) {
      const bytes = Buffer.concat([left, chunk as Buffer]);
      const whole = bytes.length - (bytes.length % GROUP_BYTES);
      left = bytes.subarray(whole);
      yield bytes.toString('base64', 0, whole);
    }
    yield `${left.toString('base64')}"}`;
  }
  yield ']}';
}
