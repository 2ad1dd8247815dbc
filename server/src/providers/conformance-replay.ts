// The server side of the conformance suite: a real HTTP server that answers as a fixture says, or fails in a
// chosen way, and keeps what it received. Only for tests.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../lib/json.ts';
import type { Fixture, FixtureExchange } from './recording/fixture-form.ts';
import { readBody, readQuery } from './recording/wire-form.ts';

export type { Fixture, FixtureExchange };

/** Reads all fixtures of a folder by their file names. */
export function readFixtures(folder: URL): [string, Fixture][] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Fixture]);
}

export interface ReplayedRequest {
  method: string;
  path: string;
  query: Record<string, string | string[]>;
  headers: IncomingHttpHeaders;
  body: Json | undefined;
  /** The bytes of the files of a form, in latin1. */
  files: string[];
}

export type Answerer = (response: ServerResponse, request: ReplayedRequest) => void;

export interface ReplayServer {
  base: string;
  received: ReplayedRequest[];
  /** How the next requests are answered. */
  answer: Answerer;
  close(): Promise<void>;
}

async function receive(message: IncomingMessage): Promise<ReplayedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const url = new URL(message.url ?? '/', 'http://replay');
  const files: string[] = [];
  return {
    method: message.method ?? '',
    path: decodeURIComponent(url.pathname),
    query: readQuery(url),
    headers: message.headers,
    body: readBody(Buffer.concat(chunks), message.headers['content-type'] ?? '', files),
    files,
  };
}

/** Listens on 127.0.0.1. */
export async function startReplay(): Promise<ReplayServer> {
  // A process that stands still for five seconds would else cut a connection that its client is just using again.
  const server = createServer({ keepAliveTimeout: 0 }, (message, response) => {
    response.on('error', () => undefined);
    receive(message).then(
      (request) => {
        replay.received.push(request);
        replay.answer(response, request);
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const replay: ReplayServer = {
    base: `http://127.0.0.1:${port}`,
    received: [],
    answer: answerWith(500, ''),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return replay;
}

/** Gives every request the same answer; an object is sent as JSON. */
export function answerWith(status: number, body: Json, headers: Record<string, string> = {}): Answerer {
  const isText = typeof body === 'string';
  const type = isText ? 'text/html' : 'application/json';
  return (response) => {
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(isText ? body : JSON.stringify(body));
  };
}

const CHUNK = Buffer.alloc(64 * 1024, 0x20);

/** A JSON answer of so many bytes. */
export function answerHuge(bytes: number): Answerer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    let leftBytes = bytes;
    const write = () => {
      while (leftBytes > 0 && !response.destroyed) {
        leftBytes -= CHUNK.length;
        if (!response.write(CHUNK)) return void response.once('drain', write);
      }
      response.end('{}');
    };
    write();
  };
}

/** Half of a JSON answer under a good status, then the connection closes. */
export function answerHalf(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"id":"half', () => response.destroy());
}

/** Answers with the exchanges of a fixture in their order, and refuses a request that does not fit. */
export function answerFixture(exchanges: FixtureExchange[], fill: <Value>(value: Value) => Value): Answerer {
  const waiting = [...exchanges];
  return (response, request) => {
    const next = waiting.shift();
    if (!next) return answerWith(599, 'there is no further exchange in this fixture')(response, request);
    const { status, headers, body } = fill(next.response);
    answerWith(status, body, headers)(response, request);
  };
}
