// A task as a video of OpenAI's API, and the event that is posted about it.

import type { Catalog } from '../../catalog/catalog.ts';
import type { ErrorName } from '../../errors.ts';
import { timeOfId } from '../../lib/ids.ts';
import { isObject, type JsonObject, parseOwnJson } from '../../lib/json.ts';
import { DAY_MS, SECOND_MS, toUnixSeconds } from '../../lib/time.ts';
import type { LinkToOutput, StoredOutput, TaskState, TaskView } from '../../tasks/task.ts';
import type { Presented } from '../plain-schemas.ts';
import { toVideoId } from './ids.ts';
import { sizeOfInput } from './sizes.ts';
import type { videoObject } from './videos.schemas.ts';

export type Video = Presented<typeof videoObject>;

/** What a video is made of; a new task has no more than this. */
export type VideoSource = Pick<
  TaskView,
  | 'id'
  | 'model'
  | 'input'
  | 'sent'
  | 'state'
  | 'created_at'
  | 'started_at'
  | 'completed_at'
  | 'result_error'
  | 'result_message'
  | 'outputs'
>;

const STATUSES = {
  pending: 'queued',
  running: 'in_progress',
  storing: 'in_progress',
  succeeded: 'completed',
  failed: 'failed',
  cancelled: 'failed',
  expired: 'failed',
} as const satisfies Record<TaskState, Video['status']>;

/** How a task failed, where that has a code of its own; OpenAI has the first for what it refuses to draw. */
const FAILURES: Partial<Record<ErrorName, string>> = {
  content_refused: 'moderation_blocked',
  input_unusable: 'invalid_input',
  outcome_unknown: 'outcome_unknown',
  provider_unavailable: 'provider_unavailable',
  task_cancelled: 'cancelled',
  task_expired: 'expired',
};

export interface PresentingParts {
  catalog: Pick<Catalog, 'fillInput'>;
  linkTo: LinkToOutput;
  resultDays: number;
}

/** The files of a task: none before it has ended. */
export function outputsOf({ outputs }: Pick<TaskView, 'outputs'>): StoredOutput[] {
  return outputs === null ? [] : parseOwnJson<StoredOutput[]>(outputs);
}

/** The video among the files, which may have a last frame beside it. */
export function videoFileOf(row: Pick<TaskView, 'outputs'>): StoredOutput | undefined {
  return outputsOf(row).find(({ kind }) => kind === 'video');
}

/** What was sent, with what this door keeps beside it. */
function keptOf({ sent, model }: VideoSource): { model: string; remixedFrom: string | null } {
  const kept = sent === null ? {} : parseOwnJson<JsonObject>(sent);
  return {
    model: typeof kept.model === 'string' ? kept.model : model,
    remixedFrom: typeof kept.remixed_from === 'string' ? kept.remixed_from : null,
  };
}

/** How far a task is by the usual time of its model; it says 100 only when the video is there. */
function progressOf(row: VideoSource, nowMs: number, usualSeconds: number | undefined): number {
  if (row.state === 'succeeded') return 100;
  if (row.state === 'storing') return 99;
  if (row.state !== 'running' || row.started_at === null) return 0;
  const usualMs = (usualSeconds ?? 60) * SECOND_MS;
  return Math.min(95, Math.max(1, Math.floor((100 * (nowMs - row.started_at.getTime())) / usualMs)));
}

function failureOf({ state, result_error: name, result_message: message }: VideoSource): Video['error'] {
  if (STATUSES[state] !== 'failed') return null;
  return {
    code: (name && FAILURES[name]) ?? 'generation_failed',
    message: message ?? 'The video could not be made',
  };
}

/** @param usualSeconds of the model, where it is known. */
export function presentVideo(
  { catalog, linkTo, resultDays }: PresentingParts,
  row: VideoSource,
  { nowMs, usualSeconds }: { nowMs: number; usualSeconds?: number },
): Video {
  const given = parseOwnJson<JsonObject>(row.input);
  const filled = catalog.fillInput(row.model, isObject(given) ? given : {});
  const { model, remixedFrom } = keptOf(row);
  const completedAt = row.completed_at;
  const file = videoFileOf(row);
  const isThere = row.state === 'succeeded' && completedAt !== null;
  return {
    id: toVideoId(row.id),
    object: 'video',
    status: STATUSES[row.state],
    progress: progressOf(row, nowMs, usualSeconds),
    // From the id, which the answer to the create has too; the row is made a moment later.
    created_at: toUnixSeconds(timeOfId(row.id)),
    completed_at: isThere ? toUnixSeconds(completedAt) : null,
    expires_at: isThere ? Math.floor((completedAt.getTime() + resultDays * DAY_MS) / SECOND_MS) : null,
    model,
    prompt: typeof filled.prompt === 'string' ? filled.prompt : null,
    seconds: typeof filled.duration === 'number' ? String(filled.duration) : '0',
    size: sizeOfInput(filled),
    remixed_from_video_id: remixedFrom,
    error: failureOf(row),
    ...(isThere && file ? { url: linkTo(file, completedAt) } : {}),
  };
}

/** The event that a receiver gets at the end of a task; it names the video, which the receiver then asks for. */
export function renderEvent(row: TaskView): string {
  return JSON.stringify({
    id: `evt_${row.id.replaceAll('-', '')}`,
    object: 'event',
    created_at: toUnixSeconds(row.completed_at ?? row.created_at),
    type: row.state === 'succeeded' ? 'video.completed' : 'video.failed',
    data: { id: toVideoId(row.id) },
  });
}
