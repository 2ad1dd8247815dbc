// How a model reaches its server: the key, the answers as they were promised, and errors that say whether the AI SDK may ask
// again. One try a call: the AI SDK repeats what is marked as repeatable, and each create has an idempotency key.
import { APICallError, type SharedV4Warning } from '@ai-sdk/provider';
import {
  combineHeaders,
  convertBase64ToUint8Array,
  type FetchFunction,
  removeUndefinedEntries,
  withoutTrailingSlash,
} from '@ai-sdk/provider-utils';
import { z } from 'zod/v4';
import { CLIENT_HEADERS, UPDATE_HEADER, VERSION } from './version.ts';

export interface ConnectionOptions {
  baseURL: string;
  /** With the key; asked for at each call. */
  headers: () => Record<string, string | undefined>;
  fetch: FetchFunction | undefined;
}

/** What a call of a model gives to each of its requests. */
export interface CallOptions {
  headers?: Record<string, string | undefined>;
  abortSignal?: AbortSignal;
}

interface Call extends CallOptions {
  method?: 'GET' | 'POST';
  /** Below the base address, with a slash. */
  path: string;
  body?: unknown;
}

/** A picture, clip or sound as the AI SDK hands it over. */
export type InputFile =
  | { type: 'file'; mediaType: string; data: string | Uint8Array }
  | { type: 'url'; url: string };

/** A stored file of a task. */
export const outputSchema = z.object({
  kind: z.string(),
  url: z.string(),
  content_type: z.string(),
  bytes: z.number(),
  sha256: z.string(),
});

export type Output = z.infer<typeof outputSchema>;

const refusalSchema = z.object({
  message: z.string().optional(),
  errors: z.array(z.string()).optional(),
  /** A name at the client API, an object at the account's. */
  error: z.union([z.string(), z.object({ name: z.string(), message: z.string().optional() })]).nullish(),
});

const uploadSchema = z.object({ data: z.object({ presigned_url: z.string(), file_url: z.string() }) });

/** Of types whose own name is not their ending. */
const ENDINGS: Record<string, string> = { 'video/quicktime': 'mov', 'audio/mpeg': 'mp3' };

/** Refusals that are over after a while, and failures of the server. */
function isWorthRepeat(status: number, name: string): boolean {
  if (name === 'model_disabled') return false;
  return status === 408 || status === 429 || status === 455 || status >= 500;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #base: string;
  /** The version of a server that is ahead of this package. */
  #update: string | undefined;
  #isUpdateSaid = false;
  /** By the file of the caller: a repeated start has to send the same addresses, or it would be another request. */
  readonly #uploads = new WeakMap<InputFile, Promise<string>>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#base = withoutTrailingSlash(options.baseURL) ?? options.baseURL;
  }

  /** The answer to a call, checked. @throws APICallError */
  async call<Body>(schema: z.ZodType<Body>, { method = 'GET', path, body, ...options }: Call): Promise<Body> {
    const type = body === undefined ? undefined : { 'content-type': 'application/json' };
    const headers = removeUndefinedEntries(
      combineHeaders(CLIENT_HEADERS, this.#options.headers(), type, options.headers),
    );
    const init = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
    const url = `${this.#base}${path}`;
    const text = await this.#fetch(url, { ...init, signal: options.abortSignal }, readText);
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new APICallError({
      message: `The answer is not one of Reelay: ${z.prettifyError(parsed.error)}`,
      url,
      requestBodyValues: body,
      responseBody: text,
      isRetryable: false,
    });
  }

  /** A warning that the server is ahead of this package, once. */
  takeWarnings(): SharedV4Warning[] {
    if (this.#update === undefined || this.#isUpdateSaid) return [];
    this.#isUpdateSaid = true;
    const { baseURL } = this.#options;
    const advice = `update it to ${this.#update}`;
    return [
      {
        type: 'other',
        message: `Reelay at ${baseURL} is ${this.#update}, and this package ${VERSION}: ${advice}`,
      },
    ];
  }

  /** An address for a file. Bytes are uploaded, once for each file. */
  addressOf(file: InputFile, options: CallOptions): Promise<string> {
    if (file.type === 'url') return Promise.resolve(file.url);
    const known = this.#uploads.get(file);
    if (known) return known;
    const upload = this.#upload(file, options);
    this.#uploads.set(file, upload);
    upload.catch(() => this.#uploads.delete(file));
    return upload;
  }

  async #upload(file: Extract<InputFile, { type: 'file' }>, options: CallOptions): Promise<string> {
    const { mediaType } = file;
    const bytes = typeof file.data === 'string' ? convertBase64ToUint8Array(file.data) : file.data;
    const ext = ENDINGS[mediaType] ?? mediaType.replace(/^.*\//, '');
    const query = new URLSearchParams({ content_type: mediaType, ext });
    const path = `/api/v1/client/files/upload-url?${query}`;
    const { abortSignal } = options;
    const { data } = await this.call(uploadSchema, { path, ...options });
    const body = new Uint8Array(bytes);
    const headers = { 'content-type': mediaType };
    await this.#fetch(data.presigned_url, { method: 'PUT', body, headers, signal: abortSignal }, readText);
    return data.file_url;
  }

  /** The bytes of a stored file. Its link is its own permission: the key is not sent. @throws APICallError */
  async download({ url, bytes, sha256 }: Output, { abortSignal }: CallOptions): Promise<Uint8Array> {
    const content = await this.#fetch(url, { signal: abortSignal }, async (response) => {
      return new Uint8Array(await response.arrayBuffer());
    });
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
    const found = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    if (content.length === bytes && found === sha256) return content;
    throw new APICallError({
      message: 'What came is not the file that the server stored',
      url,
      requestBodyValues: undefined,
      isRetryable: true,
    });
  }

  /** @throws APICallError for a refusal, and for an answer that breaks off; the reason of the signal when it is aborted. */
  async #fetch<Content>(
    url: string,
    init: RequestInit,
    read: (response: Response) => Promise<Content>,
  ): Promise<Content> {
    const send = this.#options.fetch ?? fetch;
    try {
      const response = await send(url, init);
      this.#update = response.headers.get(UPDATE_HEADER) ?? this.#update;
      if (response.ok) return await read(response);
      throw await readRefusal(url, init, response);
    } catch (error) {
      if (init.signal?.aborted || APICallError.isInstance(error)) throw error;
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new APICallError({
        message: `${new URL(url).host} gave no whole answer: ${cause instanceof Error ? cause.message : cause}`,
        url,
        requestBodyValues: init.body,
        cause: error,
        isRetryable: true,
      });
    }
  }
}

function readText(response: Response): Promise<string> {
  return response.text();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A page of something in between: the schema refuses it, and names what is missing.
    return undefined;
  }
}

async function readRefusal(url: string, init: RequestInit, response: Response): Promise<APICallError> {
  const text = await response.text();
  const { data: body } = refusalSchema.safeParse(parseJson(text));
  const error = body?.error ?? '';
  const name = typeof error === 'string' ? error : error.name;
  const said = typeof error === 'string' ? body?.message : (error.message ?? body?.message);
  const words = [said ?? `The server answered ${response.status}`, ...(body?.errors ?? [])].join(' ');
  return new APICallError({
    message: name === '' ? words : `${name}: ${words}`,
    url,
    requestBodyValues: init.body,
    statusCode: response.status,
    responseHeaders: Object.fromEntries(response.headers),
    responseBody: text,
    data: { name },
    isRetryable: isWorthRepeat(response.status, name),
  });
}
