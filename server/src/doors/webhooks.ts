// What the OpenAPI document says of something that is posted to a receiver, at any door.

interface Webhook {
  operationId: string;
  tags: readonly string[];
  summary: string;
  /** Of the body. */
  schema: object;
}

/** Describes a webhook: all are signed and sent in the same way. */
export function describeWebhook({ operationId, tags, summary, schema }: Webhook): object {
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
      tags,
      summary,
      description: 'Signed as Standard Webhooks has it, and sent at least once; see docs/callbacks.md.',
      parameters: [
        header('webhook-id', 'The same for every try of one callback.'),
        header('webhook-timestamp', 'Unix seconds.'),
        header('webhook-signature', '`v1,` and base64; several with a space between.'),
      ],
      requestBody: { required: true, content: { 'application/json': { schema } } },
      responses: { '2XX': { description: 'Received.' }, '410': { description: 'No more of this, please.' } },
    },
  };
}
