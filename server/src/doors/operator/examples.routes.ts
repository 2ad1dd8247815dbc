// Which results every account sees as examples of a model.
import type { FastifyInstance } from 'fastify';
import { readQuery } from '../../http/read.ts';
import type { Examples } from '../../tasks/examples.ts';
import { send } from '../plain.ts';
import { presentPage, withOneMore } from '../plain-page.ts';
import { forOperator } from './answer.ts';
import { presentExample } from './examples.presenter.ts';
import { chooseExampleSchema, dropExampleSchema, listExamplesSchema } from './examples.schemas.ts';

export interface ExampleParts {
  examples: Examples;
}

interface TaskRoute {
  Params: { id: string };
}

export function registerExampleRoutes(app: FastifyInstance, { examples }: ExampleParts): void {
  app.get(
    '/examples',
    { schema: listExamplesSchema, config: forOperator('validation_failed') },
    async (request, reply) => {
      const { model, ...page } = readQuery(request, listExamplesSchema.querystring);
      const rows = await examples.list({ ...withOneMore(page), model });
      return send(reply, presentPage(rows, page, presentExample));
    },
  );
  app.put<TaskRoute>(
    '/tasks/:id/example',
    { schema: chooseExampleSchema, config: forOperator('not_found', 'conflict') },
    async ({ params }, reply) => send(reply, presentExample(await examples.choose(params.id))),
  );
  app.delete<TaskRoute>(
    '/tasks/:id/example',
    { schema: dropExampleSchema, config: forOperator('not_found') },
    async ({ params }, reply) => send(reply, presentExample(await examples.drop(params.id))),
  );
}
