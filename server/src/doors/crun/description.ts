// What the OpenAPI document says of the Crun API besides its routes: its parts, and what it posts to receivers.
import { refer } from '../../http/named-schemas.ts';
import { describeWebhook } from '../webhooks.ts';

/** What is posted to the `callback_url` of a create. */
function callback(operationId: string, summary: string): object {
  return describeWebhook({ operationId, tags: ['Callbacks'], summary, schema: refer('Task') });
}

export const crunWebhooks = {
  taskEnded: callback('taskEnded', 'A task has ended'),
  taskResultLate: callback('taskResultLate', 'The result of a task that failed has come after all'),
};

export const crunTags = {
  Tasks: 'Creating, reading and ending tasks.',
  Catalogue: 'Models and templates.',
  Account: 'Credits and their use.',
  Files: 'Uploads.',
  Callbacks: 'What was posted, and its secret.',
};
