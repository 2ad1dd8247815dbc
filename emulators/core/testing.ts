// What the tests of emulators share: an emulator that ends with its test, a caller, and a receiver of
// callbacks.
import type { IncomingHttpHeaders } from 'node:http';
import { onTestFinished } from 'vitest';
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import { startReceiver } from '../../test/stage/receiver.ts';
import type { EmulatedApi } from './api.ts';
import type { EmulatorOptions, RunningEmulator } from './emulator.ts';
import { startEmulator } from './server.ts';

/** It ends what hangs; a busy machine takes its time. */
const WITHIN_MS = 60_000;

/** An emulator whose clock stands still, unless the options say otherwise; closed at the end of the test. */
export async function openEmulator(
  api: EmulatedApi,
  options: EmulatorOptions = {},
): Promise<RunningEmulator> {
  const emulator = await startEmulator(api, { manualClock: true, seed: 1, ...options });
  onTestFinished(() => emulator.close());
  return emulator;
}

export interface TestAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** An empty object when the answer is not a JSON object. */
  json: JsonObject;
}

/** Calls below the base address with the key as a bearer token. @throws when there is no whole answer. */
export async function call(
  { fields }: RunningEmulator,
  method: string,
  path: string,
  options: { json?: Json; headers?: Record<string, string>; timeoutMs?: number } = {},
): Promise<TestAnswer> {
  return get(`${fields.base_url}${path}`, {
    method,
    headers: { authorization: `Bearer ${fields.api_key}`, ...options.headers },
    body: options.json === undefined ? undefined : JSON.stringify(options.json),
    signal: AbortSignal.timeout(options.timeoutMs ?? WITHIN_MS),
    redirect: 'manual',
  });
}

/** Any request, without a key. @throws when there is no whole answer. */
export async function get(url: string, init: RequestInit = {}): Promise<TestAnswer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: readObject(text) };
}

function readObject(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    // Pages of HTML and empty bodies are answers too.
    return {};
  }
}

/** Resolves as soon as it is true. @throws when that takes too long. */
export async function until(isTrue: () => boolean): Promise<void> {
  const endMs = performance.now() + WITHIN_MS;
  while (!isTrue()) {
    if (performance.now() > endMs) throw new Error(`it never came true: ${isTrue}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export interface ReceivedPost {
  json: JsonObject;
  headers: IncomingHttpHeaders;
  /** With the query. */
  path: string;
  /** As received, for what is signed. */
  text: string;
}

export interface Receiver {
  url: string;
  posts: ReceivedPost[];
  /** The statuses of the next answers; 0 is no answer at all. Afterwards 200. */
  statuses: number[];
}

/** A receiver of callbacks on loopback, closed at the end of the test. */
export async function openReceiver(): Promise<Receiver> {
  const receiver: Receiver = { url: '', posts: [], statuses: [] };
  const { url, close } = await startReceiver({
    statusFor: () => receiver.statuses.shift() ?? 200,
    onReceipt: ({ body, headers, path }) =>
      receiver.posts.push({ json: readObject(body), headers, path, text: body }),
  });
  receiver.url = `${url}/hook`;
  onTestFinished(close);
  return receiver;
}
