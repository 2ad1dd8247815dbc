// A pooler in transaction mode, as small as one can be: all clients share one connection to PostgreSQL, which each gets
// for one transaction. Only for tests.
import { connect, createServer, type Server, type Socket } from 'node:net';

const HEADER_BYTES = 5;
const [AUTHENTICATION, KEY_DATA, READY] = [...'RKZ'].map((letter) => letter.charCodeAt(0));
const IDLE = 'I'.charCodeAt(0);

/** Whole messages of PostgreSQL out of the pieces that a connection gives. */
class Messages {
  #rest = Buffer.alloc(0);

  take(piece: Buffer): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, piece]);
    const messages: Buffer[] = [];
    for (;;) {
      if (this.#rest.length < HEADER_BYTES) return messages;
      const end = 1 + this.#rest.readInt32BE(1);
      if (this.#rest.length < end) return messages;
      messages.push(this.#rest.subarray(0, end));
      this.#rest = this.#rest.subarray(end);
    }
  }
}

class Pooler {
  readonly #backend: Socket;
  readonly #messages = new Messages();
  /** What a client is greeted with: from the end of the sign-in to the first *ready*. */
  #greeting: Buffer[] | undefined;
  #collected: Buffer[] = [];
  #owner: Socket | undefined;
  readonly #waiting: { client: Socket; piece: Buffer }[] = [];

  constructor(port: number, host: string) {
    this.#backend = connect(port, host);
    this.#backend.on('data', (piece) => this.#messages.take(piece).forEach((one) => void this.#answer(one)));
    this.#backend.on('error', () => undefined);
  }

  accept(client: Socket): void {
    client.on('error', () => undefined);
    client.on('close', () => this.#release(client));
    client.once('data', (startup) => {
      client.on('data', (piece) => this.#send(client, piece));
      if (this.#greeting) client.write(Buffer.concat(this.#greeting));
      else this.#send(client, startup);
    });
  }

  close(): void {
    this.#backend.destroy();
  }

  #send(client: Socket, piece: Buffer): void {
    this.#owner ??= client;
    // A client that leaves takes no connection of PostgreSQL with it.
    if (piece[0] === 'X'.charCodeAt(0)) return;
    if (this.#owner === client) this.#backend.write(piece);
    else this.#waiting.push({ client, piece });
  }

  #answer(message: Buffer): void {
    if (this.#greeting === undefined) this.#collect(message);
    // The process of a pooler is not the one that answers.
    const shown = message[0] === KEY_DATA ? disguise(message) : message;
    const owner = this.#owner;
    owner?.write(shown);
    if (owner && message[0] === READY && message[HEADER_BYTES] === IDLE) this.#release(owner);
  }

  #collect(message: Buffer): void {
    if (message[0] === AUTHENTICATION && message.readInt32BE(HEADER_BYTES) === 0) this.#collected = [];
    this.#collected.push(message[0] === KEY_DATA ? disguise(message) : message);
    if (message[0] === READY) this.#greeting = this.#collected;
  }

  #release(client: Socket): void {
    if (this.#owner !== client) return;
    this.#owner = undefined;
    const next = this.#waiting.shift();
    if (next) this.#send(next.client, next.piece);
  }
}

function disguise(message: Buffer): Buffer {
  const shown = Buffer.from(message);
  shown.writeInt32BE(1, HEADER_BYTES);
  return shown;
}

/** Begins to listen on loopback. @param url of a PostgreSQL. @returns the server, and the address with its port. */
export async function startPooler(url: string): Promise<{ server: Server; url: string }> {
  const target = new URL(url);
  const pooler = new Pooler(Number(target.port), target.hostname);
  const server = createServer((client) => pooler.accept(client));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.on('close', () => pooler.close());
  target.host = `127.0.0.1:${(server.address() as { port: number }).port}`;
  return { server, url: target.href };
}
