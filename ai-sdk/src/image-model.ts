// A model of pictures for the AI SDK. The AI SDK has one call for a picture and gives it no idempotency key, so the repeats are
// here: once a create may have reached the server, nothing is thrown that would have the AI SDK begin another one.
import {
  AISDKError,
  APICallError,
  type ImageModelV4,
  type ImageModelV4CallOptions,
  type ImageModelV4Result,
} from '@ai-sdk/provider';
import { delay } from '@ai-sdk/provider-utils';
import type { Connection } from './connection.ts';
import { buildImageInput, picturesMax } from './inputs.ts';
import { describeTask, failureOf, hasEnded, readOptions, type TaskState, Tasks } from './tasks.ts';

const TRIES_MAX = 6;
const PAUSE_MS = 300;
const PAUSE_MS_MAX = 5_000;

export class ReelayImageModel implements ImageModelV4 {
  readonly specificationVersion = 'v4';
  readonly provider = 'reelay.image';
  readonly modelId: string;
  readonly #connection: Connection;
  readonly #tasks: Tasks;

  constructor(modelId: string, connection: Connection) {
    this.modelId = modelId;
    this.#connection = connection;
    this.#tasks = new Tasks(connection);
  }

  /** Of one task; the AI SDK makes several calls for more. */
  readonly maxImagesPerCall = async (): Promise<number> =>
    picturesMax(await this.#tasks.propertiesOf(this.modelId, {}));

  /** @throws APICallError */
  async doGenerate(options: ImageModelV4CallOptions): Promise<ImageModelV4Result> {
    const { abortSignal } = options;
    const { own, ...facts } = await readOptions(options.providerOptions);
    const properties = await this.#tasks.propertiesOf(this.modelId, { abortSignal });
    const addressOf = (file: Parameters<Connection['addressOf']>[0]) =>
      this.#connection.addressOf(file, { abortSignal });
    const { input, warnings } = await buildImageInput(properties, options, { addressOf, own });
    const headers = { 'idempotency-key': `aisdk_img_${crypto.randomUUID()}`, ...options.headers };
    const created = await repeat(abortSignal, () =>
      this.#tasks.create({ model: this.modelId, input, ...facts }, { headers, abortSignal }),
    );
    const task = await this.#end(created.taskId, abortSignal);
    const outputs = task.outputs.filter(({ kind }) => kind === 'image');
    const images = outputs.map((output) =>
      repeat(abortSignal, () => this.#connection.download(output, { abortSignal })),
    );
    return {
      images: await Promise.all(images),
      isRetryable: false,
      warnings: [...warnings, ...created.warnings],
      providerMetadata: { reelay: { images: outputs.map((output) => describeTask(task, output)) } },
      response: { timestamp: new Date(), modelId: this.modelId, headers: undefined },
    };
  }

  /** The task once it has succeeded. @throws AISDKError with the reason of its failure */
  async #end(taskId: string, abortSignal: AbortSignal | undefined): Promise<TaskState> {
    for (let pauseMs = PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, PAUSE_MS_MAX)) {
      const task = await repeat(abortSignal, () => this.#tasks.read(taskId, { abortSignal }));
      if (task.state === 'succeeded') return task;
      if (hasEnded(task)) throw new AISDKError({ name: 'AI_TaskFailedError', message: failureOf(task) });
      await delay(pauseMs, { abortSignal });
    }
  }
}

/** Does something again while that can help. @throws APICallError that the AI SDK does not repeat */
async function repeat<Result>(
  abortSignal: AbortSignal | undefined,
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!APICallError.isInstance(error) || !error.isRetryable) throw error;
      if (tries === TRIES_MAX)
        throw new APICallError({ ...error, message: error.message, cause: error, isRetryable: false });
      await delay(pauseOf(error, tries), { abortSignal });
    }
  }
}

/** As the server says in `Retry-After`, or longer with each try. */
function pauseOf({ responseHeaders }: APICallError, tries: number): number {
  const seconds = Number(responseHeaders?.['retry-after'] ?? Number.NaN);
  return Number.isNaN(seconds) ? Math.min(PAUSE_MS * 2 ** tries, PAUSE_MS_MAX) : seconds * 1000;
}
