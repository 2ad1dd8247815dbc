// The extension for tasks (`io.modelcontextprotocol/tasks`, modelcontextprotocol/ext-tasks, draft of 2026-08-21): a client that
// declares it in a request may be answered with a task in place of a result, which it then looks at, in any later connection.
// The task is the one of the server, so it is durable and its owner is asked for at each call. No task here ever needs input:
// a person is asked before it is made.
import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type McpServer,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod/v4';
import { ApiError, isTerminal, type Reelay, type Task } from '../../sdk/src/sdk.ts';
import { answerTask } from './answers.ts';

export const TASK_EXTENSION = 'io.modelcontextprotocol/tasks';

const POLL_MS = 2_000;
const SECOND_MS = 1_000;
const taskParams = z.object({ taskId: z.string().max(100) });

/** Whether the client takes a task in place of a result, which it says with each request. */
function takesTasks({ mcpReq }: ServerContext): boolean {
  const envelope = mcpReq.envelope as Record<string, unknown> | undefined;
  const said = envelope?.[CLIENT_CAPABILITIES_META_KEY] as { extensions?: object } | undefined;
  return said?.extensions !== undefined && TASK_EXTENSION in said.extensions;
}

/** The facts of a task, as the extension has them. */
function describe(task: Task) {
  const { task_id: taskId, create_at: createdAt, complete_at: endedAt, position } = task;
  return {
    taskId,
    statusMessage: position === undefined ? task.status : `${task.status}, place ${position}`,
    createdAt: new Date(createdAt * SECOND_MS).toISOString(),
    lastUpdatedAt: new Date((endedAt ?? createdAt) * SECOND_MS).toISOString(),
    // The record of a task stays; only its files go.
    ttlMs: null,
    pollIntervalMs: POLL_MS,
  };
}

/** What a create answers: the task itself to a client that takes one, as long as it has not ended. */
export function answerCreate(task: Task, context: ServerContext): CallToolResult {
  const result = answerTask(task);
  if (isTerminal(task) || !takesTasks(context)) return result;
  return { ...result, ...describe(task), status: 'working', resultType: 'task' };
}

/** A task with what became of it. One that failed has a result too: the failure is none of the protocol. */
function detail(task: Task) {
  const facts = describe(task);
  if (!isTerminal(task)) return { ...facts, status: 'working' };
  if (task.result?.error === 'task_cancelled') return { ...facts, status: 'cancelled' };
  const result = { resultType: 'complete', ...answerTask(task), isError: task.status === 'failed' };
  return { ...facts, status: 'completed', result };
}

/** @throws ProtocolError for a client that did not declare the extension, and for what the API refuses. */
async function ask<Answer>(context: ServerContext, asked: () => Promise<Answer>): Promise<Answer> {
  if (!takesTasks(context)) {
    const extensions = { [TASK_EXTENSION]: {} };
    throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { extensions } });
  }
  return asked().catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
    const isAbsent = error.code === 'task_not_found' || error.code === 'validation_failed';
    const code = isAbsent ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
    throw new ProtocolError(code, error.message);
  });
}

export function addTaskExtension({ server }: McpServer, reelay: Reelay): void {
  server.setRequestHandler('tasks/get', { params: taskParams }, ({ taskId }, context) =>
    ask(context, async () => detail(await reelay.tasks.get(taskId, context.mcpReq))),
  );
  server.setRequestHandler(
    'tasks/update',
    { params: z.looseObject(taskParams.shape) },
    ({ taskId }, context) =>
      ask(context, async () => {
        await reelay.tasks.get(taskId, context.mcpReq);
        return {};
      }),
  );
  server.setRequestHandler('tasks/cancel', { params: taskParams }, ({ taskId }, context) =>
    ask(context, async () => {
      await reelay.tasks.cancel(taskId, context.mcpReq).catch((error: unknown) => {
        // It is acknowledged also where it comes too late.
        if (!(error instanceof ApiError && error.code === 'not_cancellable')) throw error;
      });
      return {};
    }),
  );
}
