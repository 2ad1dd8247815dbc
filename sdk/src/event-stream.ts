// Server-Sent Events over fetch (WHATWG HTML, section 9.2), which goes on after a cut with what came last. EventSource
// cannot send a key, and Node 20 has none.
import { ApiError, ConnectionError } from './errors.ts';
import { backoffMs, pause, type Transport } from './transport.ts';

export interface StreamEvent {
  event: string;
  /** Of events that a stream can go on after. */
  id?: string;
  data: unknown;
}

export interface FollowOptions {
  path: string;
  query?: object;
  signal?: AbortSignal;
  /** Go on after the event of this id. */
  after?: string;
}

/** The server writes something every fifteen seconds. A stream that is silent for longer is held back by something between. */
const SILENCE_MS = 40_000;

/** The chunks of a body; silence ends them as a broken connection does. */
async function* readChunks(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const silence = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new ConnectionError('The stream is silent')), SILENCE_MS);
      });
      const part = Promise.race([reader.read(), silence]).finally(() => clearTimeout(timer));
      const { done, value } = await part.catch((error) => {
        throw new ConnectionError('The stream broke', error);
      });
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    // Also ends the connection when the caller leaves in the middle.
    await reader.cancel().catch(() => undefined);
  }
}

function parseBlock(block: string): StreamEvent | undefined {
  let event = 'message';
  let id: string | undefined;
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, name, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'event') event = value ?? '';
    else if (name === 'id') id = value ?? '';
    else if (name === 'data') data.push(value ?? '');
  }
  if (data.length === 0) return undefined;
  return { event, ...(id === undefined ? {} : { id }), data: JSON.parse(data.join('\n')) };
}

/** The events of a body. A block that is not whole at the end was cut, and does not count. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  let text = '';
  for await (const chunk of readChunks(body)) {
    text += chunk;
    for (;;) {
      const end = /\r\n\r\n|\n\n|\r\r/.exec(text);
      if (end === null) break;
      const found = parseBlock(text.slice(0, end.index));
      text = text.slice(end.index + end[0].length);
      if (found) yield found;
    }
  }
}

async function openEvents(
  transport: Transport,
  { path, query, signal }: FollowOptions,
  last: string | undefined,
): Promise<AsyncGenerator<StreamEvent>> {
  const headers = { accept: 'text/event-stream', ...(last === undefined ? {} : { 'last-event-id': last }) };
  const { body, headers: answered } = await transport.open({ path, query, signal, headers });
  if (body === null || !answered.get('content-type')?.startsWith('text/event-stream'))
    throw new ConnectionError('The answer is no stream of events');
  return readEvents(body);
}

/**
 * Yields the events of a stream, and opens it again after the last id when it breaks or ends. The caller leaves when it
 * has seen enough. @throws ConnectionError after as many tries without an event as the client makes.
 */
export async function* follow(transport: Transport, options: FollowOptions): AsyncGenerator<StreamEvent> {
  const { signal } = options;
  let last = options.after;
  for (let tries = 0; ; tries++) {
    let fault: unknown = new ConnectionError('The stream ends again and again');
    try {
      for await (const event of await openEvents(transport, options, last)) {
        last = event.id ?? last;
        // The first event of a stream is what is known already: a stream that only repeats it makes no headway.
        if (event.id !== undefined) tries = 0;
        yield event;
      }
    } catch (error) {
      signal?.throwIfAborted();
      fault = error;
    }
    const isFinal = fault instanceof ApiError && !fault.retryable;
    if (isFinal || tries >= transport.maxRetries) throw fault;
    await pause(backoffMs(tries), signal);
  }
}
