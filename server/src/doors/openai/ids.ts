// Ids as this door writes them: `video_` and the id of the task without its dashes.
import { AppError } from '../../errors.ts';
import { isUuid } from '../../lib/ids.ts';

const PREFIX = 'video_';

export function toVideoId(taskId: string): string {
  return PREFIX + taskId.replaceAll('-', '');
}

/** The id of the task; undefined for a text that cannot be an id. The id of the task itself is taken too. */
export function readVideoId(text: string): string | undefined {
  const hex = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text.replaceAll('-', '');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5').toLowerCase();
  return isUuid(id) ? id : undefined;
}

/** @throws AppError `task_not_found`. */
export function needVideoId(text: string): string {
  const id = readVideoId(text);
  if (id === undefined) throw noVideo(text);
  return id;
}

export function noVideo(text: string): AppError {
  return new AppError('task_not_found', { message: `There is no video ${text.slice(0, 100)}` });
}
