// One request and its answer on one connection: counts the bytes, keeps the deadline, writes to a file with back
// pressure, and unpacks a body that came packed. It must never hold or write more of an answer than `maxBytes`,
// unpacked.
//
// States: waiting (for a connection) → sent → receiving → settled. A deadline, a cancellation or an overrun
// settles from any state; a request that is still waiting then is stopped before its first byte is written.
import { createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Transform } from 'node:stream';
import type { Dispatcher } from 'undici';
import { beginsAs, type Coding, createDecoder, isBomb, readCodings } from './content-coding.ts';
import { FetchFailed, type FetchFailureDetail, FetchRefused } from './guarded-fetch-errors.ts';

export interface Exchange {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
  maxBytes: number;
  truncate: boolean;
  saveTo: string | undefined;
  /** Asked before more than a little of a body is kept in memory. */
  beforeLarge: (() => Promise<void>) | undefined;
  /** Aborted with a `FetchFailed` when the deadline passes or the caller gives up. */
  signal: AbortSignal;
}

export interface Answer {
  status: number;
  /** Names in lower case; repeated headers are joined with a comma. They speak of the body as it came, still packed. */
  headers: Record<string, string>;
  /** Empty when the answer went to a file. */
  body: Buffer;
  /** Bytes of the body that were kept, unpacked, in memory or in the file. */
  sizeBytes: number;
  /** True when there was, or may have been, more than was kept. */
  truncated: boolean;
  savedTo: string | null;
}

/** An error page is only for the log. */
const ERROR_PAGE_BYTES_MAX = 64 * 1024;
/** Of a body in memory, without asking. */
const SMALL_BYTES_MAX = 256 * 1024;

/** Sends one request through the dispatcher. Rejects with `FetchRefused`, `FetchFailed` or a local file error. */
export async function performExchange(dispatcher: Dispatcher, exchange: Exchange): Promise<Answer> {
  const receiver = new Receiver(exchange);
  const giveUp = () => receiver.fail(exchange.signal.reason as Error);
  if (exchange.signal.aborted) {
    giveUp();
    return await receiver.answer;
  }
  exchange.signal.addEventListener('abort', giveUp, { once: true });
  try {
    dispatcher.dispatch(
      {
        origin: exchange.url.origin,
        path: exchange.url.pathname + exchange.url.search,
        method: exchange.method,
        headers: exchange.headers,
        body: exchange.body ?? null,
      },
      receiver,
    );
    return await receiver.answer;
  } finally {
    exchange.signal.removeEventListener('abort', giveUp);
  }
}

/** What bytes come from. */
type Pausable = { pause(): unknown; resume(): unknown };

