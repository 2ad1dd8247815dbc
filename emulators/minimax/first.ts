// The first version of MiniMax's video API: create, query, and the address of a file. Errors come with HTTP
// 200.
import type { JsonObject } from '../../server/src/lib/json.ts';
import { SECOND_MS } from '../../server/src/lib/time.ts';
import type { Tools } from '../core/api.ts';
import { type ApiRequest, type Reply, type Route, replyJson } from '../core/exchange.ts';
import type { Job, JobState, Jobs } from '../core/job.ts';
import type { Accept } from './create.ts';
import { baseResp, invalid, type MinimaxError, refuseFirst } from './errors.ts';
import { readFirst } from './first-check.ts';
import { MINIMAX_STATES, type MinimaxTask, sizeOf } from './order.ts';

const WORDS: Readonly<Record<JobState, string>> = {
  queued: 'Queueing',
  running: 'Processing',
  succeeded: 'Success',
  failed: 'Fail',
  cancelled: 'Fail',
  expired: 'Fail',
};

interface FirstParts {
  tools: Tools;
  jobs: Jobs<MinimaxTask>;
  accept: Accept;
  /** Tasks by the id of their file. */
  taskOfFile: ReadonlyMap<string, string>;
}

export function routesOfFirst({ tools, jobs, accept, taskOfFile }: FirstParts): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/video_generation',
      on: 'start',
      async answer(request) {
        const result = await accept(request, readFirst(request.json));
        return 'code' in result ? refuseFirst(result, { task_id: '' }) : created(result);
      },
    },
    {
      method: 'GET',
      path: '/v1/query/video_generation',
      on: 'poll',
      answer: (request) => query(request, jobs),
    },
    {
      method: 'GET',
      path: '/v1/files/retrieve',
      on: 'other',
      answer: (request) => retrieve(request, { tools, jobs, taskOfFile }),
    },
  ];
}

function created({ id }: Job<MinimaxTask>): Reply {
  return replyJson({ task_id: id, ...baseResp() });
}

function query(request: ApiRequest, jobs: Jobs<MinimaxTask>): Reply {
  const job = jobs.find(request, request.query.get('task_id') ?? '');
  if (job?.data.order.api === 'v1') return replyJson(showFirst(job));
  return refuseFirst(invalid('invalid task_id'), { task_id: '', status: '', file_id: '' });
}

/** The answer to a query. */
function showFirst(job: Job<MinimaxTask>): JsonObject {
  const { order, fileId } = job.data;
  const isDone = job.state === 'succeeded';
  const { width, height } = sizeOf(order);
  return {
    task_id: job.id,
    status: job.status === MINIMAX_STATES[job.state] ? WORDS[job.state] : job.status,
    file_id: isDone ? fileId : '',
    video_width: isDone ? width : 0,
    video_height: isDone ? height : 0,
    ...baseResp(job.state === 'failed' ? readFailure(job) : undefined),
  };
}

/** A fault says `{ code, message }`, as the second version would show it. */
function readFailure({ error }: Job<MinimaxTask>): MinimaxError {
  const { code = '1000', message = 'unknown error' } = (error ?? {}) as JsonObject;
  return { code: Number(code), message: String(message) };
}

/**
 * A callback uses other words than the query:
 * https://platform.minimax.io/docs/api-reference/video-generation-t2v.
 */
export function postOfFirst(job: Job<MinimaxTask>): JsonObject {
  const isOpen = job.state === 'queued' || job.state === 'running';
  const ending = job.state === 'succeeded' ? 'success' : 'failed';
  return { ...showFirst(job), status: isOpen ? 'processing' : ending };
}

/** Each request returns an address that works for an hour from now. */
function retrieve(request: ApiRequest, { tools, jobs, taskOfFile }: Omit<FirstParts, 'accept'>): Reply {
  const fileId = request.query.get('file_id') ?? '';
  const job = jobs.find(request, taskOfFile.get(fileId) ?? '');
  if (job?.state !== 'succeeded') return refuseFirst(invalid('file_id not found'));
  const nowMs = tools.clock.now();
  const { order } = job.data;
  const shape = { kind: 'mp4' as const, ...sizeOf(order), seconds: order.seconds };
  const file = {
    file_id: Number(fileId),
    bytes: 0,
    created_at: Math.floor((job.endedAtMs ?? nowMs) / SECOND_MS),
    filename: 'output_aigc.mp4',
    purpose: 'video_generation',
    download_url: tools.files.url({ ...job, endedAtMs: nowMs }, shape),
  };
  return replyJson({ file, ...baseResp() });
}
