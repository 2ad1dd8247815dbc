// One exchange over HTTP as an emulated API sees it: the request, the reply, and the route from one to the
// other. Sockets and faults belong to the server.
import type { Json } from '../../server/src/lib/json.ts';
import type { Action, TakenFaults } from './faults.ts';
import type { FileShape } from './video.ts';

/** A request as a route sees it: read completely. */
export interface ApiRequest {
  method: string;
  /** Without the query; as received, not decoded. */
  path: string;
  /** With the question mark, or empty. */
  search: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** The body, if it is JSON. */
  json: Json | undefined;
  /** The values of the placeholders in the route's path, decoded. */
  params: Readonly<Record<string, string>>;
  /** The key that `authorize` found. */
  key: string;
  /** Used by the core: what goes wrong with this request. */
  faults: TakenFaults;
  /** Whether the client has left, so that nothing waits for the answer. */
  isGone(): boolean;
}

/** One of `json`, `text`, `file`, `bytes`, `events`, or none of them: an empty body. */
export interface Reply {
  /** Default 200. */
  status?: number;
  headers?: Record<string, string>;
  json?: Json;
  text?: string;
  /** Of `text`; default text/plain. Of `bytes`; default application/octet-stream. */
  contentType?: string;
  /** A result, for APIs that serve results themselves. */
  file?: FileShape;
  bytes?: Uint8Array;
  /** Server-sent events, each with this JSON, sent as they come. They must end when the client has left. */
  events?: AsyncIterable<Json>;
}

export interface Route {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** With the base path. `{name}` is a part of one segment, `{name*}` may span segments. */
  path: string;
  /** Distinguishes routes with the same method and path, such as an action in the query. */
  when?: (request: ApiRequest) => boolean;
  on: Action;
  answer: (request: ApiRequest) => Reply | Promise<Reply>;
}

export function replyJson(json: Json, status = 200, headers: Record<string, string> = {}): Reply {
  return { status, json, headers };
}

/** A whole number in a query, from 1 to `max`; undefined when it is not one, `fallback` when it is missing. */
export function readCount(text: string | null, fallback: number, max: number): number | undefined {
  if (text === null) return fallback;
  const value = Number(text);
  return /^\d+$/.test(text) && value >= 1 && value <= max ? value : undefined;
}

/**
 * The parts of a multipart body. @throws when it is not one; that is answered with 500 unless the route
 * catches it.
 */
export async function readForm({ body, headers }: ApiRequest): Promise<FormData> {
  const type = headers['content-type'] ?? '';
  return await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
}