class Receiver implements Dispatcher.DispatchHandler {
  readonly answer: Promise<Answer>;
  readonly #exchange: Exchange;
  #settle: { resolve: (answer: Answer) => void; reject: (error: Error) => void };
  #controller: Dispatcher.DispatchController | null = null;
  #failure: Error | null = null;
  #isSettled = false;
  #status = 0;
  #headers: Record<string, string> = {};
  #chunks: Buffer[] = [];
  #sizeBytes = 0;
  /** As they came, still packed. */
  #receivedBytes = 0;
  #coding: Coding | undefined;
  #decoder: Transform | null = null;
  #maxBytes: number;
  #truncate: boolean;
  #file: WriteStream | null = null;
  /** Set once the file was created here; before that, a file at the path is not of this exchange. */
  #isFileOurs = false;
  #hasAsked = false;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    this.#maxBytes = exchange.maxBytes;
    this.#truncate = exchange.truncate;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.answer = promise;
    this.#settle = { resolve, reject };
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#failure !== null) controller.abort(this.#failure);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = flattenHeaders(headers);
    const isSuccess = status < 300;
    // A sample is kept as it came, still packed.
    const codings = this.#truncate ? [] : readCodings(this.#headers['content-encoding']);
    if (codings.length === 1) [this.#coding] = codings;
    else if (codings.length > 1 && isSuccess) {
      this.fail(this.#failed('encoding', 'The answer is compressed more than once.'));
      return;
    }
    if (!isSuccess && !this.#truncate) {
      this.#truncate = true;
      this.#maxBytes = Math.min(this.#maxBytes, ERROR_PAGE_BYTES_MAX);
      return;
    }
    const refusal = this.#truncate ? null : this.#findBodyFault();
    if (refusal !== null) this.fail(refusal);
    else if (this.#exchange.saveTo !== undefined) this.#openFile(this.#exchange.saveTo);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isSettled) return;
    if (this.#receivedBytes === 0 && this.#coding !== undefined && beginsAs(this.#coding, chunk)) {
      this.#decoder = this.#startDecoder(controller, this.#coding);
    }
    this.#receivedBytes += chunk.length;
    if (this.#decoder === null) this.#take(chunk, controller);
    else if (!this.#decoder.write(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#decoder === null) this.#finish(false);
    else this.#decoder.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  #startDecoder(controller: Dispatcher.DispatchController, coding: Coding): Transform {
    const decoder = createDecoder(coding);
    decoder.on('data', (chunk: Buffer) => this.#take(chunk, decoder));
    decoder.on('drain', () => controller.resume());
    decoder.on('end', () => this.#finish(false));
    decoder.on('error', (error) =>
      this.fail(this.#failed('encoding', 'The answer is compressed, and cannot be unpacked.', error)),
    );
    return decoder;
  }

  /** Takes bytes of the body, unpacked. @param source is held where they come too fast. */
  #take(chunk: Buffer, source: Pausable): void {
    if (this.#isSettled) return;
    const room = this.#maxBytes - this.#sizeBytes;
    if (chunk.length > room && !this.#truncate) {
      this.fail(this.#tooLarge());
      return;
    }
    if (this.#decoder !== null && isBomb(this.#sizeBytes + chunk.length, this.#receivedBytes)) {
      this.fail(this.#failed('encoding', 'The answer is compressed to a small part of its size.'));
      return;
    }
    this.#keep(source, chunk.length > room ? chunk.subarray(0, room) : chunk);
    if (chunk.length > room) this.#stopEarly();
  }

  /** Ends the exchange with an error, unless a sample of the body is all that the caller wanted and it is there. */
  fail(error: Error): void {
    if (this.#isSettled) return;
    if (this.#status !== 0 && this.#truncate && !isCancellation(error)) {
      this.#stopEarly();
      return;
    }
    this.#isSettled = true;
    this.#failure = error;
    this.#decoder?.destroy();
    this.#controller?.abort(error);
    const explained = this.#explain(error);
    this.#dropFile().then(
      () => this.#settle.reject(explained),
      () => this.#settle.reject(explained),
    );
  }

  #stopEarly(): void {
    this.#finish(true);
    this.#controller?.abort(new Error('the rest of the answer is not wanted'));
  }

  #finish(truncated: boolean): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#decoder?.destroy();
    const answer = {
      status: this.#status,
      headers: this.#headers,
      body: Buffer.concat(this.#chunks),
      sizeBytes: this.#sizeBytes,
      truncated,
      savedTo: this.#file === null ? null : (this.#exchange.saveTo ?? null),
    };
    if (this.#file === null) {
      this.#settle.resolve(answer);
      return;
    }
    this.#file.end((error?: Error | null) => {
      if (error) this.#settle.reject(error);
      else this.#settle.resolve(answer);
    });
  }

  #keep(source: Pausable, chunk: Buffer): void {
    this.#sizeBytes += chunk.length;
    if (this.#file === null) {
      // The parser's buffer is held with its slice: a copy where that would hold much more than it says.
      const isWhole = chunk.length * 2 > chunk.buffer.byteLength;
      this.#chunks.push(isWhole ? chunk : Buffer.from(chunk));
      if (this.#sizeBytes > SMALL_BYTES_MAX) this.#askForRoom(source);
    } else if (!this.#file.write(chunk)) {
      source.pause();
      this.#file.once('drain', () => source.resume());
    }
  }

  #askForRoom(source: Pausable): void {
    const { beforeLarge } = this.#exchange;
    if (beforeLarge === undefined || this.#hasAsked) return;
    this.#hasAsked = true;
    source.pause();
    beforeLarge().then(
      () => source.resume(),
      (error: Error) => this.fail(error),
    );
  }

  #openFile(path: string): void {
    this.#file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    this.#file.on('open', () => {
      this.#isFileOurs = true;
    });
    this.#file.on('error', (error) => this.fail(error));
  }

  async #dropFile(): Promise<void> {
    const file = this.#file;
    if (file === null) return;
    if (!file.closed) {
      await new Promise<void>((resolve) => {
        file.once('close', resolve);
        file.destroy();
      });
    }
    if (this.#isFileOurs) await rm(file.path, { force: true });
  }

  #findBodyFault(): FetchFailed | null {
    const hasBody = this.#exchange.method !== 'HEAD';
    const announcedBytes = Number(this.#headers['content-length'] ?? 0);
    return hasBody && announcedBytes > this.#maxBytes ? this.#tooLarge() : null;
  }

  #tooLarge(): FetchFailed {
    return this.#failed('too_large', `The answer is larger than the ${this.#maxBytes} bytes allowed.`);
  }

  #failed(kind: FetchFailureDetail['kind'], message: string, cause?: unknown): FetchFailed {
    return new FetchFailed({ kind, message, cause, maybeSent: this.#controller !== null });
  }

  #explain(error: Error): Error {
    if (error instanceof FetchRefused || error === this.#file?.errored) return error;
    if (error instanceof FetchFailed) {
      // The deadline's own error does not know whether the request was still waiting for a connection.
      return error.maybeSent && this.#controller === null
        ? this.#failed(error.kind, error.message, error.cause)
        : error;
    }
    return this.#failed('http', 'The connection broke, or the answer was not valid HTTP.', error);
  }
}

function isCancellation(error: Error): boolean {
  return error instanceof FetchFailed && error.kind === 'cancelled';
}

function flattenHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
