import { describe, expect, it } from 'vitest';
import { asSteady } from '../lib/time.ts';
import {
  createKeyLookup,
  digestKey,
  generateKey,
  hasKeyForm,
  hintOf,
  KEY_CACHE_MS,
  type KeyRecord,
} from './keys.ts';

const record: KeyRecord = {
  keyId: 'key',
  accountId: 'account',
  mode: 'test',
  kind: 'key',
  role: 'member',
  strict: false,
  createsMax: 20,
  createsWindowSeconds: 10,
  readsPer10s: null,
  models: null,
  ranges: null,
  agentsLive: false,
  agentsConfirmAbove: null,
  expired: false,
  disabled: false,
};

describe('a key', () => {
  it('has 35 characters that show its mode', () => {
    expect(generateKey('test')).toMatch(/^ak_test[0-9A-Za-z]{28}$/);
    expect(generateKey('live')).toMatch(/^ak_live[0-9A-Za-z]{28}$/);
    expect(generateKey('live')).toHaveLength(35);
  });

  it('has a checksum that detects every single wrong character', () => {
    const key = generateKey('test');
    expect(hasKeyForm(key)).toBe(true);
    for (let at = 0; at < key.length; at++) {
      const wrong = key[at] === 'a' ? 'b' : 'a';
      expect(hasKeyForm(key.slice(0, at) + wrong + key.slice(at + 1))).toBe(false);
    }
  });

  it('detects two characters that changed places', () => {
    const key = generateKey('live');
    for (let at = 7; at < key.length - 1; at++) {
      const swapped = key.slice(0, at) + key[at + 1] + key[at] + key.slice(at + 2);
      expect(hasKeyForm(swapped)).toBe(swapped === key);
    }
  });

  it.each([
    '',
    'ak_test',
    'ak_live',
    `sk_test${'0'.repeat(28)}`,
    `ak_test${'0'.repeat(29)}`,
    `ak_demo${'0'.repeat(28)}`,
  ])('is not %j', (text) => {
    expect(hasKeyForm(text)).toBe(false);
  });

  it('shows its mode and its last four characters, nothing else', () => {
    const key = generateKey('test');
    expect(hintOf(key)).toBe(`ak_test…${key.slice(-4)}`);
  });

  it('is stored under the secret of its server, so that another server finds nothing', () => {
    const key = generateKey('test');
    expect(digestKey('one', key)).toHaveLength(32);
    expect(digestKey('one', key).equals(digestKey('one', key))).toBe(true);
    expect(digestKey('one', key).equals(digestKey('other', key))).toBe(false);
  });
});

describe('the look-up', () => {
  function createLookup(find: () => KeyRecord | undefined) {
    const clock = { nowMs: 1_000_000 };
    let reads = 0;
    const lookup = createKeyLookup({
      secret: 'secret',
      clock: asSteady(() => clock.nowMs),
      read: async () => {
        reads++;
        return find();
      },
    });
    return { clock, lookup, reads: () => reads };
  }

  it('reads once for many calls of a moment, and again when the moment is over', async () => {
    const { clock, lookup, reads } = createLookup(() => record);
    const key = generateKey('test');
    expect(await Promise.all(Array.from({ length: 50 }, () => lookup.find(key)))).toEqual(
      Array(50).fill(record),
    );
    clock.nowMs += KEY_CACHE_MS - 1;
    await lookup.find(key);
    expect(reads()).toBe(1);
    clock.nowMs += 1;
    await lookup.find(key);
    expect(reads()).toBe(2);
  });

  it('notices within a second that a key was disabled, or made', async () => {
    let found: KeyRecord | undefined;
    const { clock, lookup } = createLookup(() => found);
    const key = generateKey('test');
    expect(await lookup.find(key)).toBeUndefined();
    found = record;
    clock.nowMs += 1000;
    expect(await lookup.find(key)).toEqual(record);
    found = { ...record, disabled: true };
    clock.nowMs += 1000;
    expect(await lookup.find(key)).toEqual({ ...record, disabled: true });
  });

  it('reads again at once after a change of that key, and not after one of another', async () => {
    const { lookup, reads } = createLookup(() => record);
    const key = generateKey('test');
    await lookup.find(key);
    lookup.forget(({ keyId }) => keyId === 'another');
    await lookup.find(key);
    expect(reads()).toBe(1);
    lookup.forget(({ keyId }) => keyId === record.keyId);
    await lookup.find(key);
    expect(reads()).toBe(2);
  });

  it('never asks the database for what cannot be a key', async () => {
    const { lookup, reads } = createLookup(() => record);
    for (const text of ['x', `${generateKey('test').slice(0, -1)}!`, ''])
      expect(await lookup.find(text)).toBeUndefined();
    expect(reads()).toBe(0);
  });

  it('keeps nothing of a read that failed', async () => {
    let isDown = true;
    const { lookup } = createLookup(() => {
      if (isDown) throw new Error('down');
      return record;
    });
    const key = generateKey('test');
    await expect(lookup.find(key)).rejects.toThrow('down');
    isDown = false;
    expect(await lookup.find(key)).toEqual(record);
  });
});
