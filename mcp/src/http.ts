// The tools over HTTP, in both eras of the protocol: each request stands for itself, and nothing is kept between two of them.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { Agent } from './agent.ts';
import { createToolServer } from './tools.ts';

export interface ToolHandler {
  /** Answers a request of an agent; the body is parsed JSON. */
  handle(
    exchange: { request: IncomingMessage; response: ServerResponse; body: unknown },
    agent: Agent,
  ): Promise<void>;
  close(): Promise<void>;
}

export function createToolHandler({
  version,
  onFault,
}: {
  version: string;
  onFault: (error: Error) => void;
}): ToolHandler {
  const handler = createMcpHandler(
    ({ authInfo }) => createToolServer(authInfo?.extra?.agent as Agent, version),
    { onerror: onFault },
  );
  const answer = toNodeHandler(handler, { onerror: onFault });
  return {
    async handle({ request, response, body }, agent) {
      const auth = { token: '', clientId: '', scopes: [], extra: { agent } };
      await answer(Object.assign(request, { auth }), response, body);
    },
    close: () => handler.close(),
  };
}
