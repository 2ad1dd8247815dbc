// Videos: create, remix, read, list and delete. They are tasks; nothing here has a state of its own.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, refuseFaults } from '../../errors.ts';
import { bodyOf } from '../../http/body.ts';
import { FORM_BODY } from '../../http/forms.ts';
import { callerOf } from '../../http/gate.ts';
import { rateFields } from '../../http/rate.ts';
import { readQuery } from '../../http/read.ts';
import { isObject, type JsonObject, parseOwnJson } from '../../lib/json.ts';
import { type Clock, SECOND_MS } from '../../lib/time.ts';
import type { TaskView } from '../../tasks/task.ts';
import { CREATE_ERRORS } from '../creating.ts';
import { send } from './answer.ts';
import { createOnce, type Made, type VideoParts } from './create.ts';
import { needVideoId, noVideo, readVideoId, toVideoId } from './ids.ts';
import { extrasOf, findStrayFiles, readVideoBody } from './video-body.ts';
import { presentVideo, type Video, type VideoSource } from './videos.presenter.ts';
import {
  createVideoSchema,
  deleteVideoSchema,
  listVideosSchema,
  remixSchema,
  retrieveVideoSchema,
} from './videos.schemas.ts';

export interface VideoRouteParts extends VideoParts {
  clock: Clock;
}

/** How a create at this door is refused. */
export const CREATE_REFUSALS = [...CREATE_ERRORS, 'model_not_found', 'uploads_full', 'storage_full'] as const;
/** A client looks at a video that is not ready after so long; clients that read the header keep to it. */
const POLL_AFTER_MS = 1_000;
/** How long a delete waits for the end of a task that it has cancelled. */
const CANCEL_MS = 5 * SECOND_MS;

interface ById {
  Params: { video_id: string };
}

export function registerVideoRoutes(app: FastifyInstance, parts: VideoRouteParts): void {
  const read = { access: 'account', rate: 'read' } as const;
  const create = { access: 'account', rate: 'create', body: FORM_BODY } as const;
  app.post(
    '/videos',
    { schema: createVideoSchema, config: { ...create, errors: CREATE_REFUSALS } },
    async (request, reply) => {
      const made = await createOnce(parts, request, () => {
        const { value, picture } = readVideoBody(parts.catalog, bodyOf(request));
        return { value, pictures: picture === undefined ? [] : [picture] };
      });
      return sendMade(parts, { request, reply, made });
    },
  );
  app.post<ById>(
    '/videos/:video_id/remix',
    { schema: remixSchema, config: { ...create, errors: [...CREATE_REFUSALS, 'task_not_found'] } },
    (request, reply) => remix(parts, request, reply),
  );
  app.get(
    '/videos',
    { schema: listVideosSchema, config: { ...read, errors: ['validation_failed'] } },
    (request, reply) => listVideos(parts, request, reply),
  );
  app.get<ById>(
    '/videos/:video_id',
    { schema: retrieveVideoSchema, config: { ...read, errors: ['task_not_found'] } },
    async (request, reply) => {
      const row = await readVideo(parts, request);
      if (row.completed_at === null) reply.header('openai-poll-after-ms', String(POLL_AFTER_MS));
      return send(reply, await present(parts, request, row));
    },
  );
  app.delete<ById>(
    '/videos/:video_id',
    {
      schema: deleteVideoSchema,
      config: { ...read, needs: 'member', errors: ['task_not_found', 'conflict'] },
    },
    (request, reply) => deleteVideo(parts, request, reply),
  );
}

/** The task behind the id in the address. @throws AppError `task_not_found`, also for what is no video. */
export function readVideo(parts: FindingParts, request: FastifyRequest<ById>): Promise<TaskView> {
  return findVideo(parts, request, request.params.video_id);
}

type FindingParts = Pick<VideoParts, 'tasks' | 'admission' | 'catalog'>;

/** The task behind an id. @throws AppError `task_not_found`, also for what is no video. */
export async function findVideo(
  { tasks, admission, catalog }: FindingParts,
  request: FastifyRequest,
  given: string,
): Promise<TaskView> {
  const row = await tasks.read(callerOf(request), needVideoId(given)).catch((error: unknown) => {
    throw error instanceof AppError && error.errorName === 'task_not_found' ? noVideo(given) : error;
  });
  // A model that left the catalogue has made videos all the same.
  if ((catalog.modalityOf(row.model) ?? 'video') !== 'video') throw noVideo(given);
  admission.noteRead(row.id);
  return row;
}

