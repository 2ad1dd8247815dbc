// The client: one key at one server.
import { Models, Templates } from './catalog.ts';
import { follow, type StreamEvent } from './event-stream.ts';
import { Files } from './files.ts';
import type { InputOf, ModelName } from './inputs.ts';
import { type CreateOptions, expectSuccess, type FinishedTask, Tasks, type WaitOptions } from './tasks.ts';
import { type CallOptions, type ClientOptions, Transport } from './transport.ts';
import type { Balance, Caller } from './wire.generated.ts';

export interface RunOptions extends CreateOptions, WaitOptions {}

/** What a task would cost, and whether the balance is enough. */
export interface Quote {
  estimated_credits: number;
  balance: number;
  affordable: boolean;
}

export class Reelay {
  readonly baseUrl: string;
  readonly tasks: Tasks;
  readonly files: Files;
  readonly models: Models;
  readonly templates: Templates;
  readonly #transport: Transport;

  constructor(options: ClientOptions = {}) {
    this.#transport = new Transport(options);
    this.baseUrl = this.#transport.baseUrl;
    this.files = new Files(this.#transport);
    this.tasks = new Tasks(this.#transport, this.files);
    this.models = new Models(this.#transport);
    this.templates = new Templates(this.#transport);
  }

  /**
   * Makes a task and waits for its result. Leaving (by `signal` or `timeoutMs`) does not cancel it.
   * @throws TaskFailedError, WaitTimeoutError, ApiError, ConnectionError
   */
  async run<Model extends ModelName>(
    model: Model,
    input: InputOf<Model>,
    options: RunOptions = {},
  ): Promise<FinishedTask> {
    const { task_id: taskId } = await this.tasks.create(model, input, options);
    return expectSuccess(await this.tasks.wait(taskId, options));
  }

  /** What a task would cost. Blobs of the input are not uploaded for it. */
  quote<Model extends ModelName>(
    model: Model,
    input: InputOf<Model>,
    { signal }: CallOptions = {},
  ): Promise<Quote> {
    const body = { model, input: nameBlobs(input) };
    return this.#transport.ask({ method: 'POST', path: '/job/EstimateTask', body, signal });
  }

  balance({ signal }: CallOptions = {}): Promise<Balance> {
    return this.#transport.ask({ path: '/account/balance', signal });
  }

  /** The account, the mode and the role of the key. */
  caller({ signal }: CallOptions = {}): Promise<Caller> {
    return this.#transport.call({ path: '/api/v1/account/caller', signal });
  }

  /** The secret that signs the callbacks of the key's mode. */
  async callbackSecret({ signal }: CallOptions = {}): Promise<string> {
    const path = '/account/callback-secret';
    return (await this.#transport.ask<{ secret: string }>({ path, signal })).secret;
  }

  /** What changes in the account, until the loop is left: `task` with the fields of a list, and `balance`. */
  events({ signal, after }: CallOptions & { after?: string } = {}): AsyncGenerator<StreamEvent> {
    return follow(this.#transport, { path: '/api/v1/client/job/Events', signal, after });
  }
}

/** A picture that nobody fetches stands for each Blob, since its price does not depend on what it shows. */
function nameBlobs(input: unknown): unknown {
  if (input instanceof Blob) return 'https://example.com/file.png';
  if (Array.isArray(input)) return input.map(nameBlobs);
  if (typeof input !== 'object' || input === null) return input;
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, nameBlobs(value)]));
}
