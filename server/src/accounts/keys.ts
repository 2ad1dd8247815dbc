// API keys: their form, their digest, and the cached look-up on the hot path. The key itself is never stored or logged.
import { createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { AddressRange } from '../lib/address-ranges.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import { randomBase62, toBase62 } from '../lib/ids.ts';
import type { Book, Micros } from '../lib/money.ts';
import { SharedRead } from '../lib/shared-read.ts';
import type { SteadyClock } from '../lib/time.ts';
import type { Role } from './roles.ts';

const KEY_LENGTH = 35;
const CHECKSUM_LENGTH = 6;
const KEY_FORM = /^ak_(live|test)[0-9A-Za-z]{28}$/;

/** A key that programs send, or the owner of what people make while they are signed in. */
export type KeyKind = 'key' | 'playground';

/** What Reelay knows about an accepted key. */
export interface KeyRecord {
  keyId: string;
  accountId: string;
  mode: Book;
  kind: KeyKind;
  /** What it may do in its account. */
  role: Role;
  /** Unknown fields of a body are refused for this key even without a Prefer header. */
  strict: boolean;
  createsMax: number;
  createsWindowSeconds: number;
  readsPer10s: number | null;
  /** Models that it may use; null is all. */
  models: readonly string[] | null;
  /** Where it may be used from; null is anywhere. */
  ranges: readonly AddressRange[] | null;
  /** Whether agents may use it over MCP if it is a live key. */
  agentsLive: boolean;
  /** The price above which a person has to agree to the create of an agent; null is never. */
  agentsConfirmAbove: Micros | null;
  expired: boolean;
  disabled: boolean;
}

function checksumOf(text: string): string {
  return toBase62(crc32(text), CHECKSUM_LENGTH);
}

/** A fresh key: `ak_`, the mode, 22 random characters (130 bits) and a checksum; 35 characters in all. */
export function generateKey(mode: Book): string {
  const body = `ak_${mode}${randomBase62(KEY_LENGTH - CHECKSUM_LENGTH - 7)}`;
  return body + checksumOf(body);
}

/** Whether the text can be one of our keys; a wrong checksum is turned away without a look into the database. */
export function hasKeyForm(text: string): boolean {
  if (text.length !== KEY_LENGTH || !KEY_FORM.test(text)) return false;
  return checksumOf(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);
}

/** What is stored of a key: HMAC-SHA-256 under the server's secret, so that a dump of the database opens nothing. */
export function digestKey(secret: string, key: string): Buffer {
  return createHmac('sha256', secret).update('api-key:').update(key).digest();
}

/** The part of a key that lists may show. */
export function hintOf(key: string): string {
  return `${key.slice(0, 7)}…${key.slice(-4)}`;
}

/** How long a look-up may be reused: a key disabled on one node is refused by all within this time. */
export const KEY_CACHE_MS = 900;
const CACHE_ENTRIES_MAX = 10_000;

export interface KeyLookup {
  /** At once from the cache, or by a read of the database. */
  find(key: string): Promise<KeyRecord | undefined> | KeyRecord;
  /** Call it after a change: the next call for one of these keys reads again. */
  forget(isChanged: (record: KeyRecord) => boolean): void;
}

/**
 * Finds the record of a key, or undefined for a key that Reelay did not issue. Reads the database at most once for each
 * key in {@link KEY_CACHE_MS}; calls at the same moment share one read.
 */
export function createKeyLookup(options: {
  secret: string;
  clock: SteadyClock;
  read: (digest: Buffer) => Promise<KeyRecord | undefined>;
}): KeyLookup {
  const { secret, clock, read } = options;
  const reads = new BoundedMap<string, SharedRead<KeyRecord | undefined>>(CACHE_ENTRIES_MAX);

  const find: KeyLookup['find'] = (key) => {
    const known = reads.get(key);
    // Most calls end here: a record that is at hand costs no turn of the event loop.
    const record = known?.fresh?.value;
    if (record) return record;
    if (known) return known.current();
    if (!hasKeyForm(key)) return Promise.resolve(undefined);
    const shared = new SharedRead({
      read: () => read(digestKey(secret, key)),
      clock,
      keepMs: KEY_CACHE_MS,
    });
    reads.set(key, shared);
    return shared.current();
  };
  return {
    find,
    forget(isChanged) {
      for (const shared of reads.values()) {
        const record = shared.fresh?.value;
        // What is being read now may be from before the change.
        if (!record || isChanged(record)) shared.forget();
      }
    },
  };
}
