// Tasks of a server, as both kinds of models need them: made once for a key, read until their end, and their files as bytes,
// since the AI SDK fetches no result from a private address.
import type { SharedV4ProviderOptions, SharedV4Warning } from '@ai-sdk/provider';
import { parseProviderOptions } from '@ai-sdk/provider-utils';
import { z } from 'zod/v4';
import { type CallOptions, type Connection, type Output, outputSchema } from './connection.ts';
import { modelSchema, optionsSchema, type Properties } from './inputs.ts';

const createdSchema = z.object({
  data: z.object({ task_id: z.string(), warnings: z.array(z.string()).optional() }),
});

const taskSchema = z.object({
  id: z.string(),
  state: z.string(),
  error: z.string().nullable(),
  message: z.string().nullable(),
  charged: z.number().nullable(),
  usage: z.record(z.string(), z.json()),
  outputs: z.array(outputSchema),
});

export type TaskState = z.infer<typeof taskSchema>;

const FINAL = ['succeeded', 'failed', 'cancelled', 'expired'];

/** Whether nothing about the task changes any more. States to come are not final. */
export function hasEnded({ state }: TaskState): boolean {
  return FINAL.includes(state);
}

/** What a task that failed says of its end. */
export function failureOf({ id, error, message }: TaskState): string {
  return `${error ?? 'generation_failed'}: ${message ?? 'The task has failed'} (task ${id})`;
}

/** What callers learn of a task beside its files. */
export function describeTask(task: TaskState, { url, content_type: contentType }: Output) {
  return { taskId: task.id, url, contentType, credits: task.charged, usage: task.usage };
}

export interface CreateFacts {
  model: string;
  input: Record<string, unknown>;
  callbackUrl?: string;
  maxCredits?: number;
  metadata?: Record<string, string>;
}

export interface Created {
  taskId: string;
  warnings: SharedV4Warning[];
}

export class Tasks {
  readonly #connection: Connection;
  /** By model; they change with the catalogue of the server, which a process outlives seldom. */
  readonly #properties = new Map<string, Promise<Properties>>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The fields of a model. @throws APICallError `model_not_found` */
  propertiesOf(model: string, options: CallOptions): Promise<Properties> {
    const known = this.#properties.get(model);
    if (known) return known;
    const path = `/api/v1/client/job/Models/${model.split('/').map(encodeURIComponent).join('/')}`;
    const asked = this.#connection
      .call(modelSchema, { path, ...options })
      .then(({ data }) => data.input_schema.properties);
    this.#properties.set(model, asked);
    asked.catch(() => this.#properties.delete(model));
    return asked;
  }

  /** Holds the price and makes a task; under the same `idempotency-key` header the same one. @throws APICallError */
  async create(
    { model, input, callbackUrl, maxCredits, metadata }: CreateFacts,
    options: CallOptions,
  ): Promise<Created> {
    const body = { model, input, callback_url: callbackUrl, max_credits: maxCredits, metadata };
    const path = '/api/v1/client/job/CreateTask';
    const { data } = await this.#connection.call(createdSchema, { method: 'POST', path, body, ...options });
    const warnings = (data.warnings ?? []).map((message) => ({ type: 'other' as const, message }));
    return { taskId: data.task_id, warnings: [...warnings, ...this.#connection.takeWarnings()] };
  }

  read(taskId: string, options: CallOptions): Promise<TaskState> {
    return this.#connection.call(taskSchema, {
      path: `/api/v1/account/tasks/${encodeURIComponent(taskId)}`,
      ...options,
    });
  }
}

/** `providerOptions.reelay`, and of it what belongs to the model. */
export async function readOptions(providerOptions: SharedV4ProviderOptions | undefined) {
  const { maxCredits, metadata, ...own } =
    (await parseProviderOptions({ provider: 'reelay', providerOptions, schema: optionsSchema })) ?? {};
  return { maxCredits, metadata, own };
}
