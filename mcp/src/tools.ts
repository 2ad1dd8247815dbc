// The server of the tools, for whichever transport. One is made for each request over HTTP, and for each connection otherwise.
import { createRequestStateCodec, McpServer } from '@modelcontextprotocol/server';
import type { Agent } from './agent.ts';
import { addReadingTools } from './reading-tools.ts';
import { addSpendingTools, type Consent } from './spending-tools.ts';
import { addTaskExtension, TASK_EXTENSION } from './task-extension.ts';

const INSTRUCTIONS =
  'Reelay makes videos, pictures and sound. Choose with list_models and describe_model, ask for a quote, let the user agree to the price, create the task with that price as max_credits, then wait with get_task. Every create has a fresh idempotency_key; repeat a call that was cut with the same one.';

export function createToolServer(agent: Agent, version: string): McpServer {
  const codec = createRequestStateCodec<Consent>({ key: agent.secret });
  const server = new McpServer(
    { name: 'reelay', title: 'Reelay', version },
    {
      instructions: INSTRUCTIONS,
      requestState: { verify: codec.verify },
      capabilities: { extensions: { [TASK_EXTENSION]: {} } },
    },
  );
  addReadingTools(server, agent);
  addSpendingTools({ server, agent, codec });
  addTaskExtension(server, agent.reelay);
  return server;
}
