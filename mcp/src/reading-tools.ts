// The tools that only read: what can be made, what it needs, and what became of what was made.
import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod/v4';
import type { Agent } from './agent.ts';
import { answer, answerTask, describeTask, refuseFor, taskSchema } from './answers.ts';
import { WAIT_SECONDS_MAX, waitForTask } from './waiting.ts';

export const READING = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};
export const waitSeconds = z
  .number()
  .min(0)
  .max(WAIT_SECONDS_MAX)
  .optional()
  .describe(`Seconds to wait for the end, ${WAIT_SECONDS_MAX} at most; 0 or nothing answers at once`);

const LIST_MAX = 50;
const limit = z.number().int().min(1).max(LIST_MAX).optional().describe('20 unless given');
const LIST_USUAL = 20;

async function take<Item>(items: AsyncIterable<Item>, count: number): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) if (found.push(item) >= count) break;
  return found;
}

export function addReadingTools(server: McpServer, agent: Agent): void {
  addCatalogueTools(server, agent);
  const { reelay } = agent;
  server.registerTool(
    'get_task',
    {
      title: 'Look at a task, or wait for its end',
      description:
        'The state of a task, and its files once it has succeeded. With wait_s it waits within the call; if the task has not ended by then, call again. Waiting costs nothing.',
      inputSchema: z.object({ task_id: z.string().max(100), wait_s: waitSeconds }),
      outputSchema: taskSchema,
      annotations: READING,
    },
    async ({ task_id: taskId, wait_s: seconds = 0 }, context) =>
      waitForTask(reelay, { taskId, seconds }, context).then(answerTask, refuseFor),
  );
  server.registerTool(
    'list_tasks',
    {
      title: 'List the tasks of the account',
      description:
        'Tasks, the newest first. Use it to find a task whose id was lost; do not create it again.',
      inputSchema: z.object({
        status: z.enum(['pending', 'running', 'success', 'failed']).optional(),
        limit,
      }),
      outputSchema: z.object({ tasks: z.array(taskSchema) }),
      annotations: READING,
    },
    async ({ status, limit: count = LIST_USUAL }, { mcpReq: { signal } }) =>
      take(reelay.tasks.list({ status, limit: count, signal }), count).then(
        (tasks) => answer({ tasks: tasks.map(describeTask) }),
        refuseFor,
      ),
  );
  server.registerTool(
    'get_balance',
    {
      title: 'Credits of the account',
      description: 'What can be spent, and what running tasks hold. With a test key credits are play money.',
      outputSchema: z.object({ balance: z.number(), held: z.number(), mode: z.string() }),
      annotations: READING,
    },
    async ({ mcpReq: { signal } }) =>
      reelay.balance({ signal }).then((balance) => answer({ ...balance, mode: agent.rules.mode }), refuseFor),
  );
}

function addCatalogueTools(server: McpServer, { reelay }: Agent): void {
  server.registerTool(
    'list_models',
    {
      title: 'List models',
      description:
        'Models that make videos, pictures and sound, with what each takes and costs. Then describe_model.',
      inputSchema: z.object({
        modality: z.enum(['video', 'image', 'audio']).optional(),
        operation: z.string().max(50).optional().describe('Such as text-to-video or image-to-video'),
      }),
      outputSchema: z.object({ models: z.array(z.record(z.string(), z.unknown())) }),
      annotations: READING,
    },
    async ({ modality, operation }, { mcpReq: { signal } }) =>
      reelay.models.list({ modality, operation, signal }).then((models) => {
        const rows = models
          .filter(({ enabled }) => enabled)
          .map(({ model, title, operations, usual_credits, usual_seconds }) => {
            return { model, title, operations, usual_credits, usual_seconds };
          });
        return answer({ models: rows });
      }, refuseFor),
  );
  server.registerTool(
    'describe_model',
    {
      title: 'Describe a model',
      description: 'The JSON Schema of the input of a model, its price and an example. Read it before quote.',
      inputSchema: z.object({ model: z.string().max(100) }),
      outputSchema: z.looseObject({ model: z.string() }),
      annotations: READING,
    },
    async ({ model }, { mcpReq: { signal } }) =>
      reelay.models
        .get(model, { signal })
        .then(({ model: name, description, price, input_schema, example }) => {
          return answer({ model: name, description, price, input_schema, example });
        }, refuseFor),
  );
  server.registerTool(
    'list_templates',
    {
      title: 'List effect templates',
      description:
        'Effects for the pictures of a user, with the model and the field that takes the id of each.',
      inputSchema: z.object({
        q: z.string().max(100).optional().describe('Words of its title or tags'),
        limit,
      }),
      outputSchema: z.object({ templates: z.array(z.record(z.string(), z.unknown())) }),
      annotations: READING,
    },
    async ({ q, limit: count = LIST_USUAL }, { mcpReq: { signal } }) =>
      take(reelay.templates.list({ q, signal }), count).then((templates) => {
        const rows = templates.map(
          ({ template_id, input_field, model, title, images_min, images_max, prices }) => {
            return { template_id, input_field, model, title, images_min, images_max, prices };
          },
        );
        return answer({ templates: rows });
      }, refuseFor),
  );
}
