// Proves that a callback came from fal: ED25519 over four lines, with keys from a public set.
// https://fal.ai/docs/documentation/model-apis/inference/webhooks, read 2026-11-21.
//
// States of a set of keys: unasked -> asked -> held; held -> asked again when it is a day old, or when a
// signature fits no key (keys rotate), but never more often than every 30 s, so that forged posts cannot make
// Reelay flood its address. The set is public, and the API key is never sent to it.
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { BoundedMap } from '../../lib/bounded-map.ts';
import { DAY_MS, SECOND_MS } from '../../lib/time.ts';
import { askFor, readGood } from '../answers.ts';
import type { CallContext, HintRequest } from '../contract.ts';
import { readWire } from '../kit/wire.ts';
import { keySchema, keySetSchema } from './wire.ts';

/** Either way. */
const TOLERANCE_SECONDS = 300;
const ASK_PAUSE_MS = 30 * SECOND_MS;
const ASK_TIMEOUT_MS = 5 * SECOND_MS;
const SET_BYTES_MAX = 64 * 1024;
const KEYS_MAX = 20;
const SETS_MAX = 16;

export interface SignedCallback {
  /** Unix seconds. */
  sentAt: number;
  message: Buffer;
  signature: Buffer;
}

/** The parts of a signed post; undefined when a header is missing or malformed. */
export function readSigned({ headers, body }: HintRequest): SignedCallback | undefined {
  const {
    'x-fal-webhook-request-id': requestId,
    'x-fal-webhook-user-id': userId,
    'x-fal-webhook-timestamp': timestamp,
    'x-fal-webhook-signature': signature,
  } = headers as Record<string, string | undefined>;
  if (requestId === undefined || userId === undefined) return undefined;
  if (!/^\d{1,12}$/.test(timestamp ?? '') || !/^[0-9a-f]{128}$/i.test(signature ?? '')) return undefined;
  const digest = createHash('sha256').update(body).digest('hex');
  return {
    sentAt: Number(timestamp),
    message: Buffer.from([requestId, userId, timestamp, digest].join('\n')),
    signature: Buffer.from(signature ?? '', 'hex'),
  };
}

/** @param nowMs of Reelay's clock. */
export function isTimely({ sentAt }: SignedCallback, nowMs: number): boolean {
  return Math.abs(nowMs / SECOND_MS - sentAt) <= TOLERANCE_SECONDS;
}

interface KeySet {
  keys: KeyObject[];
  /** Zero until the set was first read. */
  readAtMs: number;
  askedAtMs: number;
  /** Set while the keys are being fetched, so that many callbacks fetch them once. */
  asking: Promise<void> | undefined;
}

/** The public keys by the address of their set. */
export class KeySets {
  readonly #sets = new BoundedMap<string, KeySet>(SETS_MAX);

  /**
   * Whether one of the keys signed it. Also false when the keys cannot be fetched: the sender tries again for
   * hours.
   */
  async verifies({ message, signature }: SignedCallback, context: CallContext): Promise<boolean> {
    const set = this.#setAt(context.credential.fields.jwks_url);
    const fits = () =>
      isFresh(set, context.steady()) && set.keys.some((key) => verify(null, message, key, signature));
    if (fits()) return true;
    if (!set.asking && context.steady() - set.askedAtMs < ASK_PAUSE_MS) return false;
    set.asking ??= this.#ask(set, context).finally(() => {
      set.asking = undefined;
    });
    await set.asking;
    return fits();
  }

  #setAt(address: string): KeySet {
    const known = this.#sets.get(address);
    if (known) return known;
    const set = { keys: [], readAtMs: 0, askedAtMs: Number.NEGATIVE_INFINITY, asking: undefined };
    this.#sets.set(address, set);
    return set;
  }

  /** If the answer cannot be read, the older keys stay until they are a day old. */
  async #ask(set: KeySet, context: CallContext): Promise<void> {
    set.askedAtMs = context.steady();
    const path = context.credential.fields.jwks_url;
    if (!/^https?:\/\//.test(path)) return;
    const answer = await askFor(context, {
      method: 'GET',
      path,
      timeoutMs: ASK_TIMEOUT_MS,
      maxBytes: SET_BYTES_MAX,
    });
    const found = 'failure' in answer ? undefined : readGood(keySetSchema, answer);
    if (!found) return;
    set.keys = found.keys.slice(0, KEYS_MAX).flatMap(readKey);
    set.readAtMs = context.steady();
  }
}

function isFresh({ readAtMs }: KeySet, nowMs: number): boolean {
  return nowMs - readAtMs < DAY_MS;
}

function readKey(value: object): KeyObject[] {
  const key = readWire(keySchema, value as never);
  if (!key) return [];
  try {
    return [createPublicKey({ key: { kty: key.kty, crv: key.crv, x: key.x }, format: 'jwk' })];
  } catch {
    // A broken key signs nothing; the other keys of the set still may.
    return [];
  }
}
