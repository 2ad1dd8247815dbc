// What a tool answers: text for the model, the same as data, and links to files. A refusal says whether it has cost anything
// and what to do next, since an agent that has to guess tries again.
import type { CallToolResult } from '@modelcontextprotocol/server';
import { z } from 'zod/v4';
import { ApiError, isTerminal, ReelayError, type Task } from '../../sdk/src/sdk.ts';

/** A task as agents see it. */
export const taskSchema = z.object({
  task_id: z.string(),
  status: z.string().describe('pending, running, success or failed; the last two are final'),
  model: z.string(),
  credits: z.number().describe('Held while it runs, charged once it has ended'),
  position: z.number().optional().describe('Its place among those that wait; 1 is next'),
  error: z.string().optional(),
  message: z.string().optional(),
  files: z.array(z.object({ url: z.string(), type: z.string(), poster_url: z.string().optional() })),
  next: z.string().describe('What to do now'),
});

export type AgentTask = z.infer<typeof taskSchema>;

const TYPES: Record<string, string> = {
  mp4: 'video/mp4',
  webm: 'video/webm',
  mov: 'video/quicktime',
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
};

function typeOf(url: string): string {
  const ending = /\.(\w+)$/.exec(new URL(url).pathname)?.[1] ?? '';
  return TYPES[ending.toLowerCase()] ?? 'application/octet-stream';
}

function nextStepOf(task: Task): string {
  if (!isTerminal(task))
    return 'Call get_task with this task_id and wait_s to wait for its end; do not create it again.';
  if (task.status === 'failed') return 'Nothing was charged. A new create needs a new idempotency_key.';
  return 'Give the addresses to the user; they work without a key until the result is removed.';
}

export function describeTask(task: Task): AgentTask {
  const posters = task.result?.poster_urls ?? [];
  const files = (task.result?.media_urls ?? []).map((url, index) => {
    return { url, type: typeOf(url), poster_url: posters[index] ?? undefined };
  });
  return {
    task_id: task.task_id,
    status: task.status,
    model: task.param.model,
    credits: task.credits,
    position: task.position,
    error: task.result?.error,
    message: task.status === 'failed' ? task.result?.message : undefined,
    files,
    next: nextStepOf(task),
  };
}

/** Data as text and as itself. */
export function answer(data: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(data) }], structuredContent: data };
}

/** A task with a link to each of its files. */
export function answerTask(task: Task): CallToolResult {
  const described = describeTask(task);
  const links = described.files.map(({ url, type }, index) => ({
    type: 'resource_link' as const,
    uri: url,
    name: `${task.task_id}-${index + 1}`,
    mimeType: type,
    description: `Made by ${described.model}`,
  }));
  const { content, ...data } = answer(described);
  return { ...data, content: [...links, ...content] };
}

/** A refusal of a tool. */
export function refuse(code: string, message: string, facts: Record<string, unknown> = {}): CallToolResult {
  const error = { code, message, charged: false, ...facts };
  return {
    isError: true,
    content: [{ type: 'text', text: JSON.stringify({ error }) }],
    structuredContent: { error },
  };
}

const NEXT: Record<string, string> = {
  price_above_limit: 'Ask the user before you raise max_credits.',
  insufficient_credits: 'The account has too few credits. Tell the user; do not try again.',
  key_daily_limit_reached:
    'The budget of this key for today is spent. Tell the user; do not try again today.',
  key_total_limit_reached: 'The budget of this key is spent. Tell the user; do not try again.',
  model_not_found: 'Call list_models for the names.',
  validation_failed:
    'Correct the input by the schema that describe_model gives, with the same idempotency_key.',
  idempotency_conflict: 'This idempotency_key stands for another request. Use a new one for a new task.',
};

/** What an error of the API is to an agent. @throws what is none */
export function refuseFor(error: unknown): CallToolResult {
  if (!(error instanceof ReelayError)) throw error;
  const code = error instanceof ApiError ? error.code : 'no_answer';
  const usual = error.retryable
    ? 'Call again after a moment, with the same arguments and the same idempotency_key.'
    : 'Do not repeat the call as it is.';
  return refuse(code, error.message, {
    charged: error.charged,
    retryable: error.retryable,
    request_id: error.requestId,
    next: NEXT[code] ?? usual,
  });
}
