// What a base address may lead to by mistake or malice: other websites, closed ports, servers that repeat
// what they received. All of them are real sockets on loopback and keep what arrived.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { spellingsOf } from './targets.ts';

export interface Arrived {
  method: string;
  /** As it was in the request. */
  url: string;
  /** All header values, and the body. */
  text: string;
}

export interface OtherServer {
  /** Without a trailing slash. */
  url: string;
  arrived: Arrived[];
  close(): Promise<void>;
}

type Answer = (response: ServerResponse, arrived: Arrived) => void;

const PAGE = '<!doctype html><html><body><h1>Welcome to our shop</h1></body></html>';

async function readAll(message: IncomingMessage): Promise<Arrived> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const headers = message.rawHeaders.join('\n');
  const { method = '', url = '' } = message;
  return { method, url, text: `${headers}\n${Buffer.concat(chunks).toString()}` };
}

/** A server that answers everything in one way. */
export async function startOtherServer(answer: Answer, host = '127.0.0.1'): Promise<OtherServer> {
  const arrived: Arrived[] = [];
  const server = createServer({ keepAliveTimeout: 0 }, (message, response) => {
    readAll(message).then(
      (request) => {
        arrived.push(request);
        answer(response, request);
      },
      () => response.destroy(),
    );
  });
  await listen(server, host);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    arrived,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
}

export function page(status: number): Answer {
  return (response) => response.writeHead(status, { 'content-type': 'text/html' }).end(PAGE);
}

/** To the same path elsewhere, as a moved API would. */
export function redirect(to: () => string): Answer {
  return (response, { url }) => response.writeHead(307, { location: `${to()}${url}` }).end();
}

/** An address at which nothing listens. */
export async function findClosedPort(): Promise<string> {
  const server = createTcpServer();
  await listen(server, '127.0.0.1');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/**
 * Refuses with everything that it received and the secrets that it knows, in the form of every API at once:
 * providers do repeat the key that they refuse.
 */
export function echo(secrets: readonly string[]): Answer {
  return (response, { url, text }) => {
    const words = `${secrets.flatMap(spellingsOf).join(' ')} ${text} ${url}`;
    const body = {
      code: 1201,
      message: words,
      reason: 'FieldInvalid',
      detail: words,
      title: words,
      error: { code: words, message: words, status: 'INVALID_ARGUMENT', type: words },
      ResponseMetadata: { Error: { Code: words, CodeN: 1400, Message: words } },
    };
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

/** Compressed more than once; the result must never be decompressed. */
export function packed(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip, gzip' });
  response.end(Buffer.from('1f8b08000000000000ffaba6050043bfa6a302000000', 'hex'));
}
