// The server's side of a WebSocket (RFC 6455), as far as an API needs it that only sends: the handshake,
// texts to the client, answers to pings, and the end. Anything else from a client is read and dropped.
import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Json } from '../../server/src/lib/json.ts';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;
const FINAL = 0x80;
const MASKED = 0x80;
/** The limit of a client's frame; a client that sends more is cut off. */
const FRAME_BYTES_MAX = 64 * 1024;

/** A frame from the server is not masked. */
function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([FINAL | opcode, length]), payload]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = FINAL | opcode;
  head[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

interface ClientFrame {
  opcode: number;
  payload: Buffer;
  /** The bytes that it took. */
  size: number;
}

/** The first whole frame; undefined when more must come. */
function readFrame(bytes: Buffer): ClientFrame | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1] & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes.length < 2 + lengthBytes) return undefined;
  const length =
    lengthBytes === 0 ? short : lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const isMasked = (bytes[1] & MASKED) !== 0;
  const begin = 2 + lengthBytes + (isMasked ? 4 : 0);
  if (length > FRAME_BYTES_MAX) return { opcode: CLOSE, payload: Buffer.alloc(0), size: bytes.length };
  if (bytes.length < begin + length) return undefined;
  const mask = isMasked ? bytes.subarray(begin - 4, begin) : Buffer.alloc(4);
  const payload = bytes.subarray(begin, begin + length).map((byte, at) => byte ^ mask[at % 4]);
  return { opcode: bytes[0] & 0x0f, payload: Buffer.from(payload), size: begin + length };
}

/** Answers pings and the client's end. */
function serve(socket: Duplex): void {
  let waiting = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    for (let found = readFrame(waiting); found; found = readFrame(waiting)) {
      waiting = waiting.subarray(found.size);
      if (found.opcode === PING) socket.write(frame(PONG, found.payload));
      if (found.opcode === CLOSE) socket.end(frame(CLOSE, found.payload.subarray(0, 2)));
    }
  });
  // A client may leave at any time.
  socket.on('error', () => socket.destroy());
}

/**
 * Opens the socket and sends each event as a text of JSON. Resolves when the events or the client have ended.
 */
export async function sendOverSocket(
  socket: Duplex,
  key: string,
  events: AsyncIterable<Json>,
): Promise<void> {
  const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
  const lines = ['HTTP/1.1 101 Switching Protocols', 'upgrade: websocket', 'connection: Upgrade'];
  socket.write(`${lines.join('\r\n')}\r\nsec-websocket-accept: ${accept}\r\n\r\n`);
  serve(socket);
  for await (const event of events) {
    if (socket.destroyed || socket.writableEnded) return;
    socket.write(frame(TEXT, Buffer.from(JSON.stringify(event))));
  }
  if (!socket.writableEnded) socket.end(frame(CLOSE, Buffer.from([0x03, 0xe8])));
}
