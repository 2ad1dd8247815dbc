// A closed-loop HTTP load generator on bare sockets: each client sends its next request when its answer is
// complete. Kept small, since it shares the two cores with what it measures.
import { connect, type Socket } from 'node:net';

export interface LoadOptions {
  host: string;
  port: number;
  clients: number;
  seconds: number;
  /**
   * The whole request as it goes over the wire; called for each request. Undefined ends the client that asks.
   */
  nextRequest: () => string | undefined;
}

export interface LoadResult {
  failures: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

const HEAD_END = '\r\n\r\n';

/** The length of the first answer with a Content-Length in a growing text; -1 while it is incomplete. */
function answerLength(text: string): number {
  const headEnd = text.indexOf(HEAD_END);
  if (headEnd === -1) return -1;
  const length = /content-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1];
  const total = headEnd + HEAD_END.length + Number(length ?? 0);
  return text.length >= total ? total : -1;
}

interface Client {
  socket: Socket;
  received: string;
  sentAtMs: number;
}

/** Runs the load; counts answers with status 200 as requests, everything else as failures. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  let failures = 0;
  let stopping = false;
  const send = (client: Client) => {
    const request = options.nextRequest();
    if (request === undefined) {
      client.socket.destroy();
      return;
    }
    client.sentAtMs = performance.now();
    client.socket.write(request);
  };
  const clients = await Promise.all(
    Array.from({ length: options.clients }, async () => {
      const socket = connect(options.port, options.host);
      socket.setNoDelay(true);
      socket.setEncoding('latin1');
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      return { socket, received: '', sentAtMs: 0 };
    }),
  );
  const startedMs = performance.now();
  const done = clients.map(
    (client) =>
      new Promise<void>((resolve) => {
        client.socket.on('error', () => resolve());
        client.socket.on('close', () => resolve());
        client.socket.on('data', (chunk) => {
          client.received += chunk;
          const length = answerLength(client.received);
          if (length === -1) return;
          if (client.received.startsWith('HTTP/1.1 200'))
            latenciesMs.push(performance.now() - client.sentAtMs);
          else failures++;
          client.received = client.received.slice(length);
          if (stopping) client.socket.destroy();
          else send(client);
        });
        send(client);
      }),
  );
  const timer = setTimeout(() => {
    stopping = true;
  }, options.seconds * 1000);
  await Promise.all(done);
  clearTimeout(timer);
  const elapsedSeconds = (performance.now() - startedMs) / 1000;
  latenciesMs.sort((a, b) => a - b);
  const at = (share: number) => latenciesMs[Math.floor(latenciesMs.length * share)] ?? Number.NaN;
  return {
    failures,
    perSecond: latenciesMs.length / elapsedSeconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

/** The bytes of a request with a JSON body. */
export function postRequest(path: string, body: string, headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

export function getRequest(path: string, headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\nhost: bench\r\n${lines.join('')}\r\n`;
}

/**
 * Sends requests at a steady rate on one connection, each when it is due, and returns the times in ms,
 * sorted.
 */
export async function runPaced(options: {
  url: string;
  headers: Record<string, string>;
  perSecond: number;
  seconds: number;
}) {
  const timesMs: number[] = [];
  const count = options.perSecond * options.seconds;
  const startedMs = performance.now();
  const under: Promise<void>[] = [];
  for (let at = 0; at < count; at++) {
    const dueMs = startedMs + (at * 1000) / options.perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
    // Counted from when it was due, so that a stall counts for every request that it delayed.
    const ask = fetch(options.url, { headers: options.headers }).then(async (response) => {
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`${options.url} answered ${response.status}`);
      timesMs.push(performance.now() - dueMs);
    });
    under.push(ask);
  }
  await Promise.all(under);
  return timesMs.sort((a, b) => a - b);
}
