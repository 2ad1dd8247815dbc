// A gate between a process and PostgreSQL that can break a connection at any statement: just before the
// statement reaches the database, as soon as it is sent, or once the database has done it and before its
// answer comes back. It cuts only that connection; the code that opened it may have the process killed as
// well. Between two statements, the only things that a worker does that are visible from outside are its
// calls to providers, so these are all the places where it can die. The gate finds the statements itself; it
// knows none by name.
import { connect, createServer, type Server, type Socket } from 'node:net';

export type Moment = 'before' | 'during' | 'after';

/** Whether a connection breaks at a statement. Asked for every statement of the watched kinds. */
export type Judge = (label: string) => Moment | undefined;

interface GateOptions {
  databaseUrl: string;
  judge: Judge;
  /** Statements that are watched; by default those that change something. */
  watched?: RegExp;
  /** Called as a connection breaks. */
  onCut: (label: string, moment: Moment) => void;
}

export class SqlGate {
  /** The database as the worker sees it. */
  readonly url: string;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(url: string, server: Server, sockets: Set<Socket>) {
    this.url = url;
    this.#server = server;
    this.#sockets = sockets;
  }

  static async open(options: GateOptions): Promise<SqlGate> {
    const { hostname, port } = new URL(options.databaseUrl);
    const sockets = new Set<Socket>();
    const server = createServer((client) => {
      const database = connect(Number(port || 5432), hostname);
      for (const [one, other] of [
        [client, database],
        [database, client],
      ]) {
        sockets.add(one);
        // Messages are passed on one by one: without this each would wait for the receipt of the one before.
        one.setNoDelay(true);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          sockets.delete(one);
          // What was written to the other side is still sent, as it is when a process dies.
          other.end();
        });
      }
      join(client, database, options);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const url = new URL(options.databaseUrl);
    url.hostname = '127.0.0.1';
    url.port = String(typeof address === 'object' && address !== null ? address.port : 0);
    return new SqlGate(url.href, server, sockets);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Passes everything on, message by message, unless the connection has to break. */
function join(client: Socket, database: Socket, { judge, watched = CHANGES, onCut }: GateOptions): void {
  const statements = new Statements(watched);
  let cut: { label: string; moment: Moment } | undefined;
  let isBroken = false;
  const toServer = createSplitter({ hasStartup: true }, (message) => {
    const label = cut === undefined ? statements.labelOf(message) : undefined;
    const moment = label === undefined ? undefined : judge(label);
    if (label !== undefined && moment !== undefined) cut = { label, moment };
    if (moment === 'before') return breakOff();
    database.write(message);
    const isSent = message[0] === SYNC || message[0] === QUERY;
    if (cut?.moment === 'during' && isSent) breakOff();
  });
  const toClient = createSplitter({ hasStartup: false }, (message) => {
    if (cut === undefined) client.write(message);
    // The server is ready for the next query: this one is done, and committed unless a transaction is open.
    else if (message[0] === READY) breakOff();
  });
  function breakOff(): void {
    if (isBroken || cut === undefined) return;
    isBroken = true;
    onCut(cut.label, cut.moment);
    client.destroy();
  }
  client.on('data', (chunk: Buffer) => isBroken || toServer(chunk));
  database.on('data', (chunk: Buffer) => toClient(chunk));
}

const READY = 'Z'.charCodeAt(0);
const PARSE = 'P'.charCodeAt(0);
const BIND = 'B'.charCodeAt(0);
const QUERY = 'Q'.charCodeAt(0);
const SYNC = 'S'.charCodeAt(0);
/** The first message of a client has no type, only a length. */
const STARTUP_HEADER = 4;
const HEADER = 5;

/** Cuts a stream into messages of the protocol (https://www.postgresql.org/docs/18/protocol-message-formats.html). */
function createSplitter(
  { hasStartup }: { hasStartup: boolean },
  take: (message: Buffer) => void,
): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let isStartup = hasStartup;
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const header = isStartup ? STARTUP_HEADER : HEADER;
      if (rest.length < header) return;
      const length = rest.readInt32BE(header - 4) + header - 4;
      if (rest.length < length) return;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      isStartup = false;
      take(message);
    }
  };
}

