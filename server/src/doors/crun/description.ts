// What the OpenAPI document says of the Crun API besides its routes: its parts, and what it posts to receivers.
import { refer } from '../../http/named-schemas.ts';

/** What is posted to the `callback_url` of a create. */
function callback(operationId: string, summary: string): object {
  const header = (name: string, description: string) => ({
    name,
    in: 'header',
    required: true,
    description,
    schema: { type: 'string' },
  });
  return {
    post: {
      operationId,
      tags: ['Callbacks'],
      summary,
      description: 'Signed as Standard Webhooks has it, and sent at least once; see docs/callbacks.md.',
      parameters: [
        header('webhook-id', 'The same for every try of one callback.'),
        header('webhook-timestamp', 'Unix seconds.'),
        header('webhook-signature', '`v1,` and base64; several with a space between.'),
      ],
      requestBody: { required: true, content: { 'application/json': { schema: refer('Task') } } },
      responses: { '2XX': { description: 'Received.' }, '410': { description: 'No more of this, please.' } },
    },
  };
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
