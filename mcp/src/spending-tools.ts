// The tools that spend or stop. A create names the most it may cost and a key of its own; the server refuses what is dearer,
// and the same key is the same task however often a call is repeated. Above the threshold of the key a person agrees first.
import {
  acceptedContent,
  type CallToolResult,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type McpServer,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod/v4';
import type { Agent } from './agent.ts';
import { answer, answerTask, refuse, refuseFor, taskSchema } from './answers.ts';
import { digestOf, type Order, readQuote, writeQuote } from './quotes.ts';
import { READING, waitSeconds } from './reading-tools.ts';
import { answerCreate } from './task-extension.ts';
import { waitForTask } from './waiting.ts';

/** What a person was asked to agree to; signed, since a client carries it. */
export interface Consent {
  digest: string;
  credits: number;
  /** Of the one create that it is for. */
  key: string;
}

const order = {
  model: z.string().max(100).describe('A name of list_models'),
  input: z.record(z.string(), z.unknown()).describe('As the schema of describe_model says'),
};

const createSchema = z.object({
  ...order,
  max_credits: z
    .number()
    .min(0)
    .describe('The most that the task may cost; the server refuses what is dearer'),
  idempotency_key: z
    .string()
    .min(8)
    .max(100)
    .regex(/^[\x21-\x7e]+$/)
    .describe('A new text for each new task. A repeat of this call with the same text makes no second task'),
  quote_id: z
    .string()
    .max(700)
    .optional()
    .describe('Of quote, for the same model and input; good for one task'),
  wait_s: waitSeconds,
});

type CreateArguments = z.infer<typeof createSchema>;

const consentSchema = z.object({
  approve: z.boolean().describe('Whether the task may be made at this price'),
});

/** What a create stands on. */
export interface Tools {
  server: McpServer;
  agent: Agent;
  codec: RequestStateCodec<Consent>;
}

export function addSpendingTools(tools: Tools): void {
  const { server, agent } = tools;
  const { reelay, secret } = agent;
  server.registerTool(
    'quote',
    {
      title: 'Ask for a price',
      description:
        'What a task would cost, and a quote_id for create_task: with it the task costs no more than this, and one quote makes one task. Free; good for 15 minutes.',
      inputSchema: z.object(order),
      outputSchema: z.object({
        quote_id: z.string(),
        credits: z.number(),
        balance: z.number(),
        affordable: z.boolean(),
        until: z.number().describe('Unix seconds'),
      }),
      annotations: READING,
    },
    async (asked, { mcpReq: { signal } }) =>
      reelay.quote(asked.model, asked.input, { signal }).then((found) => {
        const { balance, affordable, estimated_credits: credits } = found;
        const { id, quote } = writeQuote(asked, credits, secret);
        return answer({ quote_id: id, credits, balance, affordable, until: quote.until });
      }, refuseFor),
  );
  server.registerTool(
    'create_task',
    {
      title: 'Make a video, a picture or sound',
      description:
        'Makes one task and holds its price. It spends credits of the user: ask for a quote first, and pass what the user has agreed to as max_credits. If a call is cut or times out, repeat it with the same idempotency_key.',
      inputSchema: createSchema,
      outputSchema: taskSchema,
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    },
    async (asked, context) => createTask(tools, asked, context).catch(refuseFor),
  );
  server.registerTool(
    'cancel_task',
    {
      title: 'Cancel a task',
      description:
        'Stops a task that can still be stopped; its credits come back. What has ended stays as it is.',
      inputSchema: z.object({ task_id: z.string().max(100) }),
      outputSchema: taskSchema,
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
    },
    async ({ task_id: taskId }, { mcpReq: { signal } }) =>
      reelay.tasks.cancel(taskId, { signal }).then(answerTask, refuseFor),
  );
}

async function createTask(
  { server, agent, codec }: Tools,
  asked: CreateArguments,
  context: ServerContext,
): Promise<CallToolResult | InputRequiredResult> {
  const { reelay, secret } = agent;
  const { model, input, max_credits: most, idempotency_key: key, quote_id: quoteId, wait_s: seconds } = asked;
  const quote = quoteId === undefined ? undefined : readQuote(quoteId, { model, input }, secret);
  if (typeof quote === 'string') return refuse('quote_refused', quote, { next: 'Call quote again.' });
  // A quote makes one task, whatever the keys of the calls that name it.
  const idempotencyKey = quote === undefined ? `mcp:${key}` : `mcp-quote:${quote.number}`;
  const order = { model, input, key: idempotencyKey };
  const consent = await askConsent({ server, agent, codec }, order, context);
  if (typeof consent === 'object') return consent;
  const maxCredits = Math.min(most, quote?.credits ?? most, consent);
  const { signal } = context.mcpReq;
  const { task_id: taskId } = await reelay.tasks.create(model, input, { maxCredits, idempotencyKey, signal });
  return answerCreate(await waitForTask(reelay, { taskId, seconds: seconds ?? 0 }, context), context);
}

/** What the task may cost as far as consent goes; else the question to the person, or a refusal. */
async function askConsent(
  { server, agent, codec }: Tools,
  order: Order & { key: string },
  context: ServerContext,
): Promise<number | CallToolResult | InputRequiredResult> {
  const { confirmAbove } = agent.rules;
  if (confirmAbove === undefined) return Number.POSITIVE_INFINITY;
  const { mcpReq } = context;
  const { estimated_credits: credits, balance } = await agent.reelay.quote(order.model, order.input, mcpReq);
  // The price may rise before the create.
  if (credits <= confirmAbove) return confirmAbove;
  const asked: Consent = { digest: digestOf(order), credits, key: order.key };
  const answered = inputResponse(mcpReq.inputResponses, 'consent');
  if (answered.kind === 'elicit' && isSame(mcpReq.requestState<Consent>(), asked)) {
    const isGiven = acceptedContent(mcpReq.inputResponses, 'consent', consentSchema)?.approve === true;
    const message = `The user did not agree to ${credits} credits.`;
    return isGiven ? credits : refuse('not_approved', message, { next: 'Do not try again.' });
  }
  if (!canAsk(server, context)) {
    const message = `The price is ${credits} credits, and above ${confirmAbove} a person has to agree. This client cannot ask.`;
    return refuse('approval_needed', message, { next: WITHOUT_QUESTIONS });
  }
  const message = `Make it with ${order.model} for ${credits} credits? The balance is ${balance}. Prompt: ${promptOf(order)}`;
  return inputRequired({
    inputRequests: { consent: inputRequired.elicit({ message, requestedSchema: consentSchema }) },
    requestState: await codec.mint(asked),
  });
}

const WITHOUT_QUESTIONS =
  'The user can make it in the dashboard or by `reelay run`, or raise agents_confirm_above of the key.';

/** Whether the client has a way to ask. Of one of the older protocol over HTTP nothing is known, and no question reaches it. */
function canAsk({ server }: McpServer, { mcpReq }: ServerContext): boolean {
  const envelope = mcpReq.envelope as Record<string, unknown> | undefined;
  // A newer client says so with each request, an older one once for its connection.
  const said = envelope?.['io.modelcontextprotocol/clientCapabilities'] ?? server.getClientCapabilities();
  return typeof said === 'object' && said !== null && 'elicitation' in said;
}

function isSame(given: Consent | undefined, asked: Consent): boolean {
  return given?.digest === asked.digest && given.credits === asked.credits && given.key === asked.key;
}

const PROMPT_CHARACTERS_MAX = 200;

function promptOf({ input: { prompt } }: Order): string {
  return typeof prompt === 'string' ? prompt.slice(0, PROMPT_CHARACTERS_MAX) : 'none';
}