const LABEL_CHARACTERS = 60;
const CHANGES = /\b(insert into|update|delete from|settle_tasks|create_tasks)\b/i;
/** The queue library's own, and the heartbeat. */
const HOUSEKEEPING = /graphile_worker|^insert into nodes/i;

/** Names the statements of one connection: by their own name if they have one, else by how they begin. */
class Statements {
  readonly #texts = new Map<string, string>();
  readonly #watched: RegExp;
  /** The last change of the open transaction. */
  #changed: string | undefined;

  constructor(watched: RegExp) {
    this.#watched = watched;
  }

  /** The name of a watched statement that is about to run; undefined for any other. */
  labelOf(message: Buffer): string | undefined {
    const type = message[0];
    if (type === PARSE) {
      const [name, text] = readTexts(message, 2);
      this.#texts.set(name, text);
      return undefined;
    }
    if (type === BIND) {
      const [, name] = readTexts(message, 2);
      return this.#nameOf(this.#texts.get(name) ?? '', name);
    }
    if (type !== QUERY) return undefined;
    const [text] = readTexts(message, 1);
    return this.#simple(text);
  }

  #simple(text: string): string | undefined {
    const word = text.trim().toLowerCase();
    if (word === 'commit') {
      const label = this.#changed && `commit of ${this.#changed}`;
      this.#changed = undefined;
      return label;
    }
    if (word === 'begin' || word === 'rollback') {
      this.#changed = undefined;
      return undefined;
    }
    return this.#nameOf(text, '');
  }

  #nameOf(text: string, name: string): string | undefined {
    const plain = text.replace(/\s+/g, ' ').trim();
    if (!this.#watched.test(plain) || HOUSEKEEPING.test(plain)) return undefined;
    const label = name === '' ? plain.slice(0, LABEL_CHARACTERS) : name;
    this.#changed = label;
    return label;
  }
}

/** Zero-terminated texts, from the start of a message's body. */
function readTexts(message: Buffer, count: number): string[] {
  const texts: string[] = [];
  let at = HEADER;
  for (let index = 0; index < count; index++) {
    const end = message.indexOf(0, at);
    texts.push(message.toString('utf8', at, end));
    at = end + 1;
  }
  return texts;
}

/** Where workers die: at each statement that is ever seen, a given number of times before and after it. */
export class StatementPlan {
  readonly #perMoment: number;
  readonly #deathsMax: number;
  readonly #share: number;
  readonly #random: () => number;
  readonly #left = new Map<string, Moment[]>();
  readonly deaths: { label: string; moment: Moment }[] = [];
  isOn = false;

  /**
   * @param options.share of the chances to die at a statement that are taken, so that its neighbours get
   * theirs.
   */
  constructor(options: { perMoment: number; deathsMax: number; share: number; random: () => number }) {
    this.#perMoment = options.perMoment;
    this.#deathsMax = options.deathsMax;
    this.#share = options.share;
    this.#random = options.random;
  }

  /** Whether every statement that was seen has had its deaths. */
  get isDone(): boolean {
    return (
      this.deaths.length >= this.#deathsMax || [...this.#left.values()].every((left) => left.length === 0)
    );
  }

  /** The statements that were seen. */
  get labels(): string[] {
    return [...this.#left.keys()].sort();
  }

  judge(label: string): Moment | undefined {
    if (!this.isOn || this.deaths.length >= this.#deathsMax) return undefined;
    let left = this.#left.get(label);
    if (!left) {
      left = Array.from({ length: this.#perMoment }, (): Moment[] => ['before', 'after']).flat();
      this.#left.set(label, left);
    }
    // The first chance is always taken, so that any run has a death.
    if (this.deaths.length > 0 && this.#random() >= this.#share) return undefined;
    const moment = left.shift();
    if (moment) this.deaths.push({ label, moment });
    return moment;
  }
}
