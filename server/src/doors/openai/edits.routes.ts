// Edits and extensions: a video from another one, by a model that declares it.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refuseFaults } from '../../errors.ts';
import { bodyOf } from '../../http/body.ts';
import { FORM_BODY } from '../../http/forms.ts';
import { createOnce } from './create.ts';
import { CHANGES, type Change, readChangeBody, type Source } from './edit-body.ts';
import { editVideoSchema, extendVideoSchema } from './edits.schemas.ts';
import { videoFileOf } from './videos.presenter.ts';
import { CREATE_REFUSALS, findVideo, sendMade, type VideoRouteParts } from './videos.routes.ts';

export function registerEditRoutes(app: FastifyInstance, parts: VideoRouteParts): void {
  const errors = [...CREATE_REFUSALS, 'task_not_found'] as const;
  const config = { access: 'account', rate: 'create', body: FORM_BODY, errors } as const;
  app.post('/videos/edits', { schema: editVideoSchema, config }, (request, reply) =>
    makeChanged(parts, { request, reply, change: CHANGES.edit }),
  );
  app.post('/videos/extensions', { schema: extendVideoSchema, config }, (request, reply) =>
    makeChanged(parts, { request, reply, change: CHANGES.extension }),
  );
}

async function makeChanged(
  parts: VideoRouteParts,
  { request, reply, change }: { request: FastifyRequest; reply: FastifyReply; change: Change },
): Promise<FastifyReply> {
  const findSource = (id: string) => readSource(parts, request, id);
  const made = await createOnce(parts, request, () =>
    readChangeBody(parts.catalog, bodyOf(request), { change, findSource }),
  );
  return sendMade(parts, { request, reply, made });
}

async function readSource(parts: VideoRouteParts, request: FastifyRequest, id: string): Promise<Source> {
  const row = await findVideo(parts, request, id);
  const file = videoFileOf(row);
  if (file === undefined || row.completed_at === null)
    throw refuseFaults(['video: must be a completed video']);
  return { taskId: row.id, model: row.model, url: parts.tasks.linkTo(file, row.completed_at) };
}