async function present(parts: VideoRouteParts, request: FastifyRequest, row: VideoSource): Promise<Video> {
  const usual = row.state === 'running' ? await parts.tasks.usualTimes(callerOf(request)) : undefined;
  const nowMs = parts.clock();
  return presentVideo({ ...parts, linkTo: parts.tasks.linkTo }, row, {
    nowMs,
    usualSeconds: usual?.(row.model),
  });
}

/** A task that was made a moment ago, without a look at its row. */
function toNewRow({ created, checked, sent }: Made, nowMs: number): VideoSource | undefined {
  if (checked === undefined) return undefined;
  return {
    id: created.taskId,
    model: checked.model.model,
    input: JSON.stringify(checked.input),
    sent: sent === undefined ? null : JSON.stringify(sent),
    state: 'pending',
    created_at: new Date(nowMs),
    started_at: null,
    completed_at: null,
    result_error: null,
    result_message: null,
    outputs: null,
  };
}

/** Answers with the video of a create. */
export async function sendMade(
  parts: VideoRouteParts,
  { request, reply, made }: { request: FastifyRequest; reply: FastifyReply; made: Made },
): Promise<FastifyReply> {
  const { taskId, replayed, createsMax: max, createsLeft: left, retryMs: resetMs } = made.created;
  const { createsWindowSeconds: windowSeconds } = callerOf(request);
  if (replayed) reply.header('idempotent-replayed', 'true');
  else reply.headers(rateFields({ policy: 'create', max, windowSeconds, left, resetMs }));
  const row = toNewRow(made, parts.clock()) ?? (await parts.tasks.read(callerOf(request), taskId));
  return send(reply, await present(parts, request, row));
}

async function remix(
  parts: VideoRouteParts,
  request: FastifyRequest<ById>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const made = await createOnce(parts, request, async () => {
    const row = await readVideo(parts, request);
    const { value, files } = bodyOf(request);
    if (!isObject(value)) throw refuseFaults(['body: must be a JSON object']);
    const { prompt } = value;
    const faults = findStrayFiles(files, []);
    if (typeof prompt !== 'string' || prompt === '')
      faults.push('prompt: is required and must be of type string');
    if (row.state !== 'succeeded') faults.push('video_id: only a completed video can be remixed');
    if (faults.length > 0) throw refuseFaults(faults);
    const input = { ...parseOwnJson<JsonObject>(row.input), prompt: prompt ?? null };
    return {
      value: { model: row.model, input, ...extrasOf(value, files !== undefined) },
      pictures: [],
      kept: { remixed_from: toVideoId(row.id) },
    };
  });
  return sendMade(parts, { request, reply, made });
}

async function listVideos(
  parts: VideoRouteParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { after, limit, order } = readQuery(request, listVideosSchema.querystring);
  const from = after === undefined ? undefined : readVideoId(after);
  if (after !== undefined && from === undefined)
    throw refuseFaults(['after: must be the id of a video, as a list gives it']);
  const { catalog, tasks } = parts;
  const models = catalog.models.filter(({ modality }) => modality === 'video').map(({ model }) => model);
  const page =
    limit === 0
      ? { rows: [], hasMore: false }
      : await tasks.list(callerOf(request), { models, order, before: from, limit });
  const data = await Promise.all(page.rows.map((row) => present(parts, request, row)));
  return send(reply, {
    object: 'list',
    data,
    first_id: data.at(0)?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: page.hasMore,
  });
}

async function deleteVideo(
  parts: VideoRouteParts,
  request: FastifyRequest<ById>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { tasks } = parts;
  const caller = callerOf(request);
  const row = await readVideo(parts, request);
  if (row.completed_at === null && !(await endNow(parts, request, row.id))) {
    throw new AppError('conflict', {
      message: 'The video is being cancelled; delete it again once it has failed',
    });
  }
  await tasks.remove(caller, row.id);
  return send(reply, { id: toVideoId(row.id), object: 'video.deleted', deleted: true });
}

/** Cancels a task and waits for its end. @returns whether it has come. */
async function endNow({ tasks }: VideoParts, request: FastifyRequest, taskId: string): Promise<boolean> {
  const caller = callerOf(request);
  const gone = new AbortController();
  const leave = () => gone.abort();
  request.raw.socket.once('close', leave);
  try {
    await tasks.cancel(caller, taskId).catch((error: unknown) => {
      // It may have ended meanwhile.
      if (!(error instanceof AppError && error.errorName === 'not_cancellable')) throw error;
    });
    const { completed_at: end } = await tasks.wait(caller, taskId, {
      timeoutMs: CANCEL_MS,
      signal: gone.signal,
    });
    return end !== null;
  } finally {
    request.raw.socket.off('close', leave);
  }
}
