// Identifiers and secrets. Ids sort by time of creation, so that new rows land at the end of their index.
import { randomBytes } from 'node:crypto';
import { systemClock } from './time.ts';

let pool = Buffer.alloc(0);
let poolOffset = 0;

/**
 * Random bytes from a block that was drawn in advance: a call to the generator for every id would cost more than the
 * id.
 */
function takeRandom(count: number): Buffer {
  if (poolOffset + count > pool.length) {
    pool = randomBytes(4096);
    poolOffset = 0;
  }
  poolOffset += count;
  return pool.subarray(poolOffset - count, poolOffset);
}

/** A UUID version 7 (RFC 9562): 36 characters, 48 bits of Unix milliseconds, 74 random bits. */
export function newId(): string {
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeUIntBE(systemClock(), 0, 6);
  takeRandom(10).copy(bytes, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The least id that could have been made at a time in Unix milliseconds; for "not older than". */
export function oldestIdAt(timeMs: number): string {
  const hex = Math.max(0, Math.floor(timeMs)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** Ids are made by the clocks of nodes, and times by that of the database: so far the two may be from each other. */
export const CLOCKS_DIFFER_MS = 2 * 3_600_000;

/** Ids between which all rows lie that were made from a time on and before another one, both in Unix milliseconds. */
export function boundsOfIds(fromMs: number, toMs: number): [from: string, to: string] {
  return [oldestIdAt(fromMs - CLOCKS_DIFFER_MS), oldestIdAt(toMs + CLOCKS_DIFFER_MS)];
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** When an id of {@link newId} was made, to the millisecond. */
export function timeOfId(id: string): Date {
  return new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16));
}

/** Whether the text has the form of a UUID; anything else never reaches the database. */
export function isUuid(text: string): boolean {
  return text.length === 36 && UUID.test(text);
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Random text over letters and digits without bias; 22 characters carry 130 bits. */
export function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length * 2)) {
      if (byte < 248 && text.length < length) text += BASE62[byte % 62];
    }
  }
  return text;
}

/** A number below 62^length as fixed-width base 62. */
export function toBase62(value: number, length: number): string {
  let text = '';
  let rest = value;
  for (let digit = 0; digit < length; digit++) {
    text = BASE62[rest % 62] + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
