// The bytes of a video: the file itself, or pictures of it.
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import type { LinkedFile } from '../../files/reading.ts';
import type { VideoPictures } from '../../files/video-pictures.ts';
import { callerOf } from '../../http/gate.ts';
import { readQuery } from '../../http/read.ts';
import { sendStored } from '../../http/stored-file.ts';
import type { LinkToOutput, StoredOutput, TaskView } from '../../tasks/task.ts';
import type { VideoParts } from './create.ts';
import { toVideoId } from './ids.ts';
import { videoFileOf } from './videos.presenter.ts';
import { readVideo } from './videos.routes.ts';
import { contentSchema } from './videos.schemas.ts';

export interface ContentParts extends VideoParts {
  pictures: VideoPictures;
}

export function registerContentRoute(app: FastifyInstance, parts: ContentParts): void {
  const { tasks, files, pictures } = parts;
  app.get<{ Params: { video_id: string } }>(
    '/videos/:video_id/content',
    {
      schema: contentSchema,
      config: {
        access: 'account',
        rate: 'read',
        errors: [
          'task_not_found',
          'not_found',
          'link_invalid',
          'validation_failed',
          'rate_limited',
          'storage_full',
        ],
      },
    },
    async (request, reply) => {
      const { variant } = readQuery(request, contentSchema.querystring);
      const row = await readVideo(parts, request);
      const output = chooseFile(row);
      const open = (one: StoredOutput) => openOutput({ files, linkTo: tasks.linkTo }, row, one);
      const id = toVideoId(row.id);
      if (variant === 'video') {
        const extension = output.key.slice(output.key.lastIndexOf('.'));
        return sendStored(request, reply, await open(output), headersOf(id + extension));
      }
      const { accountId } = callerOf(request);
      if (variant === 'spritesheet') {
        const sheet = await pictures.make(accountId, await open(output), 'sheet');
        return reply
          .headers(headersOf(`${id}.jpg`))
          .type('image/jpeg')
          .send(sheet);
      }
      const { poster } = output;
      const frame =
        poster === undefined
          ? await pictures.make(accountId, await open(output), 'frame')
          : await pictures.make(accountId, await open({ ...output, key: poster }), 'picture');
      return reply
        .headers(headersOf(`${id}.webp`))
        .type('image/webp')
        .send(frame);
    },
  );
}

function headersOf(name: string): Record<string, string> {
  return {
    'content-disposition': `attachment; filename="${name}"`,
    'cache-control': 'private, no-store',
  };
}

/** @throws AppError `not_found` for a video that is not ready, as OpenAI says it, and for one that failed. */
function chooseFile(row: TaskView): StoredOutput {
  const id = toVideoId(row.id);
  const file = videoFileOf(row);
  if (row.completed_at === null) {
    const message = `Video is not ready yet, use GET /v1/videos/${id} to check status.`;
    throw new AppError('not_found', { message });
  }
  if (file === undefined)
    throw new AppError('not_found', { message: `Video ${id} has no content: it failed.` });
  return file;
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
