// What a model makes, shown by results that the operator has chosen: the same for every account.
import type { FastifyInstance } from 'fastify';
import { readQuery } from '../../http/read.ts';
import { EXAMPLES_MAX, type Example, type Examples } from '../../tasks/examples.ts';
import { send } from '../plain.ts';
import type { Presented } from '../plain-schemas.ts';
import { forRole } from './answer.ts';
import { type example, listExamplesSchema } from './examples.schemas.ts';

export interface ExampleParts {
  examples: Examples;
}

export function registerExampleRoutes(app: FastifyInstance, { examples }: ExampleParts): void {
  app.get(
    '/examples',
    { schema: listExamplesSchema, config: forRole('reader', 'validation_failed') },
    async (request, reply) => {
      const { model } = readQuery(request, listExamplesSchema.querystring);
      const rows = await examples.list({ model, limit: EXAMPLES_MAX });
      return send(reply, { items: rows.map(presentExample), next: null });
    },
  );
}

/** Nothing of the account in which it was made, but the prompt. */
function presentExample(row: Example): Presented<typeof example> {
  return {
    id: row.id,
    prompt: row.prompt,
    is_draft: row.book === 'test',
    kind: row.kind,
    url: row.url,
    poster_url: row.posterUrl,
    content_type: row.contentType,
    chosen_at: row.chosen_at.toISOString(),
  };
}
