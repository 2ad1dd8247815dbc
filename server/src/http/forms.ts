// Bodies that may be forms (multipart/form-data, RFC 7578) or large: the doors that take files in a request read them by
// this. A form becomes the value that the same request has as JSON, with its files beside it. What is being read at one
// time is bounded, in all and for each account, so that no account takes the memory of the others.
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { isObject, type Json, type JsonObject } from '../lib/json.ts';
import { SECOND_MS } from '../lib/time.ts';
import {
  boundsOf,
  type ClientBody,
  collectBody,
  type FormFile,
  JSON_TYPE,
  parseJsonBody,
  wantsBody,
} from './body.ts';
import { callerOf } from './gate.ts';
import { readParts } from './multipart.ts';

/** A picture of the largest size that is taken in a form, with the fields beside it. */
export const FORM_BYTES_MAX = 24 * 1024 * 1024;
/** How much the body of a route that takes files may hold. */
export const FORM_BODY = { bytesMax: FORM_BYTES_MAX, namesMax: 1_000, valuesMax: 10_000 };

const FORM_TIMEOUT_MS = 60 * SECOND_MS;
const FIELDS_MAX = 200;
/** What is in memory of bodies that are being read or used. */
const ROOM_BYTES_MAX = 160 * 1024 * 1024;
const ACCOUNT_BYTES_MAX = 64 * 1024 * 1024;
const ROOM_RETRY_SECONDS = 2;

/** The memory for bodies. */
class FormRoom {
  #bytes = 0;
  readonly #byAccount = new Map<string, number>();

  /** @throws AppError `rate_limited` where an account, or all together, have too much under way. */
  take(accountId: string, bytes: number): void {
    const own = (this.#byAccount.get(accountId) ?? 0) + bytes;
    if (own > ACCOUNT_BYTES_MAX || this.#bytes + bytes > ROOM_BYTES_MAX) {
      throw new AppError('rate_limited', {
        message: 'Too many large requests are being read; try again in a moment',
        retryAfterSeconds: ROOM_RETRY_SECONDS,
      });
    }
    this.#bytes += bytes;
    this.#byAccount.set(accountId, own);
  }

  giveBack(accountId: string, bytes: number): void {
    this.#bytes -= bytes;
    const left = (this.#byAccount.get(accountId) ?? 0) - bytes;
    if (left > 0) this.#byAccount.set(accountId, left);
    else this.#byAccount.delete(accountId);
  }
}

function unreadable(message: string): AppError {
  return new AppError('body_unreadable', { message });
}

const FORM_TYPE = /^multipart\/form-data\s*;/i;

/** Lets the routes of a door with a body take JSON or a form, as large as each says. */
export function acceptForms(scope: FastifyInstance): void {
  const room = new FormRoom();
  const held = new WeakMap<FastifyRequest, { accountId: string; bytes: number }>();
  const read = async (request: FastifyRequest, payload: FastifyRequest['raw']) => {
    const { accountId } = callerOf(request);
    const share = { accountId, bytes: 0 };
    held.set(request, share);
    const bounds = boundsOf(request);
    const type = request.headers['content-type'] ?? '';
    const isForm = FORM_TYPE.test(type);
    if (!isForm && !JSON_TYPE.test(type))
      throw unreadable('The body must be sent as application/json or multipart/form-data');
    const bytes = await collectBody(request, payload, {
      bytesMax: bounds.bytesMax,
      timeoutMs: FORM_TIMEOUT_MS,
      onBytes(count) {
        room.take(accountId, count);
        share.bytes += count;
      },
    });
    return isForm ? parseForm(bytes, type) : parseJsonBody(bytes, bounds);
  };
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (request, payload, done) => {
    if (!wantsBody(request.routeOptions)) done(null, undefined);
    else read(request, payload).then((body) => done(null, body), done);
  });
  const giveBack = (request: FastifyRequest) => {
    const share = held.get(request);
    if (share === undefined) return;
    held.delete(request);
    room.giveBack(share.accountId, share.bytes);
  };
  scope.addHook('onResponse', async (request) => giveBack(request));
  scope.addHook('onRequestAbort', async (request) => giveBack(request));
}

/** The digest of a file, as it stands for the file in the text of a form. */
function describeFile({ bytes }: FormFile): JsonObject {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * A form as the value that it stands for. Its text is the same for each way of writing the same form: the boundary, the
 * order of the fields and the names of the files make no difference.
 * @throws AppError `body_unreadable`.
 */
export function parseForm(body: Buffer, contentType: string): ClientBody {
  const value: JsonObject = {};
  const files = new Map<string, FormFile>();
  const parts = readParts(body, contentType);
  if (parts.length > FIELDS_MAX) throw unreadable(`The form has more than ${FIELDS_MAX} fields`);
  for (const { name, fileName, bytes, text } of parts) {
    if (fileName === undefined) setField(value, name, text ?? '');
    else if (name.endsWith('[]')) files.set(nameOfItem(name, files), { bytes, name: fileName });
    else if (files.has(name)) throw unreadable(`The form has two files in the field "${name}"`);
    else files.set(name, { bytes, name: fileName });
  }
  for (const name of files.keys()) {
    if (Object.hasOwn(value, name)) throw unreadable(`The form has the field "${name}" twice`);
  }
  const described = [...files].map(([name, file]): [string, Json] => [name, describeFile(file)]);
  const whole = { fields: sortNames(value), files: sortNames(Object.fromEntries(described)) };
  return { value, raw: JSON.stringify(whole), files };
}

/** Files of a list, `a[]`, are kept as `a[0]`, `a[1]` and so on. */
function nameOfItem(name: string, files: ReadonlyMap<string, FormFile>): string {
  const list = name.slice(0, -2);
  let at = 0;
  while (files.has(`${list}[${at}]`)) at += 1;
  return `${list}[${at}]`;
}

function sortNames(value: Json): Json {
  if (!isObject(value)) return value;
  const sorted = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, member]) => [name, sortNames(member)]));
}

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** Puts a field in its place: `a`, `a[b]` for a member, `a[]` for an item of a list, as the clients of OpenAI spell them. */
function setField(value: JsonObject, name: string, text: string): void {
  const [, outer, inner] = /^([^[\]]{1,100})(?:\[([^[\]]{0,100})\])?$/.exec(name) ?? [];
  if (outer === undefined || FORBIDDEN.has(outer) || FORBIDDEN.has(inner ?? ''))
    throw unreadable(`The form has a field of the name "${name.slice(0, 100)}", which is not taken`);
  const there = Object.hasOwn(value, outer) ? value[outer] : undefined;
  const placed = placeText(there, inner, text);
  if (placed === undefined) throw unreadable(`The form has the field "${name}" twice`);
  value[outer] = placed;
}

/** What a field has become with one more text; undefined where the text has no place. */
function placeText(there: Json | undefined, inner: string | undefined, text: string): Json | undefined {
  if (there === undefined) return inner === undefined ? text : inner === '' ? [text] : { [inner]: text };
  if (inner === '') return Array.isArray(there) ? [...there, text] : undefined;
  const isFree = inner !== undefined && isObject(there) && !Object.hasOwn(there, inner);
  return isFree ? { ...there, [inner]: text } : undefined;
}
