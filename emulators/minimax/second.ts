// The second version of MiniMax's video API: create, query, list, cancel or delete. Errors have their own status.
// https://platform.minimax.io/docs/api-reference/video-generation-v2-create and its siblings, read 2026-11-21.
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import { SECOND_MS } from '../../server/src/lib/time.ts';
import type { Tools } from '../core/api.ts';
import { type ApiRequest, type Route, readCount, replyJson } from '../core/exchange.ts';
import type { Job, Jobs } from '../core/job.ts';
import type { Accept } from './create.ts';
import { invalid, type MinimaxError, refuseSecond } from './errors.ts';
import { MINIMAX_STATES, type MinimaxTask, sizeOf } from './order.ts';
import { readSecond } from './second-check.ts';

const QUERY = '/v2/query/video_generation';
const PAGE_SIZE = 20;
/** No limits are documented. */
const PAGE_MAX = 10_000;
const PAGE_SIZE_MAX = 100;

interface SecondParts {
  tools: Tools;
  jobs: Jobs<MinimaxTask>;
  accept: Accept;
}

export function routesOfSecond({ tools, jobs, accept }: SecondParts): Route[] {
  const refuse = (error: MinimaxError) => refuseSecond(error, tools.random);
  const find = (request: ApiRequest) => {
    const job = jobs.find(request, request.params.id);
    return job?.data.order.api === 'v2' ? job : undefined;
  };
  return [
    {
      method: 'POST',
      path: '/v2/video_generation',
      on: 'start',
      async answer(request) {
        const result = await accept(request, readSecond(request.json));
        return 'code' in result ? refuse(result) : replyJson({ task_id: result.id });
      },
    },
    {
      method: 'GET',
      path: `${QUERY}/{id}`,
      on: 'poll',
      answer(request) {
        const job = find(request);
        return job ? replyJson({ task: showSecond(job, tools) }) : refuse(invalid('invalid task_id'));
      },
    },
    {
      method: 'GET',
      path: QUERY,
      on: 'list',
      answer(request) {
        const page = listSecond(request, { tools, jobs });
        return 'code' in page ? refuse(page as MinimaxError) : replyJson(page);
      },
    },
    {
      method: 'DELETE',
      path: '/v2/video_generation/{id}',
      on: 'cancel',
      answer(request) {
        const job = find(request);
        const result = job ? cancelOrDelete(job, jobs) : invalid('invalid task_id');
        return 'code' in result ? refuse(result as MinimaxError) : replyJson(result);
      },
    },
  ];
}

/** Cancels a waiting task and deletes the record of an ended one; the rest is refused. */
function cancelOrDelete(job: Job<MinimaxTask>, jobs: Jobs<MinimaxTask>): JsonObject | MinimaxError {
  if (jobs.cancel(job.id, ['queued'])) {
    return { task_id: job.id, action: 'cancelled', status: 'cancelled' };
  }
  if (job.state === 'running' || job.state === 'cancelled') return invalid(`the task is ${job.state}`);
  jobs.remove(job.id);
  return { task_id: job.id, action: 'deleted', status: 'deleted' };
}

function listSecond(
  request: ApiRequest,
  { tools, jobs }: Omit<SecondParts, 'accept'>,
): JsonObject | MinimaxError {
  const { query } = request;
  const pageNum = readCount(query.get('page_num'), 1, PAGE_MAX);
  const pageSize = readCount(query.get('page_size'), PAGE_SIZE, PAGE_SIZE_MAX);
  if (pageNum === undefined || pageSize === undefined)
    return invalid('page_num or page_size is out of range');
  const status = query.get('filter.status');
  if (status !== null && !Object.values(MINIMAX_STATES).includes(status)) return invalid('filter.status');
  const [ids, model, type] = [
    query.getAll('filter.task_ids'),
    query.get('filter.model'),
    query.get('filter.task_type'),
  ];
  const fitting = jobs
    .list(request)
    .filter(
      (job) =>
        job.data.order.api === 'v2' &&
        (status === null || job.status === status) &&
        (ids.length === 0 || ids.includes(job.id)) &&
        (model === null || job.model === model) &&
        (type === null || type === 'generation'),
    );
  const items = fitting.slice((pageNum - 1) * pageSize, pageNum * pageSize);
  return { items: items.map((job) => showSecond(job, tools)), total: fitting.length };
}

/** The task object, as it is answered and posted. */
export function showSecond(job: Job<MinimaxTask>, tools: Tools): JsonObject {
  const { order } = job.data;
  const seconds = (at: number) => Math.floor(at / SECOND_MS);
  const isDone = job.state === 'succeeded';
  return {
    id: job.id,
    model: order.model,
    status: job.status,
    ...(job.state === 'failed' || job.state === 'expired' ? { error: readError(job) } : {}),
    created_at: seconds(job.createdAtMs),
    updated_at: seconds(job.updatedAtMs),
    ...(isDone ? { content: { url: addressOf(job, tools) } } : {}),
    resolution: order.resolution,
    duration: order.seconds,
    usage: isDone ? usageOf(job) : {},
    ratio: order.ratio,
    task_type: 'generation',
    modality: 'video',
  };
}

function readError({ error }: Job<MinimaxTask>): Json {
  return error ?? { code: '1000', message: 'unknown error' };
}

function usageOf({ data: { order } }: Job<MinimaxTask>): JsonObject {
  return {
    total_seconds: order.seconds,
    input_seconds: 0,
    output_seconds: order.seconds,
    input_image_count: order.images,
  };
}

/** Each request returns an address that works for an hour from now. */
function addressOf(job: Job<MinimaxTask>, { files, clock }: Tools): string {
  const { order } = job.data;
  return files.url(
    { ...job, endedAtMs: clock.now() },
    { kind: 'mp4', ...sizeOf(order), seconds: order.seconds },
  );
}
