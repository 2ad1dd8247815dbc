// Writes answers to the socket: good ones, and those of the wire faults. Large answers are made while they
// are sent, so that 20 GB cost no memory.
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Json } from '../../server/src/lib/json.ts';
import { pause } from '../../server/src/lib/time.ts';
import type { Reply } from './exchange.ts';
import type { WireFault } from './faults.ts';
import { contentTypeOf, drawFile } from './video.ts';

const CHUNK_BYTES = 65_536;
const SLOW_STEPS = 20;

const PAGE =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n';

/** A reply as bytes. */
interface Rendered {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Faults that keep the request from being acted on; true when the exchange is over, or never will be. */
export function spoilBefore(response: ServerResponse, fault: WireFault | undefined): boolean {
  switch (fault?.kind) {
    case 'close_before':
      response.socket?.destroy();
      return true;
    case 'hang_before':
      return true;
    case 'status':
      if (fault.after) return false;
      sendPage(response, fault);
      return true;
    case 'body':
      send(response, render({ status: fault.status, json: fault.json }));
      return true;
    case 'redirect':
      send(response, { status: 302, headers: { location: fault.to }, body: Buffer.alloc(0) });
      return true;
    default:
      return false;
  }
}

/**
 * Sends the reply, or what the fault turns it into. Resolves when it has left; never rejects for a lost
 * client.
 */
export async function answer(
  response: ServerResponse,
  reply: Reply,
  fault: WireFault | undefined,
): Promise<void> {
  if (reply.events && !fault) return sendEvents(response, { headers: reply.headers, events: reply.events });
  const rendered = reply.file ? await renderFile(reply) : render(reply);
  if (!fault) return send(response, rendered);
  await spoilAfter(response, rendered, fault).catch((error: NodeJS.ErrnoException) => {
    // The client left in the middle, as it may.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE' && error.name !== 'AbortError') throw error;
  });
}

async function spoilAfter(response: ServerResponse, rendered: Rendered, fault: WireFault): Promise<void> {
  switch (fault.kind) {
    case 'close_after':
      response.socket?.destroy();
      return;
    case 'hang_after':
      return;
    case 'status':
      return sendPage(response, fault);
    case 'html':
    case 'wrong_type':
      return sendPage(response, { status: 200 });
    case 'half':
    case 'short':
      return sendHalf(response, rendered);
    case 'huge_json':
      return sendStream(response, { type: 'application/json', chunks: hugeJson(fault.bytes) });
    case 'deep_json':
      return sendStream(response, { type: 'application/json', chunks: deepJson(fault.depth) });
    case 'huge':
      return sendStream(response, {
        // A redirect has no body.
        type: rendered.headers['content-type'] ?? 'application/octet-stream',
        bytes: fault.chunked ? undefined : fault.bytes,
        chunks: hugeFile(rendered.body, fault.bytes),
      });
    case 'slow':
      return sendSlowly(response, rendered, fault.ms);
    default:
      return send(response, rendered);
  }
}

function render({
  status = 200,
  headers = {},
  json,
  text,
  bytes,
  contentType = bytes ? 'application/octet-stream' : 'text/plain; charset=utf-8',
}: Reply): Rendered {
  if (bytes)
    return { status, headers: { 'content-type': contentType, ...headers }, body: Buffer.from(bytes) };
  if (json !== undefined) {
    return {
      status,
      headers: { 'content-type': 'application/json', ...headers },
      body: Buffer.from(JSON.stringify(json)),
    };
  }
  if (text !== undefined) {
    return { status, headers: { 'content-type': contentType, ...headers }, body: Buffer.from(text) };
  }
  return { status, headers, body: Buffer.alloc(0) };
}

async function renderFile({ status = 200, headers = {}, file }: Reply): Promise<Rendered> {
  if (!file) throw new Error('no file to send');
  return { status, headers: { 'content-type': contentTypeOf(file), ...headers }, body: await drawFile(file) };
}

function send(response: ServerResponse, { status, headers, body }: Rendered): void {
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.end(body);
}

function sendPage(
  response: ServerResponse,
  { status, body = PAGE, headers = {} }: { status: number; body?: string; headers?: Record<string, string> },
): void {
  send(response, { status, headers: { 'content-type': 'text/html', ...headers }, body: Buffer.from(body) });
}

/** Half of the announced length; the socket is cut once the half is on its way. */
function sendHalf(response: ServerResponse, { status, headers, body }: Rendered): Promise<void> {
  response.writeHead(status, { ...headers, 'content-length': body.length });
  return new Promise((resolve) => {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => {
      response.socket?.destroy();
      resolve();
    });
  });
}

async function sendSlowly(
  response: ServerResponse,
  { status, headers, body }: Rendered,
  ms: number,
): Promise<void> {
  const isGone = new AbortController();
  response.once('close', () => isGone.abort());
  const isFile = /^(video|image)\//.test(headers['content-type'] ?? '');
  if (!isFile) {
    await pause(ms, isGone.signal);
    return send(response, { status, headers, body });
  }
  response.writeHead(status, { ...headers, 'content-length': body.length });
  const step = Math.ceil(body.length / SLOW_STEPS);
  for (let at = 0; at < body.length && !isGone.signal.aborted; at += step) {
    response.write(body.subarray(at, at + step));
    await pause(ms / SLOW_STEPS, isGone.signal);
  }
  response.end();
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html */
async function sendEvents(
  response: ServerResponse,
  { headers, events }: { headers?: Record<string, string>; events: AsyncIterable<Json> },
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', ...headers });
  for await (const event of events) {
    if (response.destroyed) return;
    response.write(`data: ${JSON.stringify(event)}\n\n`);
  }
  response.end();
}

interface StreamedAnswer {
  type: string;
  /** Announced, if given. */
  bytes?: number;
  chunks: Generator<Buffer>;
}

async function sendStream(response: ServerResponse, { type, bytes, chunks }: StreamedAnswer): Promise<void> {
  response.writeHead(200, {
    'content-type': type,
    ...(bytes === undefined ? {} : { 'content-length': bytes }),
  });
  await pipeline(Readable.from(chunks, { objectMode: false }), response);
}

function* repeat(byte: string, bytes: number): Generator<Buffer> {
  const chunk = Buffer.alloc(CHUNK_BYTES, byte);
  for (let left = bytes; left > 0; left -= CHUNK_BYTES)
    yield left >= CHUNK_BYTES ? chunk : chunk.subarray(0, left);
}

function* hugeJson(bytes: number): Generator<Buffer> {
  yield Buffer.from('{"padding":"');
  yield* repeat('a', bytes);
  yield Buffer.from('"}');
}

function* deepJson(depth: number): Generator<Buffer> {
  yield* repeat('[', depth);
  yield* repeat(']', depth);
}

/** Begins like the real file, so that only its size is wrong. */
function* hugeFile(file: Buffer, bytes: number): Generator<Buffer> {
  yield file.subarray(0, Math.min(file.length, bytes));
  yield* repeat('\0', bytes - file.length);
}
