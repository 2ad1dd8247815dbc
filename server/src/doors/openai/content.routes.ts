// The bytes of a video: the file itself, or pictures of it.
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import type { LinkedFile } from '../../files/reading.ts';
import { readQuery } from '../../http/read.ts';
import { sendStored } from '../../http/stored-file.ts';
import type { LinkToOutput, StoredOutput, TaskView } from '../../tasks/task.ts';
import type { VideoParts } from './create.ts';
import { toVideoId } from './ids.ts';
import { videoFileOf } from './videos.presenter.ts';
import { readVideo } from './videos.routes.ts';
import { contentSchema } from './videos.schemas.ts';

export interface ContentParts extends VideoParts {}

export function registerContentRoute(app: FastifyInstance, parts: ContentParts): void {
  const { tasks, files } = parts;
  app.get<{ Params: { video_id: string } }>(
    '/videos/:video_id/content',
    {
      schema: contentSchema,
      config: {
        access: 'account',
        rate: 'read',
        errors: ['task_not_found', 'not_found', 'link_invalid', 'validation_failed'],
      },
    },
    async (request, reply) => {
      const { variant } = readQuery(request, contentSchema.querystring);
      const row = await readVideo(parts, request);
      const output = chooseFile(row, variant);
      const file = await openOutput({ files, linkTo: tasks.linkTo }, row, output);
      const extension = output.key.slice(output.key.lastIndexOf('.'));
      const name = `${toVideoId(row.id)}${extension}`;
      return sendStored(request, reply, file, {
        'content-disposition': `attachment; filename="${name}"`,
        'cache-control': 'private, no-store',
      });
    },
  );
}

/** @throws AppError `not_found` for a video that is not ready, as OpenAI says it, and for what it does not have. */
function chooseFile(row: TaskView, variant: 'video' | 'thumbnail' | 'spritesheet'): StoredOutput {
  const id = toVideoId(row.id);
  const file = videoFileOf(row);
  if (row.completed_at === null) {
    const message = `Video is not ready yet, use GET /v1/videos/${id} to check status.`;
    throw new AppError('not_found', { message });
  }
  if (file === undefined)
    throw new AppError('not_found', { message: `Video ${id} has no content: it failed.` });
  if (variant === 'video') return file;
  if (variant === 'thumbnail' && file.poster !== undefined) return { ...file, key: file.poster };
  throw new AppError('not_found', { message: `Video ${id} has no ${variant}.` });
}

/** A file of a task by its own link, so that what no link opens is not given out here either. */
export function openOutput(
  { files, linkTo }: { files: Pick<Files, 'openLink'>; linkTo: LinkToOutput },
  { completed_at: completedAt }: TaskView,
  output: StoredOutput,
): Promise<LinkedFile> {
  const { searchParams } = new URL(linkTo(output, completedAt ?? new Date(0)));
  return files.openLink(output.key, Object.fromEntries(searchParams));
}
