// The OpenAI door: the Videos API as OpenAI's clients and those of others speak it, with any model of the catalogue.

import { acceptForms } from '../../http/forms.ts';
import type { TaskDoor } from '../door.ts';
import { openaiErrors } from './answer.ts';
import { type ContentParts, registerContentRoute } from './content.routes.ts';
import { DOOR } from './create.ts';
import { registerEditRoutes } from './edits.routes.ts';
import { registerImageRoutes } from './images.routes.ts';
import { registerModelRoutes } from './models.routes.ts';
import { renderEvent } from './videos.presenter.ts';
import { registerVideoRoutes, type VideoRouteParts } from './videos.routes.ts';

export interface OpenaiParts extends VideoRouteParts, ContentParts {}

export const openaiDoor: TaskDoor<OpenaiParts> = {
  name: DOOR,
  prefix: '/v1',
  document: 'openai',
  tags: {
    'OpenAI videos': 'Videos and models in the dialect of OpenAI; see docs/doors.md.',
    'OpenAI images': 'Images in the dialect of OpenAI; see docs/doors.md.',
  },
  webhooks: {},
  examples: {
    openaiCreateVideo: {
      body: { model: 'reelay/draft-t2v', prompt: 'A lake at dawn', seconds: '5', size: '1280x720' },
    },
  },
  errors: openaiErrors,
  renderTask: renderEvent,
  register(scope, parts) {
    acceptForms(scope);
    scope.addHook('onRequest', (request, reply, done) => {
      // The clients show it as the id of the request.
      reply.header('x-request-id', request.id);
      done();
    });
    registerVideoRoutes(scope, parts);
    registerEditRoutes(scope, parts);
    registerContentRoute(scope, parts);
    registerImageRoutes(scope, parts);
    registerModelRoutes(scope, parts);
  },
};
