// The smallest HTTP client that distinguishes a refused connection from a reset one, and an answer from half
// of one.
import { type Agent, request } from 'node:http';

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The body as JSON; empty if the body is not JSON. */
  json: { code?: number; data?: Record<string, unknown> & unknown; error?: string };
}

export interface Call {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  url: string;
  key?: string;
  body?: string;
  headers?: Record<string, string>;
  agent?: Agent;
  timeoutMs?: number;
}

const TIMEOUT_MS = 90_000;

/** No answer came. `code` is that of the socket, or `TIMEOUT`. */
export class NoReply extends Error {
  readonly code: string;

  constructor(code: string, cause?: unknown) {
    super(`no reply: ${code}`, { cause });
    this.code = code;
  }
}

function parse(text: string): Reply['json'] {
  try {
    return JSON.parse(text) as Reply['json'];
  } catch {
    return {};
  }
}

/** One request. @throws NoReply when there is no whole answer. */
export function call({
  method = 'GET',
  url,
  key,
  body,
  headers,
  agent,
  timeoutMs = TIMEOUT_MS,
}: Call): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void =>
      reject(new NoReply(error.code ?? error.message, error));
    const sending = request(url, {
      method,
      agent,
      headers: {
        ...(key === undefined ? {} : { 'x-api-key': key }),
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
    });
    const timer = setTimeout(() => sending.destroy(new NoReply('TIMEOUT')), timeoutMs);
    sending.on('error', fail);
    sending.on('close', () => clearTimeout(timer));
    sending.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parse(text) });
      });
    });
    sending.end(body);
  });
}

/** The task object of an answer, character for character. */
export function dataOf(text: string): string {
  const start = text.indexOf('"data":') + '"data":'.length;
  return text.slice(start, -1);
}
