// A model of videos for the AI SDK. A start is one task of the server, and any process with the operation can ask for its end: the
// process that started it, the one after it, or one that never saw it.
import {
  AISDKError,
  type Experimental_VideoModelV4,
  type Experimental_VideoModelV4OperationStartResult,
  type Experimental_VideoModelV4OperationStatusResult,
} from '@ai-sdk/provider';
import { z } from 'zod/v4';
import type { Connection } from './connection.ts';
import { buildVideoInput } from './inputs.ts';
import { describeTask, failureOf, hasEnded, readOptions, Tasks } from './tasks.ts';

type StartOptions = Parameters<NonNullable<Experimental_VideoModelV4['doStart']>>[0];
type StatusOptions = Parameters<NonNullable<Experimental_VideoModelV4['doStatus']>>[0];
type WebhookOptions = Parameters<NonNullable<Experimental_VideoModelV4['handleWebhookOption']>>[0];

const operationSchema = z.object({ taskId: z.string() });

export class ReelayVideoModel implements Experimental_VideoModelV4 {
  readonly specificationVersion = 'v4';
  readonly provider = 'reelay.video';
  readonly maxVideosPerCall = 1;
  readonly modelId: string;
  readonly #connection: Connection;
  readonly #tasks: Tasks;

  constructor(modelId: string, connection: Connection) {
    this.modelId = modelId;
    this.#connection = connection;
    this.#tasks = new Tasks(connection);
  }

  /** The server calls back by itself when a task has ended. */
  async handleWebhookOption({ webhook }: WebhookOptions) {
    const { url, received } = await webhook();
    return { webhookUrl: url, received };
  }

  /** @throws APICallError, and nothing was made or paid; after one that is repeatable the same key finds what may have been. */
  async doStart(options: StartOptions): Promise<Experimental_VideoModelV4OperationStartResult> {
    const { headers, abortSignal, webhookUrl } = options;
    const call = { headers, abortSignal };
    const { own, ...facts } = await readOptions(options.providerOptions);
    const properties = await this.#tasks.propertiesOf(this.modelId, { abortSignal });
    const addressOf = (file: Parameters<Connection['addressOf']>[0]) =>
      this.#connection.addressOf(file, { abortSignal });
    const { input, warnings } = await buildVideoInput(properties, options, { addressOf, own });
    const create = { model: this.modelId, input, callbackUrl: webhookUrl, ...facts };
    const created = await this.#tasks.create(create, call);
    return {
      operation: { taskId: created.taskId },
      warnings: [...warnings, ...created.warnings],
      response: this.#response(),
    };
  }

  /** @throws APICallError */
  async doStatus(options: StatusOptions): Promise<Experimental_VideoModelV4OperationStatusResult> {
    const { abortSignal } = options;
    const operation = operationSchema.safeParse(options.operation);
    if (!operation.success) {
      const message = 'The operation is not one that this provider has started';
      throw new AISDKError({ name: 'AI_InvalidOperationError', message });
    }
    const task = await this.#tasks.read(operation.data.taskId, { abortSignal });
    const response = this.#response();
    if (!hasEnded(task)) return { status: 'pending', response };
    if (task.state !== 'succeeded') return { status: 'error', error: failureOf(task), response };
    const outputs = task.outputs.filter(({ kind }) => kind === 'video');
    const videos = outputs.map(async (output) => ({
      type: 'binary' as const,
      data: await this.#connection.download(output, { abortSignal }),
      mediaType: output.content_type,
    }));
    return {
      status: 'completed',
      videos: await Promise.all(videos),
      warnings: [],
      providerMetadata: { reelay: { videos: outputs.map((output) => describeTask(task, output)) } },
      response,
    };
  }

  #response() {
    return { timestamp: new Date(), modelId: this.modelId, headers: undefined };
  }
}
