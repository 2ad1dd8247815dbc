// Files in and out: uploads for inputs, and downloads that go on where they were cut and are compared with the SHA-256 that
// the server took when it stored the result.
import { ConnectionError, DownloadError, ReelayError } from './errors.ts';
import { findNode } from './node.ts';
import { backoffMs, type CallOptions, pause, type Transport } from './transport.ts';
import type { AccountTaskOutput, Task, UploadAddress } from './wire.generated.ts';

/** A path is read in Node alone. */
export type UploadSource = Blob | Uint8Array<ArrayBuffer> | ArrayBuffer | { path: string };

export interface UploadOptions extends CallOptions {
  /** By default the type of the Blob, or what the name of the file says. */
  contentType?: string;
}

export interface DownloadOptions extends CallOptions {
  /** Which of the files of the task; the first by default. */
  index?: number;
  /** Called with each part that came. */
  onProgress?: (bytes: number, total: number) => void;
}

/** A file of a task as it was stored. */
export interface DownloadedFile {
  contentType: string;
  bytes: number;
  /** In hexadecimal. */
  sha256: string;
}

const TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
};

const ENDINGS = Object.fromEntries(Object.entries(TYPES).map(([ending, type]) => [type, ending]));

/** One part of a file after another, over cuts. */
interface Sink {
  /** What is there already. */
  readonly size: number;
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

async function toBlob(source: UploadSource): Promise<Blob> {
  if (source instanceof Blob) return source;
  if (source instanceof Uint8Array || source instanceof ArrayBuffer) return new Blob([source]);
  const type = TYPES[/\.(\w+)$/.exec(source.path)?.[1].toLowerCase() ?? ''];
  return new Blob([await findNode().disk.readFile(source.path)], { type });
}

export class Files {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Uploads a file, and answers with the address that inputs of any number of tasks can name. */
  async upload(source: UploadSource, { contentType, signal }: UploadOptions = {}): Promise<string> {
    const blob = await toBlob(source);
    const type = contentType ?? blob.type;
    if (type === '') throw new ReelayError('The type of the file is not known: say contentType');
    const address = await this.#transport.ask<UploadAddress>({
      path: '/files/upload-url',
      // An ending of the type; for others the server says which it takes.
      query: { content_type: type, ext: ENDINGS[type] ?? type.replace(/^.*\//, '') },
      signal,
    });
    await this.#transport.repeat({ signal }, (limit) =>
      this.#transport.fetchLink(address.presigned_url, {
        method: 'PUT',
        body: blob,
        headers: { 'content-type': type },
        signal: limit,
      }),
    );
    return address.file_url;
  }

  /** The input with an address in the place of each Blob. */
  async uploadBlobs(input: unknown, options: CallOptions): Promise<unknown> {
    if (input instanceof Blob) return this.upload(input, options);
    if (Array.isArray(input)) return Promise.all(input.map((item) => this.uploadBlobs(item, options)));
    if (typeof input !== 'object' || input === null) return input;
    const pairs = Object.entries(input).map(
      async ([name, value]) => [name, await this.uploadBlobs(value, options)] as const,
    );
    return Object.fromEntries(await Promise.all(pairs));
  }

  /** The bytes of a file of a task, checked. @throws DownloadError when they are not what the server has */
  async bytes(task: string | Task, options: DownloadOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const output = await this.#find(task, options);
    const bytes = new Uint8Array(output.bytes);
    let size = 0;
    await this.#fetchParts(output, options, {
      get size() {
        return size;
      },
      async write(part) {
        bytes.set(part, size);
        size += part.length;
      },
    });
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
    if (sha256 !== output.sha256) throw new DownloadError('The bytes are not those that the server stored');
    return bytes;
  }

  /**
   * Writes a file of a task to a path (Node). What came of an earlier try, also of a process that died, stands beside it
   * as `.part` and is gone on with; the path exists only when the file is whole and checked.
   * @throws DownloadError when it is not what the server has
   */
  async download(task: string | Task, path: string, options: DownloadOptions = {}): Promise<DownloadedFile> {
    const { disk, createReadStream, createHash } = findNode();
    const output = await this.#find(task, options);
    const part = `${path}.part`;
    const file = await disk.open(part, 'a');
    const hash = createHash('sha256');
    let size = 0;
    try {
      for await (const chunk of createReadStream(part)) {
        hash.update(chunk);
        size += chunk.length;
      }
      await this.#fetchParts(output, options, {
        get size() {
          return size;
        },
        async write(bytes) {
          await file.write(bytes);
          hash.update(bytes);
          size += bytes.length;
        },
      });
    } finally {
      await file.close();
    }
    const sha256 = hash.digest('hex');
    if (size !== output.bytes || sha256 !== output.sha256) {
      await disk.rm(part, { force: true });
      throw new DownloadError(`What came for ${path} is not what the server stored; it was removed`);
    }
    await disk.rename(part, path);
    return { contentType: output.content_type, bytes: size, sha256 };
  }

  /** What the server says of a file of a task. */
  async #find(task: string | Task, { index = 0, signal }: DownloadOptions): Promise<AccountTaskOutput> {
    const id = typeof task === 'string' ? task : task.task_id;
    const path = `/api/v1/account/tasks/${encodeURIComponent(id)}`;
    const { outputs } = await this.#transport.call<{ outputs: AccountTaskOutput[] }>({ path, signal });
    const output = outputs[index];
    if (output === undefined) throw new ReelayError(`The task ${id} has no file ${index + 1}`);
    return output;
  }

  /** Reads until the sink has the whole file; a try that brought something does not count. */
  async #fetchParts(output: AccountTaskOutput, options: DownloadOptions, sink: Sink): Promise<void> {
    for (let tries = 0; sink.size < output.bytes; ) {
      const before = sink.size;
      try {
        await this.#fetchRest(output, options, sink);
      } catch (error) {
        tries = sink.size > before ? 0 : tries + 1;
        if (!(error instanceof ConnectionError) || tries > this.#transport.maxRetries) throw error;
        await pause(backoffMs(tries), options.signal);
      }
    }
  }

  async #fetchRest(
    output: AccountTaskOutput,
    { signal, onProgress }: DownloadOptions,
    sink: Sink,
  ): Promise<void> {
    const headers: Record<string, string> = sink.size === 0 ? {} : { range: `bytes=${sink.size}-` };
    const response = await this.#transport.fetchLink(output.url, { headers, signal });
    if (sink.size > 0 && response.status !== 206)
      throw new DownloadError('The server does not go on with files');
    const before = sink.size;
    for await (const bytes of readParts(response, signal)) {
      if (sink.size + bytes.length > output.bytes) throw new DownloadError('More came than the server has');
      await sink.write(bytes);
      onProgress?.(sink.size, output.bytes);
    }
    if (sink.size === before) throw new ConnectionError('The download brought nothing');
  }
}

const SILENCE_MS = 60_000;

/** The parts of a body as they come. @throws ConnectionError when it breaks or is silent. */
async function* readParts(response: Response, signal?: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const silence = new AbortController();
      const late = pause(SILENCE_MS, silence.signal).then(() => {
        throw new ConnectionError('The download is silent');
      });
      const { done, value } = await Promise.race([reader.read(), late])
        .catch((error) => {
          signal?.throwIfAborted();
          throw new ConnectionError('The download broke', error);
        })
        .finally(() => silence.abort());
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
